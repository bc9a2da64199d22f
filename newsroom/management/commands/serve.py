"""`make run`: one command from a fresh clone to a running site."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import (
    BaseCommand,
    CommandError,
    call_command,
)


class Command(BaseCommand):
    help = (
        "Prepare database, static files and, on the first start, the demo edition; "
        "then serve the site and run the background worker until Ctrl-C."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")

    def handle(self, *, host, port, **options):
        port = port_number(port)
        refuse_taken_port(host, port)
        shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        address = f"http://{shown_host}:{port}"

        call_command("migrate", interactive=False, verbosity=0)
        if static_files_changed():
            self.stdout.write("Collecting static files")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            static_stamp().write_text(static_fingerprint())
        is_first = self.first_edition()

        run_until_stopped(
            server_commands(host, port),
            own_address(address),
            is_ready=lambda: listens(shown_host, port),
            when_ready=lambda: self.announce(address, is_first=is_first),
        )

    def announce(self, address, *, is_first):
        self.stdout.write(f"\n  The site    {address}/")
        self.stdout.write(f"  The admin   {address}/admin/")
        if not is_first:
            self.stdout.write(
                "  Password    lost? .venv/bin/python manage.py changepassword editor"
            )
        self.stdout.write("  Stop        Ctrl-C\n")
        self.stdout.flush()

    def first_edition(self):
        """Fill a site that has neither story nor account; say whether that was so.

        Accounts count too: an editor who deleted the demo must not find it again.
        """
        article_model = apps.get_model("articles", "Article")
        if article_model.objects.exists() or get_user_model().objects.exists():
            return False
        self.stdout.write("First start: setting the demo edition, half a minute")
        self.stdout.flush()
        call_command("seed_demo", stdout=self.stdout)
        return True


def port_number(value):
    """Return the number of a port. Raises CommandError."""
    if str(value).isdecimal() and 1 <= int(value) <= 65_535:
        return int(value)
    raise CommandError(f"PORT is {value!r}; write a number from 1 to 65535.")


def refuse_taken_port(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} is not free ({error.strerror}); perhaps the "
                f"site runs already. Another port: make run PORT={port + 1}"
            ) from error


def listens(host, port):
    """Whether a server accepts connections."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def static_fingerprint():
    """Return a digest of every static file's path, size and time."""
    digest = hashlib.sha256(version("whitenoise").encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_stamp():
    return Path(settings.STATIC_ROOT).with_suffix(".stamp")


def static_files_changed():
    stamp = static_stamp()
    if not (stamp.is_file() and Path(settings.STATIC_ROOT).is_dir()):
        return True
    return stamp.read_text() != static_fingerprint()


def own_address(address):
    """The environment in which absolute links lead to the address that is served."""
    environment = dict(os.environ)
    if settings.SITE_URL == "http://127.0.0.1:8000":
        environment["SITE_URL"] = address
    return environment


def server_commands(host, port):
    """Return the commands to run side by side: the server and, if any, the worker."""
    server = [sys.executable, "-m", "granian", "newsroom.wsgi:application"]
    server += ["--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    server += ["--workers", str(settings.WEB_WORKERS), "--blocking-threads", "4"]
    server += ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
    server += ["--log-level", "warning", "--working-dir", str(settings.BASE_DIR)]
    commands = [server]
    if "immediate" not in settings.TASKS["default"]["BACKEND"]:
        manage = str(settings.BASE_DIR / "manage.py")
        commands.append([sys.executable, manage, "worker"])
    return commands


def run_until_stopped(commands, environment, *, is_ready, when_ready):
    """Run commands side by side; when one ends, or we are told to stop, stop all.

    `when_ready` is called once, as soon as `is_ready` says yes.
    """
    stopping = ready = False

    def stop(signum, frame):
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # Groups of their own: Ctrl-C reaches only us, and each is told once, in order.
    processes = [
        subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 -- our own commands
        for command in commands
    ]
    while not stopping and all(process.poll() is None for process in processes):
        if not ready and is_ready():
            ready = True
            when_ready()
        time.sleep(0.1)
    failed = not stopping
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    if failed:
        raise CommandError("The site or its worker stopped by itself; see above.")
