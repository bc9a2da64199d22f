"""A mail server that logs who each mail is for, with bad habits if asked for.

Needs nothing but Python, so that other senders can be measured against it.
"""

import asyncio
import multiprocessing
import time
from pathlib import Path
from zlib import crc32


class Sink(asyncio.Protocol):
    """Takes mail and logs who it was for; `faults` turns its bad habits on."""

    log, faults, seen = None, False, set()

    def connection_made(self, transport):
        self.transport, self.rest, self.to, self.is_data = transport, b"", "", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.is_data else b"\r\n"
            part, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            if not self.is_data:
                self.command(part.decode())
            elif not self.take():
                return

    def fault(self):
        """What goes wrong with this address, mostly only the first time it is seen."""
        number = crc32(self.to.encode()) % 1000
        kind = {0: "gone", 1: "later", 2: "hang up", 3: "slow"}.get(number, "")
        if crc32(self.to.encode()) % 4000 == 4:
            kind = "hang up late"
        if not self.faults or (kind != "gone" and self.to in self.seen):
            return ""
        return kind

    def command(self, line):
        verb = line[:4].upper()
        if verb == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            fault = self.fault()
            if fault in {"gone", "later"}:
                self.seen.add(self.to)
            self.answer(
                {"gone": b"550 5.1.1 no such user", "later": b"451 later"}.get(
                    fault, b"250 ok"
                )
            )
        elif verb == "DATA" and self.fault() == "hang up":
            self.seen.add(self.to)
            self.transport.abort()
        else:
            self.is_data = verb == "DATA"
            self.answer(b"354 go on" if self.is_data else b"250 ok")

    def take(self):
        """One mail is here; log it and say so. False where the connection ends."""
        fault = self.fault()
        self.is_data = False
        self.seen.add(self.to)
        self.log.write(f"{self.to}\n")
        self.log.flush()
        if fault == "hang up late":
            self.transport.abort()
            return False
        if self.faults:
            wait = 0.3 if fault == "slow" else 0.008
            asyncio.get_running_loop().call_later(wait, self.answer, b"250 taken")
        else:
            self.answer(b"250 taken")
        return True

    def answer(self, line):
        self.transport.write(line + b"\r\n")


def serve(port, path, faults):
    async def run():
        Sink.log, Sink.faults = Path(path).open("a"), faults  # noqa: SIM115 - for ever
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def start_sink(port, path, *, faults):
    process = multiprocessing.Process(
        target=serve, args=(port, path, faults), daemon=True
    )
    process.start()
    time.sleep(1)
    return process
