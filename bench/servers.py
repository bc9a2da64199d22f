"""The real servers, each started on a free port for one benchmark and ended after it.

As root, PostgreSQL runs as the user `postgres`, which it insists on.
"""

import contextlib
import http.client
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOST = "news.example"


def free_port():
    """A port of 8200 to 8999, or of those that PORTS names: PORTS=8200-8299."""
    first, _, last = os.environ.get("PORTS", "8200-8999").partition("-")
    for port in range(int(first), int(last) + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                if port not in _given:
                    _given.add(port)
                    return port
    raise SystemExit("No port is free.")


_given = set()


def wait_for(port, process=None, *, seconds=300):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process and process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}.")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise SystemExit(f"Nothing listens on port {port}.")


def children(pid):
    """The process and all below it."""
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                todo += map(int, task.read_text().split())
    return found


def cpu_seconds(pid):
    """User and system time of a process and those below it, reaped ones too."""
    ticks = 0
    for each in children(pid):
        with contextlib.suppress(OSError):
            stat = Path(f"/proc/{each}/stat").read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, stat[11:15] if each == pid else stat[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(pid):
    """Resident size of each process at and below `pid`, by its number.

    Not the proportional one: what libraries map of their files would count in part only
    where other programs run that map the same, and a busy machine would look better.
    """
    found = {}
    for each in children(pid):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            line = next(line for line in lines if line.startswith("Rss:"))
            found[each] = int(line.split()[1]) / 1024
    return found


class Servers:
    """A directory, PostgreSQL, Redis, the site and nginx in it."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="newsroom-bench-"))
        self.directory.chmod(0o755)
        self.processes = {}
        self.secret = secrets.token_urlsafe(24)
        self.environment = {
            **os.environ,
            "ENV_FILE": "",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "LOG_LEVEL": "ERROR",
            "WIRE_FOLDER": str(self.directory / "wire"),
        }

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for name in reversed(list(self.processes)):
            self.kill(name, signal.SIGTERM)
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, name, command, *, user=None, port=None):
        log = (self.directory / f"{name}.log").open("ab")
        identity = {}
        if user and os.geteuid() == 0:
            row = pwd.getpwnam(user)
            identity = {"user": row.pw_uid, "group": row.pw_gid, "extra_groups": []}
        process = subprocess.Popen(
            [str(word) for word in command],
            env=self.environment,
            stdout=log,
            stderr=log,
            cwd=ROOT if user is None else self.directory,
            start_new_session=True,
            **identity,
        )
        self.processes[name] = process
        if port:
            wait_for(port, process)
        return process

    def kill(self, name, number=signal.SIGKILL):
        """End a server and all its processes."""
        process = self.processes.pop(name, None)
        if process is None or process.poll() is not None:
            return
        below = children(process.pid)
        targets = below if number == signal.SIGKILL else [process.pid]
        for pid in targets:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    # The servers ----------------------------------------------------------------

    def postgres(self, *, log_statements=False):
        """A cluster of its own; a second call starts the same again."""
        binaries = _postgres_binaries()
        data = self.directory / "pg"
        if not data.exists():
            data.mkdir()
            if os.geteuid() == 0:
                shutil.chown(data, "postgres", "postgres")
            self.pg_port = free_port()
            self.start(
                "initdb",
                [
                    binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust",
                    "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                ],
                user="postgres",
            )  # fmt: skip
            if self.processes.pop("initdb").wait():
                raise SystemExit((self.directory / "initdb.log").read_text())
        options = [
            "-c",
            f"port={self.pg_port}",
            "-c",
            f"unix_socket_directories={data}",
        ]
        options += ["-c", "listen_addresses=127.0.0.1"]
        if log_statements:
            options += ["-c", "log_statement=all"]
        self.start(
            "postgres",
            [binaries / "postgres", "-D", data, *options],
            user="postgres",
            port=self.pg_port,
        )
        self.environment["DATABASE_URL"] = (
            f"postgres://postgres@127.0.0.1:{self.pg_port}/postgres"
        )

    def sql(self, statement):
        import psycopg

        url = self.environment["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(statement)

    def redis(self):
        self.redis_port = getattr(self, "redis_port", None) or free_port()
        command = ["redis-server", "--port", self.redis_port, "--save", ""]
        command += ["--bind", "127.0.0.1", "--dir", self.directory]
        self.start("redis", command, port=self.redis_port)
        self.environment["CACHE_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"

    def manage(self, *words, **options):
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *map(str, words)],
            env=self.environment,
            check=True,
            cwd=ROOT,
            **options,
        )

    def archive(self, count):
        """Load a generated archive of so many stories."""
        self.manage("migrate", "-v0")
        file = self.directory / "archive.jsonl"
        with file.open("w") as target:
            subprocess.run(
                [sys.executable, ROOT / "bench/archive.py", str(count)],
                stdout=target,
                check=True,
            )
        self.manage("import_articles", file, stdout=subprocess.DEVNULL)

    def site(self, *, workers=2):
        """`manage.py serve`: granian and the background worker."""
        self.site_port = getattr(self, "site_port", None) or free_port()
        self.environment["WEB_WORKERS"] = str(workers)
        command = [sys.executable, ROOT / "manage.py", "serve"]
        self.start("site", [*command, "--port", self.site_port], port=self.site_port)

    def behind_nginx(self):
        """Prepare for `nginx`: its port, certificate and the site's settings."""
        self.nginx_port, plain_port = free_port(), free_port()
        certificate = self.directory / f"{HOST}.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
        command += ["-days", "2", "-subj", f"/CN={HOST}"]
        command += ["-addext", f"subjectAltName=DNS:{HOST}"]
        command += ["-keyout", certificate.with_suffix(".key"), "-out", certificate]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        self.site_port = free_port()
        own = (ROOT / "deploy/nginx.conf").read_text()
        own = re.sub(r"\n *listen \[::\].*", "", own)
        for there, here in [
            ("127.0.0.1:8000", f"127.0.0.1:{self.site_port}"),
            ("listen 443", f"listen 127.0.0.1:{self.nginx_port}"),
            ("listen 80", f"listen 127.0.0.1:{plain_port}"),
            ("/etc/ssl/NEWS.EXAMPLE", str(self.directory / HOST)),
            ("NEWS.EXAMPLE", HOST),
            ("/SRV/NEWSROOM", str(ROOT)),
            ("EDGE-SECRET", self.secret),
            ("/var/cache/nginx/newsroom", str(self.directory / "nginx-cache")),
        ]:
            if there not in own:
                raise SystemExit(f"deploy/nginx.conf has no {there}.")
            own = own.replace(there, here)
        (self.directory / "newsroom.conf").write_text(own)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.directory / "nginx.conf").write_text(
            f"{user} daemon off; pid {self.directory}/nginx.pid; worker_processes 2;\n"
            f"error_log {self.directory}/nginx-error.log;\n"
            "events { worker_connections 1024; }\n"
            "http {\n"
            "  include /etc/nginx/mime.types; access_log off; sendfile on;\n"
            f"  client_body_temp_path {self.directory}/body;\n"
            f"  proxy_temp_path {self.directory}/proxy;\n"
            f"  fastcgi_temp_path {self.directory}/f; uwsgi_temp_path "
            f"{self.directory}/u; scgi_temp_path {self.directory}/s;\n"
            f"  include {self.directory}/newsroom.conf;\n"
            "}\n"
        )
        self.environment |= {
            "SITE_URL": f"https://{HOST}:{self.nginx_port}",
            "PROXY_SSL_HEADER": "X-Forwarded-Proto",
            "PROXY_COUNT": "1",
            "EDGE_NODES": f"https://127.0.0.1:{self.nginx_port}",
            "EDGE_SECRET": self.secret,
            # The site trusts the certificate that was made for this.
            "SSL_CERT_FILE": str(certificate),
        }
        self.trust = ssl.create_default_context(cafile=certificate)

    def nginx(self):
        command = ["nginx", "-p", self.directory, "-c", self.directory / "nginx.conf"]
        return self.start("nginx", command, port=self.nginx_port)

    @staticmethod
    def static_file(content):
        """A file among the static ones, to compare with; its path."""
        path = ROOT / "var/static/bench.bin"
        path.write_bytes(content)
        return path

    # Asking -----------------------------------------------------------------------

    def through_nginx(self, path, *, method="GET", body=None, **headers):
        """The answer of nginx: status, headers, body."""
        connection = _Connection("127.0.0.1", self.nginx_port, context=self.trust)
        return _ask(connection, path, method, body, headers)

    def from_site(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.site_port, timeout=60)
        return _ask(
            connection, path, "GET", None, {"X-Forwarded-Proto": "https", **headers}
        )


class _Connection(http.client.HTTPSConnection):
    def connect(self):
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=HOST)


def _ask(connection, path, method, body, headers):
    headers = {"Host": HOST, **{k.replace("_", "-"): v for k, v in headers.items()}}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def _postgres_binaries():
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not versions:
        raise SystemExit("PostgreSQL's server is not installed.")
    return versions[-1]


def write_table(name, text, file):
    """Put a table between the comments of that name in a document."""
    path = ROOT / "docs" / file
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = path.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{file} has no place for {name}.")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
