"""Times `import_articles`: bench/load.py ARCHIVE.jsonl, with DATABASE_URL set."""

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

from articles.models import Article  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    before = Article.objects.count()
    began, cpu = time.perf_counter(), time.process_time()
    call_command("import_articles", sys.argv[1])
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    count = Article.objects.count() - before
    if not count:
        raise SystemExit("Nothing was loaded: start from an empty database.")
    sys.stdout.write(
        f"{connection.vendor}: {count:,} stories in {wall:.1f} s, "
        f"{wall / count * 1000:.2f} ms a story, {cpu / count * 1000:.2f} ms of CPU\n"
    )
