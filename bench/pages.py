"""Asks each kind of page and prints what it costs, without server or page cache.

bench/pages.py [ROUNDS], with DATABASE_URL naming a database that holds stories.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - after the setup
from django.db import connection, reset_queries  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.urls import resolve  # noqa: E402

from articles.models import Article, Author, Section, Tag  # noqa: E402


def addresses():
    """One address of each kind, of the busiest section, tag and author."""
    story = Article.objects.published().latest_first().select_related("section")[10]
    section = Section.objects.annotate(count=Count("articles")).latest("count")
    tag = Tag.objects.with_counts().latest("count")
    author = Author.objects.annotate(count=Count("contributions")).latest("count")
    return {
        "front page": "/",
        "article": story.get_absolute_url(),
        "section": section.get_absolute_url(),
        "section, page 100": f"{section.get_absolute_url()}?page=100",
        "tag": tag.get_absolute_url(),
        "author": author.get_absolute_url(),
        "tags": "/tags/",
        "archive": "/archive/",
        "search": "/search/?q=harbour+budget",
        "feed": "/feed/",
        "sitemap": "/sitemap.xml",
    }


def ask(path):
    request = RequestFactory().get(path, headers={"host": settings.ALLOWED_HOSTS[0]})
    match = resolve(request.path)
    response = match.func(request, *match.args, **match.kwargs)
    return (
        b"".join(response.streaming_content) if response.streaming else response.content
    )


def measure(path, rounds):
    """Statements, CPU milliseconds in this process, wall milliseconds and bytes."""
    ask(path)
    connection.force_debug_cursor = True
    reset_queries()
    size = len(ask(path))
    statements = len(connection.queries)
    connection.force_debug_cursor = False
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        ask(path)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return statements, cpu / rounds * 1000, wall / rounds * 1000, size


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sys.stdout.write(f"{connection.vendor}, {Article.objects.count():,} stories\n")
    for name, path in addresses().items():
        statements, cpu, wall, size = measure(path, rounds)
        sys.stdout.write(
            f"{name:20}{statements:3} statements {cpu:7.1f} ms CPU {wall:7.1f} ms"
            f" {size:9,} bytes\n"
        )
