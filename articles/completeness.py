"""What a story should have before readers see it: the points still open."""

import re
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from articles.body import library_pictures
from articles.models import Article, Author, Page, Picture, RightsGate, Section, Tag
from newsroom.lib import html

MUST, SHOULD = "must", "should"
# Search engines and social cards cut what is longer (Google: about 110 characters).
HEADLINE_LENGTH = 110
STANDFIRST_LENGTH = 300
# A page of links is no story; each link costs a query.
LINK_COUNT = 60

_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')


@dataclass(frozen=True)
class Point:
    """One thing that is missing: how much it matters, in which field, in words.

    What `is_about_rights` matters as much as the publisher's role says (`RightsGate`).
    """

    grade: str
    field: str
    message: str
    is_about_rights: bool = False

    @property
    def anchor(self):
        """The id of the field in the admin's form."""
        if self.field == "byline":
            return "contributions-group"
        return f"id_{self.field}"


def open_points(content, *, at):
    """The points open in a content (see `revisions.content_of`) for readers at `at`.

    Musts first. Four queries, and one for each link to the site itself.
    """
    found = [*_words(content), *_pictures(content, at), *_links(content)]
    return sorted(found, key=lambda point: point.grade != MUST)


def for_gate(points, mode):
    """The points as they matter to somebody with this mode of `RightsGate`."""
    if mode == RightsGate.Mode.BLOCK:
        return points
    others = [point for point in points if not point.is_about_rights]
    if mode == RightsGate.Mode.OFF:
        return others
    return others + [
        replace(point, grade=SHOULD) for point in points if point.is_about_rights
    ]


def _words(content):
    if not content["headline"]:
        yield Point(MUST, "headline", "a headline")
    elif len(content["headline"]) > HEADLINE_LENGTH:
        length = len(content["headline"])
        yield Point(
            SHOULD,
            "headline",
            f"a shorter headline: {length} characters, and {HEADLINE_LENGTH} are shown",
        )
    if not html.clean_to_text(content["body"]).strip():
        yield Point(MUST, "body", "a body")
    if not content["section"]:
        yield Point(MUST, "section", "a section")
    if not content["standfirst"]:
        yield Point(SHOULD, "standfirst", "a standfirst")
    elif len(content["standfirst"]) > STANDFIRST_LENGTH:
        yield Point(SHOULD, "standfirst", "a shorter standfirst")
    if not content["tags"]:
        yield Point(SHOULD, "typed_tags", "tags")
    if not content["byline"]:
        yield Point(SHOULD, "byline", "a byline")


def _pictures(content, at):
    named = [content["lead_picture"], content["social_picture"]]
    named = Picture.objects.in_bulk(filter(None, named))
    lead = named.get(content["lead_picture"])
    social = named.get(content["social_picture"])
    if social and not social.is_usable(at=at):
        message = "rights for the picture of social cards"
        yield Point(MUST, "social_picture", message, is_about_rights=True)
    if lead is None:
        yield Point(SHOULD, "lead_picture", "a lead picture")
    else:
        if not lead.is_usable(at=at):
            yield Point(
                MUST,
                "lead_picture",
                "rights for the lead picture",
                is_about_rights=True,
            )
        if lead.needs_alt:
            yield Point(MUST, "lead_picture", "an alt text for the lead picture")
        if not (lead.credit_line or content["lead_credit_override"]):
            yield Point(
                MUST, "lead_credit_override", "a credit line for the lead picture"
            )
    for picture in library_pictures(content["body"]).values():
        if not picture.is_usable(at=at):
            message = f"rights for the picture “{picture}”"
            yield Point(MUST, "body", message, is_about_rights=True)
        if picture.needs_alt:
            yield Point(SHOULD, "body", f"an alt text for the picture “{picture}”")
        if not picture.credit_line:
            yield Point(SHOULD, "body", f"a credit line for the picture “{picture}”")


def _links(content):
    hrefs = dict.fromkeys(map(unescape, _HREF.findall(content["body"])))
    for href in list(hrefs)[:LINK_COUNT]:
        path = own_path(href)
        if path is not None and not leads_somewhere(path):
            yield Point(SHOULD, "body", f"a link that works in place of {href}")


def own_path(href):
    """The path of a link to this site; None for other sites' and for fragments."""
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or not parts.path:
        return None
    if host and host != urlsplit(settings.SITE_URL).hostname:
        return None
    return unquote(parts.path) if host or parts.path.startswith("/") else None


def leads_somewhere(path):
    """Whether a path of the site opens for readers now."""
    try:
        match = resolve(path if path.endswith("/") else f"{path}/")
    except Resolver404:
        return path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
    slug = match.kwargs.get("slug", "")
    name = match.view_name.removeprefix("articles:")
    if name == "article_detail":
        at = Article.objects.once_at(match.kwargs["section_slug"], slug)
        return at.published().exists()
    if name.startswith("section_"):
        return (
            Section.objects.at(slug).exists() or Page.objects.filter(slug=slug).exists()
        )
    if name in ("tag_detail", "tag_feed"):
        return Tag.objects.at(slug).exists()
    if name.startswith("author_"):
        return Author.objects.at(slug).exists()
    return True
