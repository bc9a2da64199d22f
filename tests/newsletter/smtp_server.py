"""A mail server in a thread: it can refuse, drop and stay silent, and it counts."""

import socketserver
import threading


class Server(socketserver.ThreadingTCPServer):
    """`answers` maps a recipient to the reply to RCPT, or to "drop" words (below).

    "drop before" closes the connection before the mail is taken, "drop after" when it
    was taken and before the server says so.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.answers, self.taken, self.connections = {}, [], 0

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()

    @property
    def mailer(self):
        return {
            "BACKEND": "newsroom.lib.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": self.server_address[1]},
        }


class _Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.server.connections += 1
        self.say("220 sink")
        to = ""
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                reply = self.server.answers.get(to, "250 ok")
                self.say("250 ok" if reply.startswith("drop") else reply)
            elif verb == "DATA":
                if not self.take(to):
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, to):
        """Read one mail; False where the connection ends."""
        fault = self.server.answers.get(to)
        if fault == "drop before":
            return False
        self.say("354 go on")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        self.server.taken.append((to, b"".join(lines)))
        if fault == "drop after":
            return False
        self.say("250 taken")
        return True
