"""A Redis of the few commands that caches use: in memory, on a free port."""

import contextlib
import socket
import socketserver
import threading


class Server(socketserver.ThreadingTCPServer):
    """As slow to tell of a change as Redis may be: before it does the next thing."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.values = {}
        self.asked = []
        self.can_tell = True
        # Whether what it tells gets lost on the way.
        self.is_mute = False
        self.lock = threading.Lock()
        self.sessions, self.watchers, self.news = [], {}, []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.close()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.server_address[1]}/0"

    def count(self, *words):
        """How often it was told to do this."""
        return sum(asked[: len(words)] == list(words) for asked in self.asked)

    def tell(self):
        for session, key in self.news:
            if not self.is_mute:
                session.say(b">2\r\n", _bulk(b"invalidate"), b"*1\r\n", _bulk(key))
        self.news = []

    def hang_up(self):
        for session in self.sessions:
            with contextlib.suppress(OSError):
                session.connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.shutdown()
        self.server_close()
        self.hang_up()


class _Session(socketserver.StreamRequestHandler):
    # As Redis does: what it tells must not wait until what it said has arrived.
    disable_nagle_algorithm = True

    def handle(self):
        self.protocol, self.is_watcher = 2, False
        self.server.sessions.append(self)
        with contextlib.suppress(OSError):
            while head := self.rfile.readline():
                words = [self._word() for _ in range(int(head[1:]))]
                with self.server.lock:
                    self.server.tell()
                    self.say(self._answer([words[0].upper(), *words[1:]]))

    def _word(self):
        size = int(self.rfile.readline()[1:])
        return self.rfile.read(size + 2)[:-2]

    def say(self, *parts):
        with contextlib.suppress(OSError):
            self.wfile.write(b"".join(parts))

    def _answer(self, words):  # noqa: C901 - a case for each command
        server = self.server
        server.asked.append([word.decode(errors="replace") for word in words])
        match words:
            case [b"HELLO", protocol, *_]:
                self.protocol = int(protocol)
                return b"%1\r\n+proto\r\n:" + protocol + b"\r\n"
            case [b"CLIENT", b"TRACKING", b"ON"]:
                if not server.can_tell:
                    return b"-ERR unknown subcommand\r\n"
                self.is_watcher = True
            case [b"GET", key]:
                return self._value(key)
            case [b"MGET", *keys]:
                return b"*%d\r\n" % len(keys) + b"".join(map(self._value, keys))
            case [b"SET", key, value, *options]:
                if b"NX" in options and key in server.values:
                    return self._nothing()
                server.values[key] = value
                self._note_change(key)
            case [b"DEL", *keys]:
                for key in keys:
                    server.values.pop(key, None)
                    self._note_change(key)
                return b":1\r\n"
            case [b"FLUSHDB"]:
                for key in list(server.values):
                    del server.values[key]
                    self._note_change(key)
        return b"+OK\r\n"

    def _value(self, key):
        if self.is_watcher:
            self.server.watchers.setdefault(key, set()).add(self)
        value = self.server.values.get(key)
        return self._nothing() if value is None else _bulk(value)

    def _nothing(self):
        return b"_\r\n" if self.protocol == 3 else b"$-1\r\n"

    def _note_change(self, key):
        # Who was told is told again only after asking.
        self.server.news += [(one, key) for one in self.server.watchers.pop(key, ())]


def _bulk(word):
    return b"$%d\r\n%s\r\n" % (len(word), word)
