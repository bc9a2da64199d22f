"""Atom (RFC 4287) and RSS 2.0 of the site, a section, a tag and an author.

Ids never change with host, scheme or address; every address in a feed is absolute and
built from SITE_URL. The sizes of pictures come from their rows: nothing here calls the
storage.
"""

import uuid
from datetime import UTC, datetime
from functools import lru_cache
from io import StringIO

import nh3
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.feedgenerator import (
    Atom1Feed,
    Enclosure,
    Rss201rev2Feed,
    rfc3339_date,
)
from django.utils.html import escape, format_html
from django.utils.http import http_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from articles import pages, reading, structured_data
from articles.body import library_pictures, picture_keys, render_body
from articles.models import Article, Author, Section, Tag
from newsroom.lib import html, text
from newsroom.lib.prepared import of_its_row
from newsroom.lib.urls import absolute

ITEM_COUNT = 30
# Of what stands in the newest feeds; some 10 kB each.
REMEMBERED = 250
# What a feed with nothing in it was last changed at: any fixed time, for a valid feed.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NO_STORY = uuid.NAMESPACE_URL

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"


@require_safe
def site_feed(request):
    publication = pages.chrome()["publication"]
    return _feed(
        request,
        publication=publication,
        title=publication.name,
        description=publication.strapline or publication.about_line,
        page=reverse("articles:front_page"),
        address=reverse("articles:site_feed"),
    )


@require_safe
def section_feed(request, slug):
    section = _find(Section, slug)
    return _feed_of(request, section, slug, section.description)


@require_safe
def tag_feed(request, slug):
    tag = _find(Tag, slug)
    return _feed_of(request, tag, slug, tag.description)


@require_safe
def author_feed(request, slug):
    author = _find(Author, slug)
    return _feed_of(request, author, slug, author.biography)


def _find(model, slug):
    """The row at an address: one that lives there goes before one that has left it."""
    found = list(model.objects.at(slug))
    if not found:
        raise Http404(f"No {model.__name__} {slug!r}.")
    return next((row for row in found if row.slug == slug), found[0])


def _feed_of(request, row, slug, description):
    """The feed of a section, tag or author; at a former address, the way to it."""
    kind = type(row).__name__.lower()
    address = reverse(f"articles:{kind}_feed", args=[row.slug])
    if row.slug != slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    publication = pages.chrome()["publication"]
    return _feed(
        request,
        kind,
        row,
        publication=publication,
        title=f"{row.name} – {publication.name}",
        description=description,
        page=row.get_absolute_url(),
        address=address,
        # Tags and authors without a published story have no page either.
        may_be_empty=kind == "section",
    )


def _feed(
    request,
    subject=None,
    row=None,
    *,
    publication,
    title,
    description,
    page,
    address,
    may_be_empty=True,
):
    stories = reading.feed(
        subject=subject, key=row and row.pk, at=timezone.now(), count=ITEM_COUNT
    )
    if not stories and not may_be_empty:
        raise Http404("Nothing of this has been published.")
    key = f"{subject}:{row.pk}" if row else "site"
    origin = stories[0] if stories else reading.with_origin(Article.objects).first()
    is_rss = request.GET.get("format") == "rss"
    feed = (RSS if is_rss else Atom)(
        title=title,
        description=text.clean_line(description) or title,  # RSS cannot do without
        subtitle=text.clean_line(description) or None,
        link=absolute(page),
        feed_url=absolute(f"{address}?format=rss" if is_rss else address),
        feed_guid=uuid.uuid5(origin.first_uuid if origin else NO_STORY, key).urn,
        language=settings.LANGUAGE_CODE,
        author_name=publication.name,
        author_link=absolute("/"),
    )
    pictures = library_pictures(*(article.body for article in stories))
    for article in stories:
        feed.add_story(Story(article, pictures, full_text=settings.FEED_FULL_TEXT))
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    # Withdrawing a story must not leave a reader's copy "unchanged since".
    last_event_at = (origin and origin.last_event_at) or NEVER
    changed = max(feed.latest_post_date(), last_event_at)
    response["Last-Modified"] = http_date(changed.timestamp())
    return response


# Items ------------------------------------------------------------------------------


def item(article, pictures, *, full_text):
    """The arguments of `add_item` for a story loaded by `for_feed`.

    `pictures` are those of its body, as `library_pictures` finds them.
    """
    corrections = article.shown_corrections()
    words = [structured_data.article_description(article)]
    words += [f"{correction.label}: {correction.text}" for correction in corrections]
    byline = article.byline()
    picture = _picture(article)
    return {
        "title": article.headline,
        "link": article.absolute_url,
        "unique_id": article.feed_id,
        "unique_id_is_permalink": False,
        "pubdate": article.published_at,
        "updateddate": article.updated_at,
        # Readers take a description for HTML.
        "description": escape("\n\n".join(filter(None, words))),
        "content": content(article, corrections, pictures) if full_text else None,
        "categories": [
            article.section.name,
            *(tag["name"] for tag in article.tag_links()),
        ],
        "language": article.language,
        "authors": [by for by in byline if not by["role"]],
        "contributors": [by for by in byline if by["role"]],
        "picture": picture,
        "enclosures": [
            Enclosure(picture["url"], str(picture["bytes"]), picture["type"])
        ]
        if picture
        else [],
    }


def content(article, corrections, pictures):
    """A story's picture, corrections and body as HTML that any feed reader can show."""
    top = [note for note in corrections if note.placement == note.Placement.TOP]
    bottom = [note for note in corrections if note.placement != note.Placement.TOP]
    parts = [
        _figure(article),
        *map(_correction, top),
        render_body(article.body, pictures=pictures),
        *map(_correction, bottom),
    ]
    inner = for_readers("\n".join(filter(None, parts)), base=article.absolute_url)
    return f'<div lang="{article.language}" dir="{article.direction}">{inner}</div>'


@lru_cache(maxsize=REMEMBERED)
def for_readers(value, *, base):
    """HTML without what feeds must not hold, every address absolute.

    Pictures keep one file each. `base` is the address of the page
    that the HTML stands on.
    """
    value = nh3.clean(
        value,
        tags=html.TAGS | {"img"},
        attributes=_ATTRIBUTES,
        url_schemes=html.SCHEMES,
        url_relative=("rewrite_with_base", base),
        clean_content_tags=_UNFIT,
        link_rel=None,
    )
    return text.without_controls(value)


_UNFIT = {"script", "style", "iframe", "form", "object", "template", "noscript", "svg"}
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "time": {"datetime"},
}


def _picture(article):
    found = article.picture and structured_data.picture_file(
        article.picture, "original"
    )
    return found and {
        **found,
        "alt": article.lead_alt,
        "caption": article.lead_caption,
        "credit_line": article.lead_credit,
    }


def _figure(article):
    picture = _picture(article)
    if not picture:
        return ""
    words = " ".join(filter(None, [picture["caption"], picture["credit_line"]]))
    return format_html(
        '<figure><img src="{}" width="{}" height="{}" alt="{}">'
        "<figcaption>{}</figcaption></figure>",
        picture["url"],
        picture["width"],
        picture["height"],
        picture["alt"],
        words,
    )


def _correction(correction):
    day = timezone.localdate(correction.published_at)
    return format_html(
        "<p><strong>{}, {}:</strong> {}</p>",
        correction.label,
        format_date(day, "j F Y"),
        correction.text,
    )


class Story:
    """A story and the pictures of its body, equal to another that reads the same.

    So its XML is made once, and nothing has to be forgotten when a story changes.
    """

    def __init__(self, article, pictures, *, full_text):
        self.article, self.full_text = article, full_text
        self.pictures = {
            key: pictures[key]
            for key in of_its_row(article, _picture_keys)
            if full_text and key in pictures
        }
        self._key = [
            full_text,
            settings.SITE_URL,
            of_its_row(article, _facts),
            article.picture is None,
            [(one.is_usable(), _row(one)) for one in self.pictures.values()],
        ]

    def __eq__(self, other):
        return self._key == other._key

    def __hash__(self):
        return self.article.pk


def _picture_keys(article):
    return picture_keys(article.body)


def _facts(article):
    picture = article.lead_picture
    return [
        article.updated_at,
        _row(article.section),
        _row(article),
        picture and _row(picture),
    ]


# What `with_origin` adds says nothing of the story that it stands beside.
_NOT_OF_THE_STORY = {"_state", "first_uuid", "last_event_at"}


def _row(row):
    return [
        (name, value)
        for name, value in vars(row).items()
        if name not in _NOT_OF_THE_STORY
    ]


@lru_cache(maxsize=REMEMBERED)
def _item_xml(feed_class, story):
    feed = feed_class(title="", link="", description="")
    feed.add_item(**item(story.article, story.pictures, full_text=story.full_text))
    written = StringIO()
    feed.write_items(SimplerXMLGenerator(written, "utf-8", short_empty_elements=True))
    return written.getvalue()


def forget():
    """Make every story's XML anew: for tests, which change settings."""
    _item_xml.cache_clear()


# Formats ----------------------------------------------------------------------------


class _StableFeed:
    """Nothing in the feed tells when it was fetched, so an ETag holds."""

    def add_story(self, story):
        self.items.append({"updateddate": story.article.updated_at, "story": story})

    def write_items(self, handler):
        if not (self.items and "story" in self.items[0]):
            super().write_items(handler)
            return
        for item in self.items:
            # By its name for white space, but it writes whatever is XML already.
            handler.ignorableWhitespace(_item_xml(type(self), item["story"]))

    def latest_post_date(self):
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_media(self, handler, item):
        picture = item["picture"]
        if not picture:
            return
        attributes = {
            "url": picture["url"],
            "type": picture["type"],
            "medium": "image",
            "width": str(picture["width"]),
            "height": str(picture["height"]),
            "fileSize": str(picture["bytes"]),
        }
        handler.startElement("media:content", attributes)
        if picture["credit_line"]:
            handler.addQuickElement("media:credit", picture["credit_line"])
        handler.endElement("media:content")


class Atom(_StableFeed, Atom1Feed):
    def root_attributes(self):
        return {**super().root_attributes(), "xmlns:media": MEDIA}

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for element in ["author", "contributor"]:
            for person in item[f"{element}s"]:
                handler.startElement(element, {})
                handler.addQuickElement("name", person["name"])
                handler.addQuickElement("uri", absolute(person["url"]))
                handler.endElement(element)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})
        self.add_media(handler, item)


class RSS(_StableFeed, Rss201rev2Feed):
    def rss_attributes(self):
        return {
            **super().rss_attributes(),
            "xmlns:content": CONTENT,
            "xmlns:dc": DUBLIN_CORE,
            "xmlns:media": MEDIA,
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for person in item["authors"]:
            handler.addQuickElement("dc:creator", person["name"])
        for person in item["contributors"]:
            handler.addQuickElement("dc:contributor", person["name"])
        handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])
        self.add_media(handler, item)
