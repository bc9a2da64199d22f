"""Asks the admin's first page and lists as a superuser: bench/admin.py [OTHER.json]

With DATABASE_URL naming a database that holds stories. The table goes to standard
error, the same as JSON to standard output. Given the JSON of another database, it tells
how many times as long each page takes here.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - after the setup
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402

from articles.models import Article, Author, Section, Tag  # noqa: E402

ROUNDS = 7


def addresses():
    section = Section.objects.latest("pk")
    tag, author = Tag.objects.earliest("pk"), Author.objects.earliest("pk")
    stories = "/admin/articles/article/"
    return {
        "desk": "/admin/",
        "calendar": f"{stories}calendar/?month=2020-05",
        "stories": stories,
        "stories, page 15": f"{stories}?p=15",
        "by time": f"{stories}?o=-4",
        "status draft": f"{stories}?status=draft",
        "status scheduled": f"{stories}?status=scheduled",
        "status published": f"{stories}?status=published",
        "status expired": f"{stories}?status=expired",
        "mine": f"{stories}?whose=mine",
        "section": f"{stories}?section__id__exact={section.pk}",
        "tag": f"{stories}?tag={tag.slug}",
        "author": f"{stories}?author={author.slug}",
        "this month": f"{stories}?time=month",
        "corrected": f"{stories}?corrected=yes",
        "no picture": f"{stories}?picture=none",
        "search, common word": f"{stories}?q=harbour",
        "search, three words": f"{stories}?q=ankara+museum+rebuilt",
        "search, no story": f"{stories}?q=zzyzx",
        "tags": "/admin/articles/tag/",
        "authors": "/admin/articles/author/",
        "pictures": "/admin/articles/picture/",
        "subscribers": "/admin/newsletter/subscriber/",
        "requests": "/admin/republishing/republishingrequest/",
    }


def measure(client, path):
    """Statements, and the milliseconds of the round that was disturbed least."""
    headers = {"host": settings.ALLOWED_HOSTS[0]}
    client.get(path, headers=headers)
    connection.force_debug_cursor = True
    reset_queries()
    response = client.get(path, headers=headers)
    statements = len(connection.queries)
    connection.force_debug_cursor = False
    if response.status_code != 200:
        raise SystemExit(f"{path} answers {response.status_code}.")
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path, headers=headers)
        taken.append((time.perf_counter() - began) * 1000)
    return statements, min(taken)


if __name__ == "__main__":
    other = json.loads(Path(sys.argv[1]).read_text()) if sys.argv[1:] else {}
    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    found = {name: measure(client, path) for name, path in addresses().items()}
    write = sys.stderr.write
    write(f"{connection.vendor}, {Article.objects.count():,} stories\n")
    for name, (statements, taken) in found.items():
        ratio = f"{taken / other[name][1]:6.2f} times" if name in other else ""
        write(f"{name:20}{statements:3} statements {taken:7.1f} ms {ratio}\n")
    sys.stdout.write(json.dumps(found))
