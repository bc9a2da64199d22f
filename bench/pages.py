"""Asks each kind of page through all middleware and prints what it costs, uncached.

bench/pages.py [ROUNDS] [--json FILE], with DATABASE_URL naming a database that holds
stories. Beside this process's CPU it counts that of the PostgreSQL process behind its
connection, if that runs on this machine.
"""

import io
import itertools
import json
import os
import sys
import time
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ["PAGE_CACHE_SECONDS"] = "0"

import django

django.setup()

from urllib.parse import unquote, urlencode, urlsplit  # noqa: E402 - after the setup

from django.conf import settings  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.db.models import Count  # noqa: E402

from articles.models import Article, Author, Section, Tag  # noqa: E402
from newsroom.wsgi import application  # noqa: E402

QUERIES = [
    "harbour budget",
    "ferry",
    "strike in Leeds",
    '"reservoir in Porto"',
    "museum -Oslo",
    "Amina Kaya",
    "treaty Ankara election",
    "hospit*",
    "Lima",
    "survey 12",
]


def addresses():
    """Addresses of each kind: of many stories, of the busiest section, tag, author."""
    stories = Article.objects.published().latest_first().select_related("section")
    count = stories.count()
    some = [stories[count * part // 20] for part in range(20)]
    section = Section.objects.annotate(count=Count("articles")).latest("count")
    tag = Tag.objects.with_counts().latest("count")
    author = Author.objects.annotate(count=Count("contributions")).latest("count")
    last = max(1, section.count // 20)
    far = min(200, last)
    return {
        "front page": ["/"],
        "article": [story.get_absolute_url() for story in some],
        "section": [section.get_absolute_url()],
        "section, page 200": [f"{section.get_absolute_url()}?page={far}"],
        "section, last page": [f"{section.get_absolute_url()}?page={last}"],
        "tag": [tag.get_absolute_url()],
        "author": [author.get_absolute_url()],
        "tags": ["/tags/"],
        "archive": ["/archive/"],
        "search": [f"/search/?{urlencode({'q': query})}" for query in QUERIES],
        "feed, whole stories": ["/feed/"],
        "sitemap index": ["/sitemap.xml"],
        "sitemap of 2,000": ["/sitemap-articles-1.xml"],
    }


def ask(address):
    """The length of a page. Raises SystemExit where it is none."""
    path, _, query = address.partition("?")
    statuses = []
    environment = {
        "REQUEST_METHOD": "GET", "PATH_INFO": unquote(path), "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": settings.ALLOWED_HOSTS[0], "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": urlsplit(settings.SITE_URL).scheme,
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
    }  # fmt: skip
    response = application(environment, lambda status, headers: statuses.append(status))
    size = sum(map(len, response))
    response.close()
    if statuses != ["200 OK"]:
        raise SystemExit(f"{address} answers {statuses}.")
    return size


def database_cpu():
    """Seconds of CPU of the server's process behind our connection, if it is here."""
    if connection.vendor != "postgresql":
        return 0
    pid = connection.connection.info.backend_pid
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0


def measure(paths, rounds):
    """Statements, milliseconds of CPU here and in the database, by the clock; bytes."""
    for path in paths * 2 if len(paths) > 1 else paths * 8:
        ask(path)
    connection.force_debug_cursor = True
    reset_queries()
    size = ask(paths[0])
    statements = len(connection.queries)
    connection.force_debug_cursor = False
    walls, database, cpu = [], database_cpu(), time.process_time()
    for path in itertools.islice(itertools.cycle(paths), rounds):
        begun = time.perf_counter()
        ask(path)
        walls.append(time.perf_counter() - begun)
    cpu, database = time.process_time() - cpu, database_cpu() - database
    return {
        "statements": statements,
        "cpu": cpu / rounds * 1000,
        "database": database / rounds * 1000,
        "bytes": size,
        "walls": [wall * 1000 for wall in walls],
    }


if __name__ == "__main__":
    # One process of the server from the beginning to the end: its CPU is counted.
    connection.settings_dict["CONN_MAX_AGE"] = None
    words = [word for word in sys.argv[1:] if word.isdigit()]
    rounds = int(words[0]) if words else 100
    # Several addresses are asked more often, so that their p99 says something.
    found = {
        name: measure(paths, rounds * (4 if len(paths) > 1 else 1))
        for name, paths in addresses().items()
    }
    count = Article.objects.count()
    if "--json" in sys.argv:
        file = Path(sys.argv[sys.argv.index("--json") + 1])
        file.write_text(json.dumps({"count": count, "pages": found}))
    sys.stdout.write(f"{connection.vendor}, {count:,} stories\n")
    for name, row in found.items():
        percentiles = quantiles(row["walls"], n=100, method="inclusive")
        sys.stdout.write(
            f"{name:20}{row['statements']:3} statements {row['cpu']:7.1f} ms CPU "
            f"{row['database']:6.1f} in the database {percentiles[49]:7.1f} ms p50 "
            f"{percentiles[98]:7.1f} p99"
            f" {row['bytes']:9,} bytes\n"
        )
