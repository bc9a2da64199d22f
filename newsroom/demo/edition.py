"""The demo edition: this directory's files as lines that the importer loads."""

import json
from collections import defaultdict
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles import workflow
from articles.bulk import Loader
from articles.models import Article, ArticleEvent, Author, Correction, Status
from articles.pictures import make_missing_renditions
from articles.tasks import make_the_rest_later
from newsletter import issues
from newsletter.actions import load_newsletters
from newsletter.models import Issue, Newsletter
from newsroom.lib.addresses import parse
from newsroom.roles import create_roles
from republishing import holding, licensing
from republishing.actions import load_licensing, request_republishing
from republishing.models import (
    Grant,
    Payment,
    Quote,
    RepublishingRequest,
    RequestEvent,
)

DIRECTORY = Path(__file__).parent
# Name, role and the author in whose name the account writes.
EDITORS = [
    ("editor", "Editor", "nkechi-obiaduba"),
    ("reporter", "Reporter", "gulsen-akdereli"),
    ("rights", "Rights manager", None),
]
# The pictures were drawn for this edition, so others may have them too.
OURS = {"usage": "own", "allows_republishing": True}
# A draft that waits for somebody to read it.
IN_REVIEW = "roadstead-039"
# Letters and digits that nobody takes for one another.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 -- not a password


class BrokenEditionError(Exception):
    """A file of the demo edition holds something that cannot be loaded."""


def load(*, now=None):
    """Load the edition with times relative to `now`; return the accounts made.

    An account is a dict of `username`, `role` and `password`. Pictures come first and
    each by itself; everything else is one transaction. A run that is stopped leaves
    an empty paper and can be started again, and the pictures need not be made twice.
    """
    now = now or timezone.now()
    stories = _rows("articles.jsonl")
    _load_lines(_pictures(stories))
    make_missing_renditions()
    with transaction.atomic():
        _load_lines(_lines(stories, now))
        load_newsletters(_rows("newsletters.json"))
        _make_issues(now)
        load_licensing(_rows("licensing.json"))
        accounts = _create_editors()
        _fill_the_desk(now)
    make_the_rest_later()
    return accounts


def _rows(name):
    content = (DIRECTORY / name).read_text("utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in content.splitlines() if line.strip()]
    return json.loads(content)


def _load_lines(lines):
    loader = Loader(DIRECTORY, report=_stop, warn=_stop)
    loader.load(enumerate(lines, start=1))


def _stop(number, message):
    raise BrokenEditionError(f"line {number}: {message}")


def _pictures(stories):
    for story in stories:
        if picture := story.get("picture"):
            yield {"type": "picture", **OURS, **picture}
    for author in _rows("authors.json"):
        if portrait := author.get("portrait"):
            yield {
                "type": "picture",
                "usage": "own",
                "file": portrait,
                "alt_text": author["name"],
            }


def _lines(stories, now):
    """Everything but pictures, in the importer's order."""
    for position, section in enumerate(_rows("sections.json")):
        yield {"type": "section", "position": position, **section}
    for author in _rows("authors.json"):
        yield {"type": "author", **author}
    for tag in _rows("tags.json"):
        yield {"type": "tag", **tag}
    yield from _publication_and_pages()
    for story in stories:
        yield _story(story, now)
    places = defaultdict(count)
    for story in stories:
        if area := story.get("front_page"):
            yield {
                "type": "front_page",
                "area": area,
                "position": next(places[area]),
                "article": story["id"],
            }


def _publication_and_pages():
    pages = _rows("pages.json")
    publication = _rows("publication.json")
    slugs = {page["slug"] for page in pages}
    for name, title in [
        ("corrections_policy", "Corrections policy"),
        ("ethics_policy", "Ethics policy"),
    ]:
        words = publication.pop(name)
        slug = name.replace("_", "-")
        publication[f"{name}_url"] = f"/{slug}/"
        if slug not in slugs:
            pages.append({"slug": slug, "title": title, "body_html": f"<p>{words}</p>"})
    publication["social_links"] = "\n".join(
        f"{link['name']} {link['url']}" for link in publication["social_links"]
    )
    yield {"type": "publication", **publication}
    for position, page in enumerate(pages):
        yield {
            "type": "page",
            "position": position,
            "is_in_footer": page.get("in_footer", True),
            **page,
        }


def _story(story, now):
    """The story with minutes before now turned into times."""

    def at(minutes):
        return (now - timedelta(minutes=minutes)).isoformat()

    line = {**story, "corrections": []}
    if story.get("pub_status") != "withheld":
        line["published_at"] = at(story["published_offset_minutes"])
    if "modified_offset_minutes" in story:
        line["modified_at"] = at(story["modified_offset_minutes"])
    for correction in story.get("corrections", []):
        published_at = at(correction["published_offset_minutes"])
        line["corrections"].append({**correction, "published_at": published_at})
    return line


def _make_issues(now):
    """Two past issues and a draft whose stories the newsletter's rule has found."""
    for row in _rows("issues.json"):
        newsletter = Newsletter.objects.get(slug=row["newsletter"])
        issue, is_new = Issue.objects.get_or_create(
            newsletter=newsletter,
            slug=row["slug"],
            defaults={"subject": row["subject"], "intro": row["intro"]},
        )
        if not is_new:
            continue
        for position, item in enumerate(row["items"], start=1):
            story = item.get("article")
            issue.items.create(
                position=position,
                article=Article.objects.get(source_id=story) if story else None,
                headline=item.get("headline", ""),
                text=item.get("text", ""),
            )
        if "sent_offset_minutes" in row:
            sent_at = now - timedelta(minutes=row["sent_offset_minutes"])
            issues.record_sent(issue, at=sent_at)
        else:
            issues.draft(issue, by=None)


def _create_editors():
    groups = create_roles()
    users = get_user_model().objects
    accounts = []
    for username, role, author in EDITORS:
        if users.filter(username=username).exists():
            continue
        password = "-".join(get_random_string(4, PASSWORD_LETTERS) for _ in range(4))
        user = users.create_user(username, password=password, is_staff=True)
        user.groups.add(groups[role])
        Author.objects.filter(slug=author, user=None).update(user=user)
        accounts.append({"username": username, "role": role, "password": password})
    return accounts


def _fill_the_desk(now):
    """What editors and the rights manager find waiting; no mail goes out for it."""
    editor = get_user_model().objects.get(username="editor")
    draft = Article.objects.get(source_id=IN_REVIEW)
    if draft.status == Status.DRAFT:
        workflow.perform(draft, "submit", by=editor)
    if RepublishingRequest.objects.exists():
        return
    rows = _rows("requests.json")
    asked_for = {row["article"] for row in rows}
    for row in rows:
        _ask(row, now)
    for correction in Correction.objects.filter(article__source_id__in=asked_for):
        correction.article.events.create(
            kind=ArticleEvent.Kind.CORRECTED,
            at=correction.published_at,
            note=correction.label,
        )
    holding.hold()


def _ask(row, now):
    story = Article.objects.get(source_id=row.pop("article"))
    address = parse(row.pop("email"))
    steps, minutes = row.pop("steps", []), row.pop("received_offset_minutes")
    request, _ = request_republishing(story, address=address, **row)
    if "accept" in steps:
        licensing.accept(request.quotes.get())
    if "pay" in steps:
        rights = get_user_model().objects.get(username="rights")
        licensing.record_payment(request, by=rights)
    _date_back(request, timedelta(minutes=minutes))


def _date_back(request, age):
    """As if all that was just done with the request had been done `age` ago."""
    for rows, *fields in [
        (RepublishingRequest.objects.filter(pk=request.pk), "created_at"),
        (RequestEvent.objects.filter(request=request), "at"),
        (Quote.objects.filter(request=request), "issued_at", "accepted_at"),
        (Payment.objects.filter(quote__request=request), "received_at"),
        (Grant.objects.filter(quote__request=request), "starts_at", "ends_at"),
    ]:
        rows.update(**{field: F(field) - age for field in fields})
