"""Times `import_articles`: bench/load.py ARCHIVE.jsonl, with DATABASE_URL set.

Beside the whole it prints the first thousand lines, the middle one and the last: what a
story costs must not grow with the archive, nor the memory.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after the setup
from django.db import connection  # noqa: E402

from articles.bulk import read_lines  # noqa: E402
from articles.management.commands import import_articles  # noqa: E402
from articles.models import Article  # noqa: E402
from bench.pages import database_cpu  # noqa: E402

STEP = 1_000


def now():
    """Seconds by the clock, of CPU here and in PostgreSQL; MiB of this process.

    Not counted is what SQLite maps of its file, 128 MiB at most.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
    return time.perf_counter(), time.process_time(), database_cpu(), memory / 1024


def watched(file):
    """The file's lines; `marks` gets a row before, between and after its thousands."""
    marks.append(now())
    for number, data in read_lines(file):
        yield number, data
        if number % STEP == 0:
            marks.append(now())


def say(name, before, after, count):
    wall, here, database, _ = (
        (after[i] - before[i]) / count * 1000 for i in range(len(before))
    )
    sys.stdout.write(
        f"{name}: {wall:.2f} ms a story, {here:.2f} ms of CPU + {database:.2f} of "
        f"PostgreSQL's, {after[3]:.0f} MiB\n"
    )


marks = []

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    stories = Article.objects.count()
    import_articles.read_lines = watched
    before = now()
    call_command("import_articles", sys.argv[1])
    after = now()
    count = Article.objects.count() - stories
    if not count:
        raise SystemExit("Nothing was loaded: start from an empty database.")
    say(f"{connection.vendor}, {count:,} stories", before, after, count)
    whole = len(marks) - 1
    for which in sorted({0, whole // 2, whole - 1} if whole else ()):
        name = f"from line {which * STEP + 1:,}"
        say(name, marks[which], marks[which + 1], STEP)
