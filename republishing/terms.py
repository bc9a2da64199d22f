"""Whether a licensee's page keeps to the terms: what a reader of the page can see."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from articles.models import Publication
from articles.renditions import rendition_name
from newsroom.lib import text
from newsroom.lib.fetch import FetchError, fetch
from newsroom.lib.urls import absolute
from republishing.copies import copy_for, plain_text_of
from republishing.models import Grant, Placement

CHECK_EVERY = timedelta(days=7)
# Of the story's paragraphs, so many stand in the page word for word.
SAME_TEXT = 0.8
_SKIPPED = {"script", "style", "template", "noscript"}


class _Page(HTMLParser):
    """The words, links and pictures of a page."""

    def __init__(self, url):
        super().__init__()
        self.url = url
        self.words, self.links, self.sources = [], set(), set()
        self.canonical = ""
        self.skipped = 0

    def parse_marked_section(self, i, report=1):
        # Python gives up on “<![if …”; for browsers it is a comment.
        return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag in _SKIPPED:
            self.skipped += 1
        if tag == "a" and "href" in attrs:
            self.links.add(self._whole(attrs["href"]))
        elif tag == "link" and "canonical" in attrs.get("rel", "").lower().split():
            self.canonical = self._whole(attrs.get("href", ""))
        for name in ("src", "data-src", "poster"):
            if tag in {"img", "source", "video"} and attrs.get(name):
                self.sources.add(self._whole(attrs[name]))
        for candidate in attrs.get("srcset", "").split(","):
            if candidate.strip():
                self.sources.add(self._whole(candidate.split()[0]))
        if tag == "meta" and attrs.get("property", "").startswith("og:image"):
            self.sources.add(self._whole(attrs.get("content", "")))

    def handle_endtag(self, tag):
        if tag in _SKIPPED and self.skipped:
            self.skipped -= 1
        self.words.append(" ")

    def handle_data(self, data):
        if not self.skipped:
            self.words.append(data)

    def _whole(self, address):
        try:
            return urljoin(self.url, address.strip())
        except ValueError:
            return ""


def check(placement):
    """Read the page of a placement and write down what was found there."""
    placement.checked_at = timezone.now()
    placement.error, placement.findings = "", []
    try:
        page = fetch(placement.url)
    except FetchError as error:
        placement.error = str(error)[:200]
    else:
        if page.status < 400:
            placement.findings = findings(placement.grant, page.url, page.text)
        else:
            placement.error = f"The page answered with the error {page.status}."
    placement.save(update_fields=["checked_at", "error", "findings"])
    return placement


def check_due(*, count=None):
    """Check the places, at most `count`, that were not looked at for a week.

    Returns how many were.
    """
    late = timezone.now() - CHECK_EVERY
    due = Placement.objects.filter(
        Q(checked_at=None) | Q(checked_at__lte=late),
        grant__in=Grant.objects.in_force(),
    ).select_related("grant__article__section", "grant__quote__request")
    checked = 0
    for placement in due.order_by("pk")[:count]:
        # Two that run at once do not ask a page twice.
        mine = Placement.objects.filter(
            pk=placement.pk, checked_at=placement.checked_at
        ).update(checked_at=timezone.now())
        if mine:
            check(placement)
            checked += 1
    return checked


def findings(grant, url, html):
    """What a page keeps of the terms, as dicts of name, is_met and text."""
    page = _Page(url)
    # Without `close`, which older Pythons need hours for on a page of open comments.
    page.feed(html)
    words = _key("".join(page.words))
    story = grant.article
    copy = copy_for(grant.key)
    if copy is None:
        headline = _key(story.headline) in words
        return [_finding("withdrawn", not headline, "The story is taken down.")]
    copy_words = [_key(part) for part in plain_text_of(story).split("\n\n")]
    there = [part in words for part in copy_words if len(part) > 40]
    share = sum(there) / len(there) if there else 1
    publication = Publication.objects.current()
    found = [
        _finding(
            "attribution",
            _key(publication.name) in words,
            f"{publication.name} is named.",
        ),
        _finding(
            "link",
            any(_same(link, story.absolute_url) for link in page.links),
            "It links to the original.",
        ),
        _finding(
            "canonical",
            _same(page.canonical, story.absolute_url),
            "It names the original as canonical.",
        ),
        _finding(
            "pixel", grant.pixel_url in page.sources, "It holds the counting pixel."
        ),
        _finding(
            "pictures",
            not _forbidden(page, copy),
            "It holds none of our pictures that was not licensed.",
        ),
        _finding(
            "text",
            share >= SAME_TEXT,
            f"{share:.0%} of the paragraphs stand there word for word.",
        ),
    ]
    found += [
        _finding(
            "correction",
            _key(correction["text"]) in words,
            f"It carries the note of {correction['day']}.",
        )
        for correction in copy.corrections
    ]
    return found


def _finding(name, is_met, words):
    return {"name": name, "is_met": bool(is_met), "text": words}


def _key(words):
    """The letters and digits of a text, so that dashes and quotes may differ."""
    return re.sub(r"\W+", " ", text.fold(words)).strip()


def _same(address, ours):
    """Whether two addresses lead to one page, whatever scheme, slash or arguments."""
    found, wanted = urlsplit(address), urlsplit(ours)
    return (found.hostname, found.path.rstrip("/")) == (
        wanted.hostname,
        wanted.path.rstrip("/"),
    )


def _forbidden(page, copy):
    """The pictures from our own storage that do not go with this copy."""
    media = absolute(default_storage.url("")).rstrip("/") + "/"
    hosts = {urlsplit(media).hostname, urlsplit(settings.SITE_URL).hostname}
    allowed = {
        rendition_name(passed.picture, "original", 0, "").rpartition("/")[0]
        for passed in copy.pictures.values()
    }
    return [
        source
        for source in page.sources
        if source.startswith(media)
        and urlsplit(source).hostname in hosts
        and not any(base in source for base in allowed)
    ]
