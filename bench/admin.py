"""Asks the admin's pages as a superuser: bench/admin.py [OTHER.json] [--only PATTERN]

With DATABASE_URL naming a database that holds stories (bench/load.py) and rows of the
other lists (bench/lists.py). Each list is asked for its first and last page, for all
that it links to itself (orders, filters), for searches, a row's pages and what its
fields propose; then come the desk's own pages. The table goes to standard error, the
same as JSON to standard output. Given the JSON of another database, it tells how many
times as much CPU, of ours and PostgreSQL's, each page takes here.
"""

import html
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from urllib.parse import urlencode  # noqa: E402 - after the setup

from django.conf import settings  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.db.models import Count, Max  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from articles.models import Article, Author, Picture, Tag  # noqa: E402
from bench.pages import database_cpu  # noqa: E402
from newsroom.lib.lists import counted  # noqa: E402

ROUNDS = 2
# A list that grows has so many rows; those that editors write by hand have not.
LONG = 500
SEARCHES = [
    "harbour", "amina.kaya", "example.com", "h", "777", "zzyzx", "ankara harbour",
]  # fmt: skip
# What a list links to itself and changes no rows of it.
_NO_LISTS = re.compile(r"^(e=1)?$|_popup|_facets|^o=$|^p=([3-9]|1\d)$|^after=")


def lists():
    """The long lists, as pairs of a name and its address."""
    for model, of in admin.site._registry.items():  # noqa: SLF001 - nothing else has them
        options = model._meta  # noqa: SLF001 - documented API
        name = f"admin:{options.app_label}_{options.model_name}"
        rows = model._base_manager.all()  # noqa: SLF001
        if not options.proxy and counted(rows, up_to=LONG) == LONG:
            yield str(options.verbose_name_plural), name, of


def addresses(client):
    for title, name, of in lists():
        path = reverse(f"{name}_changelist")
        text = client.get(path).text
        yield title, path
        linked = {
            html.unescape(found) for found in re.findall(r'href="\?([^"]*)"', text)
        }
        for query in sorted(linked):
            if not _NO_LISTS.search(query):
                yield f"{title} ?{query}", f"{path}?{query}"
        for words in SEARCHES if of.search_fields else []:
            yield f"{title}, “{words}”", f"{path}?{urlencode({'q': words})}"
        last = of.model._base_manager.aggregate(last=Max("pk"))["last"]  # noqa: SLF001
        for page in ["change", "delete", "history"]:
            address = reverse(f"{name}_{page}", args=[last])
            if client.get(address).status_code == 200:
                yield f"{title}, {page}", address
    yield from proposals()
    yield from own_pages()


def proposals():
    """What fields propose to the words that are typed into them."""
    seen = set()
    for model, of in admin.site._registry.items():  # noqa: SLF001
        owners = [of, *(inline(model, admin.site) for inline in of.inlines)]
        for owner in owners:
            for field in owner.autocomplete_fields:
                options = owner.model._meta  # noqa: SLF001
                to = options.get_field(field).related_model
                if to in seen:
                    continue
                seen.add(to)
                for term in ["", "har", "amina", "zzyzx"]:
                    query = {
                        "app_label": options.app_label, "field_name": field,
                        "model_name": options.model_name, "term": term,
                    }  # fmt: skip
                    yield (
                        f"{to._meta.verbose_name_plural} proposed for “{term}”",  # noqa: SLF001
                        f"/admin/autocomplete/?{urlencode(query)}",
                    )


def own_pages():
    tag = Tag.objects.annotate(n=Count("tagged_articles")).latest("n")
    author = Author.objects.annotate(n=Count("contributions")).latest("n")
    story = Article.objects.earliest("pk")
    stories, tags = "/admin/articles/article/", "/admin/articles/tag/"
    pictures = "/admin/articles/picture/"
    day = "2020-05-12"
    yield "desk", "/admin/"
    yield "calendar, month", f"{stories}calendar/?month={day[:7]}"
    yield "calendar, week", f"{stories}calendar/?week={day}"
    yield "stories of a day", f"{stories}?day={day}"
    yield "stories of the busiest tag", f"{stories}?tag={tag.slug}"
    yield "stories of the busiest author", f"{stories}?author={author.slug}"
    yield "stories, page 15", f"{stories}?p=15"
    yield "first story, change", f"{stories}{story.pk}/change/"
    yield "busiest tag, change", f"{tags}{tag.pk}/change/"
    yield "busiest tag, delete", f"{tags}{tag.pk}/delete/"
    yield "busiest author, change", f"/admin/articles/author/{author.pk}/change/"
    yield "busiest author, delete", f"/admin/articles/author/{author.pk}/delete/"
    for words in ["", "harbour", "zzyzx"]:
        yield f"picture picker, “{words}”", f"{pictures}library/?q={words}"
    yield "pictures twice", f"{pictures}copies/"
    yield "rights that end", f"{pictures}rights/"
    trail = "/admin/articles/audittrail/"
    for query in ["", "kind=story", "about=harbour", "about=zzyzx", "kind=failed",
                  "begin=2020-05-01&end=2020-05-31"]:  # fmt: skip
        yield f"who did what ?{query}", f"{trail}?{query}"
    for page in ["newsletter/newsletter/1/figures/", "newsletter/issue/1/sending/",
                 "newsletter/delivery/why/?email=amina.kaya1@example.com",
                 "republishing/grant/report/",
                 "articles/article/front-page/"]:  # fmt: skip
        yield page, f"/admin/{page}"
    keys = [tag.pk, *Tag.objects.order_by("pk").values_list("pk", flat=True)[:3]]
    for action in ["merge_selected", "delete_unused", "delete_selected"]:
        yield f"tags, {action}", tags, {"action": action, "_selected_action": keys}
    for name, model in [("article", Article), ("picture", Picture), ("author", Author)]:
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True)[:3])
        yield (
            f"{name}, delete_selected",
            f"/admin/articles/{name}/",
            {"action": "delete_selected", "_selected_action": keys},
        )


def cpu():
    """Milliseconds of CPU, of ours and of the server's process behind us."""
    there = database_cpu() * 1000
    return time.process_time() * 1000 + there, there


def ask(client, path, data=None):
    headers = {"host": settings.ALLOWED_HOSTS[0]}
    if data is None:
        return client.get(path, headers=headers)
    return client.post(path, data, headers=headers)


def measure(client, path, data=None):
    """Statements, milliseconds of CPU and those of the database, in the best round."""
    ask(client, path, data)
    connection.force_debug_cursor = True
    reset_queries()
    response = ask(client, path, data)
    statements = len(connection.queries)
    connection.force_debug_cursor = False
    if response.status_code != 200:
        return None
    best = None
    for _ in range(ROUNDS):
        before = cpu()
        ask(client, path, data)
        taken = [round(a - b, 1) for a, b in zip(cpu(), before, strict=True)]
        best = min(best or taken, taken)
        if best[0] > 2_000:
            break
    return [statements, *best]


if __name__ == "__main__":
    words = sys.argv[1:]
    only = words.pop(words.index("--only") + 1) if "--only" in words else ""
    files = [word for word in words if word.endswith(".json")]
    other = json.loads(Path(files[0]).read_text()) if files else {}
    user, _ = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    # One process of the server from the beginning to the end: its CPU is counted.
    connection.settings_dict["CONN_MAX_AGE"] = None
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user)
    write = sys.stderr.write
    write(f"{connection.vendor}, {Article.objects.count():,} stories\n")
    found = {}
    for name, *address in addresses(client):
        if not re.search(only, name) or not (row := measure(client, *address)):
            continue
        found[name] = row
        ratio = f"{row[1] / other[name][1]:6.2f} times" if name in other else ""
        write(f"{name:60}{row[0]:3} statements {row[1]:7.1f} ms, ")
        write(f"{row[2]:7.1f} of the database {ratio}\n")
    sys.stdout.write(json.dumps(found))
