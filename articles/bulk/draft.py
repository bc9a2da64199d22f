"""A story as a line of the file has it."""

import re
import uuid

from django.core.exceptions import ValidationError

from articles.bulk.lines import (
    LineError,
    date_of,
    flag_of,
    list_of,
    named,
    picture_of,
    text_of,
    time_of,
)
from articles.bulk.names import reasons
from articles.models import Article, Correction
from articles.models.article import SLUG_LENGTH
from articles.models.past_path import fold_path
from newsroom.lib import text

# Ids of other archives become the permanent ids of feeds (RFC 9562, version 5).
NAMESPACE = uuid.UUID("8c0a5f1e-3c52-5b0e-9d57-7f3a4f0c6b21")

TEXTS = [
    "headline", "kicker", "standfirst", "dateline", "slugline", "ed_note", "language",
    "text_direction", "translation_key", "license", "seo_title", "seo_description",
    "social_title", "social_description", "canonical_url", "lead_caption_override",
    "lead_credit_override",
]  # fmt: skip
TIMES = ["published_at", "modified_at", "embargoed_until", "expires_at", "created_at"]
_NOT_CHECKED = {
    "slug",
    "section",
    "lead_picture",
    "social_picture",
    "uuid",
    "source_id",
    "word_count",
}
# What most archives hold, and `text.slug` would leave as it is.
_PLAIN_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIGURE_PICTURE = re.compile(r'data-picture="([0-9]{1,18})"')


def permanent_id(value):
    """The UUID of a story called `value` in its archive; a UUID stands for itself."""
    try:
        parsed = uuid.UUID(value)
    except ValueError:
        parsed = None
    if parsed and str(parsed) == value.lower():
        return parsed
    return uuid.uuid5(NAMESPACE, value)


def uuid_of(key, data):
    try:
        return uuid.UUID(data["uuid"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return permanent_id(key)


class Draft:
    """A story as a line has it: the row to write and all that belongs to it."""

    def __init__(self, loader, number, key, data, pk):
        """Raises LineError for what readers or the database could not take."""
        self.number, self.key, self.pk, self.data = number, key, pk, data
        if pk is None:
            self.article = Article(source_id=key, uuid=uuid_of(key, data))
        else:
            self.article = Article.objects.get(pk=pk)
        article = self.article
        for name in TEXTS:
            if data.get(name) is not None:
                setattr(article, name, text_of(data, name))
        for name in TIMES:
            if name in data:
                default = article.created_at if name == "created_at" else None
                setattr(article, name, time_of(data, name, default))
        if "planned_for" in data:
            article.planned_for = date_of(data, "planned_for")
        article.is_republishable = flag_of(
            data, "is_republishable", default=article.is_republishable
        )
        if data.get("body_html") is not None:
            article.body = loader_body(loader, text_of(data, "body_html"))
        self._set_status()
        if not text.clean_line(article.headline):
            raise LineError("there is no “headline”")
        self.slug = self._wanted_slug()
        article.slug = self.slug
        if pk is None or "section" in data:
            article.section_id = loader.names.section(text_of(data, "section"))
        self._check()
        self.contributions = self._contributions(loader)
        self.tag_names = [
            (entry["name"], entry.get("slug") or "")
            for entry in (named(item, "tags") for item in list_of(data, "tags"))
        ]
        self.tags = []
        self.corrections = [_correction(item) for item in list_of(data, "corrections")]
        self.past_addresses, self.past_paths = self._past_addresses(loader)
        # Last: by now the line is known to be good, and taking in a file is work.
        self._set_pictures(loader)

    def _set_status(self):
        article = self.article
        status = text_of(self.data, "pub_status")
        if not status and self.pk is None:
            usable = article.published_at is not None
            status = Article.PubStatus.USABLE if usable else Article.PubStatus.WITHHELD
        if status:
            if status not in Article.PubStatus.values:
                raise LineError(f"there is no “pub_status” {status[:40]}")
            article.pub_status = status
        if article.pub_status == Article.PubStatus.USABLE and not article.published_at:
            raise LineError("a usable story needs “published_at”")

    def _wanted_slug(self):
        given = text_of(self.data, "slug")
        if not given:
            if self.pk is not None:
                return self.article.slug
            given = text_of(self.data, "url_path").rstrip("/").rpartition("/")[2]
        if len(given) <= SLUG_LENGTH and _PLAIN_SLUG.fullmatch(given):
            return given
        return text.slug(
            given or self.article.headline, max_length=SLUG_LENGTH, fallback="story"
        )

    def _check(self):
        try:
            self.article.clean_fields(exclude=_NOT_CHECKED)
        except ValidationError as error:
            raise LineError(reasons(error)) from error

    def _contributions(self, loader):
        """(author, role) pairs in the byline's order, each once."""
        pairs = []
        for item in list_of(self.data, "byline"):
            entry = named(item, "byline")
            author = loader.names.author(entry["name"], text_of(entry, "slug"))
            pairs.append((author, text.clean_line(text_of(entry, "role"))[:80]))
        return list(dict.fromkeys(pairs))

    def _past_addresses(self, loader):
        """The addresses that lead to the story: (section, slug) pairs, and other paths.

        A path that this site could have given a story is a pair, so that it follows
        the section's own moves.
        """
        given = [
            path
            for path in [
                *list_of(self.data, "past_addresses"),
                self.data.get("url_path"),
            ]
            if isinstance(path, str)
        ]
        pairs, paths = [], []
        for path in filter(None, map(fold_path, given)):
            first, _, slug = path.partition("/")
            section = loader.names.known_section(first)
            if section and slug and slug == text.slug(slug, max_length=SLUG_LENGTH):
                if (section, slug) != (self.article.section_id, self.slug):
                    pairs.append((section, slug))
            else:
                paths.append(path)
        return list(dict.fromkeys(pairs)), list(dict.fromkeys(paths))

    def _set_pictures(self, loader):
        for key, attribute in [
            ("picture", "lead_picture_id"),
            ("social_picture", "social_picture_id"),
        ]:
            wanted = picture_of(self.data, key)
            if not wanted:
                continue
            try:
                found = loader.shelf.find(wanted)
            except LineError as error:
                loader.warn(self.number, f"loaded without its picture: {error}")
                continue
            setattr(self.article, attribute, found.pk)
            if key == "picture":
                self._override(wanted, found)

    def _override(self, wanted, found):
        """Words that differ from the picture's own stay with the story."""
        for name, key, own in [
            ("lead_caption_override", "caption", found.caption),
            ("lead_credit_override", "credit_line", found.credit_line),
        ]:
            field = Article._meta.get_field(name)  # noqa: SLF001 -- Django's public API
            words = field.tidy(text_of(wanted, key))[: field.max_length]
            if name not in self.data and words and words != own:
                setattr(self.article, name, words)


def loader_body(loader, body):
    """The body with the pictures' ids of the file turned into those of the rows."""
    if "data-picture" not in body:
        return body

    def replace(match):
        found = loader.shelf.by_id.get(int(match[1]))
        return f'data-picture="{found.pk}"' if found else match[0]

    return _FIGURE_PICTURE.sub(replace, body)


def _correction(item):
    if not isinstance(item, dict):
        raise LineError("an entry of “corrections” is not an object")
    correction = Correction(
        text=text_of(item, "text"),
        kind=text_of(item, "kind") or Correction.Kind.CORRECTION,
        placement=text_of(item, "placement") or Correction.Placement.BOTTOM,
    )
    if published_at := time_of(item, "published_at"):
        correction.published_at = published_at
    try:
        correction.clean_fields(exclude={"article"})
    except ValidationError as error:
        raise LineError(f"a correction: {reasons(error)}") from error
    return correction
