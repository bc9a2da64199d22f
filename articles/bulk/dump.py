"""Everything an editor owns as dicts, one a line, in the order `Loader` needs."""

from datetime import UTC
from pathlib import PurePosixPath

from django.db.models import Prefetch

from articles.bulk.draft import TEXTS, TIMES
from articles.bulk.pictures import FIELDS, FLAGS, PICTURE_TIMES, URLS
from articles.bulk.things import (
    AUTHOR_TEXTS,
    PAGE_TEXTS,
    PUBLICATION_TEXTS,
    SECTION_TEXTS,
)
from articles.models import (
    Article,
    Author,
    FrontPageSlot,
    Page,
    PastAddress,
    PastPath,
    Picture,
    Publication,
    Section,
    Tag,
    TaggedArticle,
)

BATCH = 500


def dump(*, picture_file=None):
    """Yield a dict for every row, in batches of bounded memory and few queries.

    `picture_file(picture)` keeps a picture's original and returns the path to name in
    the lines; without it the lines name no files, and the pictures cannot be loaded
    where they are not already.
    """
    lead = _Pictures(picture_file)
    for section in _batches(Section.objects.prefetch_related("past_slugs")):
        yield _section(section)
    for picture in _batches(Picture.objects.all()):
        yield lead.line(picture)
    for author in _batches(
        Author.objects.select_related("portrait").prefetch_related("aliases")
    ):
        yield _author(author, lead)
    for tag in _batches(Tag.objects.prefetch_related("aliases")):
        yield _tag(tag)
    for page in _batches(Page.objects.all()):
        yield _page(page)
    for publication in Publication.objects.select_related("logo"):
        yield _publication(publication, lead)
    articles = Article.objects.select_related(
        "section", "lead_picture", "social_picture"
    ).prefetch_related(
        "contributions__author",
        Prefetch("tagged", TaggedArticle.objects.order_by("pk").select_related("tag")),
        "corrections",
        Prefetch(
            "past_addresses",
            PastAddress.objects.order_by("pk").select_related("section"),
        ),
        Prefetch("past_paths", PastPath.objects.order_by("pk")),
    )
    for article in _batches(articles):
        yield _article(article, lead)
    for past in _batches(PastPath.objects.filter(article=None)):
        yield {"type": "redirect", "path": str(past), "target": past.target}
    for slot in FrontPageSlot.objects.select_related("article"):
        yield {
            "type": "front_page",
            "area": slot.area,
            "position": slot.position,
            "article": _id(slot.article),
            "starts_at": _time(slot.starts_at),
            "pinned_until": _time(slot.pinned_until),
        }


def file_name(picture):
    """The name under which an export keeps a picture's original."""
    return picture.content_hash + PurePosixPath(picture.original.name).suffix


def _batches(queryset):
    """The rows by primary key; no cursor stays open while somebody reads slowly."""
    last = 0
    while batch := list(queryset.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _time(value):
    return value and value.astimezone(UTC).isoformat()


def _texts(row, names):
    return {name: getattr(row, name) for name in names}


def _id(article):
    return article.source_id or str(article.uuid)


class _Pictures:
    def __init__(self, picture_file):
        self.picture_file = picture_file

    def line(self, picture):
        line = {
            "type": "picture",
            "id": picture.pk,
            "sha256": picture.content_hash,
            **_texts(picture, [*FIELDS, *URLS]),
            "focal_x": picture.focal_x,
            "focal_y": picture.focal_y,
            "usage": picture.usage,
            **{name: getattr(picture, name) for name in FLAGS},
            **{name: _time(getattr(picture, name)) for name in PICTURE_TIMES},
        }
        if self.picture_file:
            line["file"] = self.picture_file(picture)
        return line

    @staticmethod
    def named(picture):
        return picture and {
            "id": picture.pk,
            "caption": picture.caption,
            "credit_line": picture.credit_line,
            "alt_text": picture.alt_text,
        }


def _section(section):
    return {
        "type": "section",
        "slug": section.slug,
        **_texts(section, SECTION_TEXTS),
        "position": section.position,
        "is_in_navigation": section.is_in_navigation,
        "past_slugs": sorted(past.slug for past in section.past_slugs.all()),
    }


def _author(author, pictures):
    return {
        "type": "author",
        "slug": author.slug,
        **_texts(author, AUTHOR_TEXTS),
        "portrait": pictures.named(author.portrait),
        "aliases": _aliases(author),
    }


def _tag(tag):
    return {
        "type": "tag",
        "slug": tag.slug,
        "name": tag.name,
        "description": tag.description,
        "aliases": _aliases(tag),
    }


def _aliases(row):
    aliases = sorted(row.aliases.all(), key=lambda alias: alias.pk)
    return [{"name": alias.name, "slug": alias.slug} for alias in aliases]


def _page(page):
    return {
        "type": "page",
        "slug": page.slug,
        **_texts(page, PAGE_TEXTS),
        "body_html": page.body,
        "position": page.position,
        "is_in_footer": page.is_in_footer,
    }


def _publication(publication, pictures):
    return {
        "type": "publication",
        **_texts(publication, PUBLICATION_TEXTS),
        "founding_year": publication.founding_year,
        "logo": pictures.named(publication.logo),
    }


def _article(article, pictures):
    return {
        "type": "article",
        "id": _id(article),
        "uuid": str(article.uuid),
        "section": article.section.slug,
        "slug": article.slug,
        **_texts(article, TEXTS),
        "body_html": article.body,
        "byline": [
            {"name": row.author.name, "slug": row.author.slug, "role": row.role}
            for row in article.contributions.all()
        ],
        "tags": [row.tag.name for row in article.tagged.all()],
        "pub_status": article.pub_status,
        **{name: _time(getattr(article, name)) for name in TIMES},
        "planned_for": article.planned_for and article.planned_for.isoformat(),
        "is_republishable": article.is_republishable,
        "picture": pictures.named(article.lead_picture),
        "social_picture": pictures.named(article.social_picture),
        "corrections": [
            {
                "kind": row.kind,
                "text": row.text,
                "placement": row.placement,
                "published_at": _time(row.published_at),
            }
            for row in article.corrections.all()
        ],
        "past_addresses": [
            *(
                f"/{row.section.slug}/{row.slug}/"
                for row in article.past_addresses.all()
            ),
            *(f"/{row.path}" for row in article.past_paths.all()),
        ],
    }
