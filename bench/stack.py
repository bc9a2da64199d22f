"""Real servers of one site on this machine, which a script may start, stop and kill.

PostgreSQL, Redis, an object store (moto) and a mail server of its own, on the ports
from BENCH_PORT (8350) on, everything below one temporary directory. `Stack()` writes
the environment that this process and all others read, so Django is set up after it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lxml.html
import requests

from bench.servers import wait_for

ROOT = Path(__file__).parents[1]
PORT = int(os.environ.get("BENCH_PORT", "8350"))
POSTGRES, REDIS, S3, SMTP, WEB = PORT, PORT + 1, PORT + 2, PORT + 3, PORT + 10
PG_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))


class Stack:
    def __init__(self, **settings):
        self.directory = Path(tempfile.mkdtemp(prefix="stack-"))
        self.directory.chmod(0o755)
        self.processes = []
        self.sink = None
        for name in ["DATABASE_URL", "STORAGE_URL", "MEDIA_URL", "TASKS_URL"]:
            os.environ.pop(name, None)
        os.environ.update(
            {
                "ENV_FILE": "",
                "SECRET_KEY": "of-a-bench-" + "0123456789" * 5,
                "DATABASE_URL": f"postgres://postgres@127.0.0.1:{POSTGRES}/postgres",
                "CACHE_URL": f"redis://127.0.0.1:{REDIS}/0",
                "STORAGE_URL": f"file://{self.directory}/files/media",
                "EMAIL_URL": f"smtp://127.0.0.1:{SMTP}",
                "SITE_URL": f"http://127.0.0.1:{WEB}",
                "PROXY_COUNT": "1",
                "WEB_WORKERS": "2",
                "NEWSLETTER_RESEND_UNCERTAIN": "false",
                "LOG_LEVEL": "WARNING",
                "DJANGO_SETTINGS_MODULE": "newsroom.settings",
                **{name: str(value) for name, value in settings.items()},
            }
        )
        sys.path.insert(0, str(ROOT))

    # Servers

    def start(self, command, *, log="site", before=(), **environment):
        """Start a process in a group of its own; `before` is a wrapper's command."""
        with (self.directory / f"{log}.log").open("ab") as file:
            process = subprocess.Popen(
                [*before, *map(str, command)],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_postgres(self):
        data = self.directory / "postgres"
        if not data.exists():
            data.mkdir()
            shutil.chown(data, "postgres")
            self._as_postgres("initdb", "-D", data, "-A", "trust", "--no-sync")
            with (data / "postgresql.conf").open("a") as file:
                file.write(f"port={POSTGRES}\nunix_socket_directories='{data}'\n")
        self._as_postgres("pg_ctl", "-D", data, "-w", "-l", data / "log", "start")

    def stop_postgres(self, mode):
        self._as_postgres(
            "pg_ctl", "-D", self.directory / "postgres", "-w", "-m", mode, "stop"
        )

    def _as_postgres(self, program, *arguments):
        command = [PG_BIN / program, *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            list(map(str, command)),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.directory,
        )

    def start_redis(self):
        command = ["redis-server", "--port", REDIS, "--bind", "127.0.0.1", "--save", ""]
        process = self.start(command, log="redis")
        wait_for(REDIS, seconds=30)
        return process

    def start_s3(self):
        code = (
            "from moto.server import ThreadedMotoServer as S; import time;"
            f"S('127.0.0.1', {S3}, verbose=False).start(); time.sleep(9999)"
        )
        process = self.start([sys.executable, "-c", code], log="s3")
        wait_for(S3, seconds=30)
        return process

    def start_sink(self):
        from bench.sink import start_sink

        self.sink = start_sink(SMTP, self.directory / "mails", faults=False)
        return self.sink

    def stop_sink(self):
        if self.sink:
            self.sink.terminate()
            self.sink.join()
            self.sink = None

    def mails(self):
        """Who got a mail, once for each."""
        path = self.directory / "mails"
        return path.read_text().split() if path.exists() else []

    def start_web(self, port=WEB, **options):
        if not (ROOT / "var/static/staticfiles.json").exists():
            self.manage("collectstatic", "--no-input", "-v0").wait()
        command = [sys.executable, "-m", "granian", "newsroom.wsgi:application"]
        command += ["--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"]
        command += ["--port", port, "--workers", "2", "--blocking-threads", "4"]
        command += ["--respawn-failed-workers", "--log-level", "warning"]
        process = self.start(command, **options)
        wait_for(port, seconds=30)
        # Both processes have to be up.
        for _ in range(50):
            try:
                if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok:
                    break
            except requests.RequestException:
                pass
            time.sleep(0.2)
        return process

    def manage(self, *arguments, **options):
        return self.start([sys.executable, "manage.py", *arguments], **options)

    def kill(self, process, number=signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
        process.wait()

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.stop_sink()
        if (self.directory / "postgres/postmaster.pid").exists():
            self.stop_postgres("fast")
        shutil.rmtree(self.directory, ignore_errors=True)

    def errors(self, log="site"):
        """The lines of a log that are errors."""
        text = (self.directory / f"{log}.log").read_text(errors="replace")
        return [line for line in text.splitlines() if '"level": "ERROR"' in line]


def address(path, port=WEB):
    return f"http://127.0.0.1:{port}{path}"


def editor(name):
    """A browser that is logged in as an administrator, made where there is none."""
    from django.conf import settings
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )
    from django.contrib.sessions.backends.db import SessionStore

    user, _ = get_user_model().objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": True}
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    browser = requests.Session()
    browser.cookies.set(settings.SESSION_COOKIE_NAME, session.session_key)
    return browser


def submit(browser, url, changes, *, files=None, timeout=40):
    """Open an admin form, change fields and save it; return the answer."""
    page = browser.get(url, timeout=timeout)
    page.raise_for_status()
    tree = lxml.html.fromstring(page.text)
    [form] = tree.xpath("//form[contains(@id, '_form')]")
    values = dict(form.form_values())
    outside = tree.xpath(f"//input[@form='{form.get('id')}'][not(@type='submit')]")
    values.update((field.get("name"), field.get("value", "")) for field in outside)
    values.update(changes, _save="Save")
    return browser.post(
        url, data=values, files=files, timeout=timeout, allow_redirects=False
    )


def sign_up(name, newsletter, port=WEB, timeout=40):
    """A reader's sign-up, from a network of their own."""
    number = abs(hash(name))
    network = f"10.{number % 250}.{number // 250 % 250}.{number // 62500 % 250}"
    return requests.post(
        address("/newsletters/sign-up/", port),
        data={"email": f"{name}@example.org", "newsletters": newsletter},
        headers={"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": network},
        timeout=timeout,
        allow_redirects=False,
    )
