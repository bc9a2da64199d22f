"""Brings a generated WordPress export into an empty database and prints its cost.

DATABASE_URL=… .venv/bin/python bench/move_in.py EXPORT.xml [--kill]

With --kill the first attempts are killed (SIGKILL) while they write, and what a run
to the end then leaves is compared with a second run: nothing may change.
"""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.apps import apps  # noqa: E402 - after the setup
from django.db import connection  # noqa: E402

from articles.models import Article, ImportedItem  # noqa: E402

MODELS = ["Article", "Author", "Contribution", "Page", "PastPath", "Section", "Tag",
          "TaggedArticle", "SearchEntry"]  # fmt: skip
# Given by the clock or by chance of order, so no part of what a site is.
LEFT_OUT = {"id", "created_at", "changed_at", "position"}


def say(words):
    sys.stdout.write(f"{words}\n")


def command(path):
    manage = str(Path(__file__).parents[1] / "manage.py")
    return [sys.executable, manage, "import_wxr", str(path), "--no-fetch", "-v", "0"]


def state():
    """A digest of every row's values, without keys."""
    digest = hashlib.sha256()
    for name in MODELS:
        model = apps.get_model("articles", name)
        fields = [
            field.attname
            for field in model._meta.concrete_fields  # noqa: SLF001
            if field.name not in LEFT_OUT and not field.is_relation
        ]
        rows = sorted(map(repr, model.objects.values_list(*fields)))
        digest.update(f"{name} {len(rows)} {rows}".encode())
    connection.close()
    return digest.hexdigest()[:16], Article.objects.count()


def killed(path, seconds):
    process = subprocess.Popen(command(path))
    began = time.monotonic()
    written = Article.objects.count()
    while process.poll() is None:
        connection.close()
        if time.monotonic() - began > seconds and Article.objects.count() > written:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.05)
    return False


def main(path, *, kill):
    if kill:
        for number in range(1, 4):
            was_killed = killed(path, 1.0)
            connection.close()
            say(f"kill {number}: {was_killed}, {Article.objects.count()} stories")
            if not was_killed:
                break
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run(command(path), check=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    digest, count = state()
    say(f"{count} stories, state {digest}, {wall:.1f} s, CPU {cpu:.1f} s")
    say(f"{1000 * cpu / max(count, 1):.2f} ms of CPU a story")
    say(f"most memory: {after.ru_maxrss / 1024:.0f} MiB")
    if kill:
        subprocess.run(command(path), check=True)
        say(f"second run: {state()}, same: {state()[0] == digest}")
        doubles = ImportedItem.objects.filter(outcome="failed").count()
        say(f"failed items: {doubles}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), kill="--kill" in sys.argv)
