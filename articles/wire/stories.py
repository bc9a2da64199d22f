"""Items and stories: a draft made of an item, and what newer versions do to it."""

import re
from io import BytesIO
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from articles import pictures, revisions
from articles.bulk.names import NameBook
from articles.models import (
    Article,
    ArticleDraft,
    ArticleEvent,
    EditingSession,
    Picture,
    Revision,
    Tag,
    WireItem,
)
from articles.models.article import SLUG_LENGTH
from articles.models.languages import validate_language
from articles.models.slugs import RESERVED_ARTICLE_SLUGS
from articles.models.status import DeskStatus
from articles.refusals import RefusedError
from articles.wire.item import UnreadableItemError, line
from articles.wire.places import folder_of
from newsroom.lib import fetch, html, images, text

PICTURES_TAKEN = 3
_BY = re.compile(r"(?:by|von|af|av|par|por|di|door)\s+", re.IGNORECASE)
_NOT_TAKEN = (
    fetch.FetchError,
    images.UnacceptablePictureError,
    UnreadableItemError,
    OSError,
    ValueError,
)
State, Attention = WireItem.State, WireItem.Attention


def follow(row):
    """Do what a version that has just come means for the earlier ones.

    An untouched draft is brought up to date. One that somebody has worked on, and a
    story that readers see, stay as they are: the item asks for an editor. Nothing is
    published or withdrawn by itself.
    """
    others = WireItem.objects.filter(guid=row.guid).exclude(pk=row.pk)
    if others.filter(version_order__gt=row.version_order).exists():
        row.state = State.SUPERSEDED
        row.save(update_fields=["state"])
        return
    others.filter(state=State.NEW).update(
        state=State.WITHDRAWN if row.is_withdrawn else State.SUPERSEDED
    )
    drafted = others.filter(article__isnull=False).order_by("-version_order").first()
    if row.is_withdrawn:
        _withdraw(row, drafted)
    elif drafted:
        _update(row, drafted)


def make_story(item, *, by):
    """Make a draft of an item; return the story, the same one a second time.

    Raises RefusedError for what was withdrawn, is older or cannot be read.
    """
    item = WireItem.objects.select_related("source", "article").get(pk=item.pk)
    # Before the transaction: nobody waits for a lock while an agency's server is slow.
    picture = _take_pictures(item, by=by) if _is_open(item) else None
    return _make_story(item, picture, by)


def _is_open(item):
    return item.article is None and item.state in {State.NEW, State.LEFT}


@transaction.atomic
def _make_story(item, picture, by):
    item = WireItem.objects.select_for_update(of=["self"]).get(pk=item.pk)
    if item.article:
        return item.article
    if not _is_open(item):
        raise RefusedError(f"No story can be made of it: {item.get_state_display()}.")
    article = Article(section=item.source.section, created_by=by, **_values(item))
    article.slug = _free_slug(article)
    article.lead_picture = picture
    article.save(force_insert=True)
    _write_relations(article, item)
    ArticleEvent.objects.create(
        article=article,
        kind=ArticleEvent.Kind.IMPORTED,
        by=by,
        note=line(f"From the wire: {item.provider or item.source}"),
    )
    revisions.snapshot(article, by=by, kind=Revision.Kind.SAVED)
    _note_story(item, article)
    return article


def leave(item):
    """Note that nobody wants a story of an item."""
    WireItem.objects.filter(pk=item.pk, state=State.NEW).update(state=State.LEFT)


def settle(item):
    """Note that an editor has seen what an item asked for."""
    WireItem.objects.filter(pk=item.pk).update(attention=Attention.NONE)


def _note_story(item, article):
    item.article, item.state = article, State.DRAFTED
    item.story_version = revisions.version_of(article)
    item.save(update_fields=["article", "state", "story_version"])


def _values(item):
    """The fields of a story that an item gives."""
    plain = html.clean_to_text(item.body)
    start = text.summary(plain, max_length=100)
    return {
        "headline": item.headline or start or item.slugline or item.guid,
        "standfirst": item.standfirst,
        "body": item.body,
        "dateline": item.dateline,
        "slugline": item.slugline,
        "language": _language(item),
        "ed_note": _note_to_staff(item),
        "embargoed_until": item.embargoed_until,
        "expires_at": item.expires_at,
        # It is the agency's, and not ours to pass on.
        "is_republishable": False,
    }


def _language(item):
    try:
        validate_language(item.language)
    except ValidationError:
        return item.source.language
    return item.language


def _note_to_staff(item):
    said = [
        ("From the wire", f"{item.provider or item.source}, {item.guid}"),
        ("Version", item.version),
        ("Copyright", item.copyright_notice),
        ("Usage terms", item.usage_terms),
        ("Note to editors", item.ed_note),
        ("Keywords", ", ".join(item.keywords)),
    ]
    return "\n".join(f"{name}: {value}" for name, value in said if value)


def _free_slug(article):
    others = Article.objects.filter(section=article.section)

    def is_taken(slug):
        return slug in RESERVED_ARTICLE_SLUGS or others.filter(slug=slug).exists()

    base = text.slug(article.headline, max_length=80, fallback="story")
    return text.unique_slug(base, is_taken, max_length=SLUG_LENGTH)


def _write_relations(article, item):
    """Byline, and of the agency's keywords those that are tags of ours."""
    book = NameBook()
    names = [_BY.sub("", name, count=1) for name in item.byline]
    names = [name for name in map(line, names) if name] or [
        item.provider or item.source.name
    ]
    keys = dict.fromkeys(book.author(name[:120]) for name in names)
    revisions.write_content(
        article,
        {
            "byline": [{"author": key, "name": "", "role": ""} for key in keys],
            "tags": [
                {"tag": tag.pk, "name": tag.name}
                for tag in dict.fromkeys(Tag.objects.by_name(item.keywords).values())
            ],
        },
        fields={"byline", "tags"},
    )


def _withdraw(row, drafted):
    row.state = State.WITHDRAWN
    if drafted:
        row.article = drafted.article
        is_out = row.article.pub_status == Article.PubStatus.USABLE
        row.attention = Attention.PUBLIC if is_out else Attention.WITHDRAWN
        # Agencies take things back without repeating what they were.
        row.headline = row.headline or row.article.headline
    row.save(update_fields=["state", "article", "attention", "headline"])


def _update(row, drafted):
    article = Article.objects.select_for_update().get(pk=drafted.article_id)
    if not _is_untouched(article, drafted):
        row.article, row.state = article, State.DRAFTED
        row.attention, row.story_version = Attention.CHANGED, drafted.story_version
        row.save(update_fields=["article", "state", "attention", "story_version"])
        return
    values = _values(row)
    for name, value in values.items():
        setattr(article, name, value)
    article.save(update_fields=[*values, "word_count"])
    _write_relations(article, row)
    revisions.snapshot(
        article, by=None, kind=Revision.Kind.SAVED, note=f"Wire version {row.version}"
    )
    _note_story(row, article)


def _is_untouched(article, drafted):
    return (
        article.pub_status == Article.PubStatus.WITHHELD
        and article.desk_status == DeskStatus.DRAFT
        and not ArticleDraft.objects.filter(article=article).exists()
        and not EditingSession.objects.filter(article=article).exists()
        and revisions.version_of(article) == drafted.story_version
    )


# Pictures ---------------------------------------------------------------------------


def _take_pictures(item, *, by):
    """Take in an item's pictures; return the first, or None. What fails is noted."""
    if not item.source.takes_pictures:
        return None
    taken, problems = [], []
    for offered in item.pictures[:PICTURES_TAKEN]:
        try:
            taken.append(_take(item, offered, by))
        except _NOT_TAKEN as error:
            problems.append(f"{offered['href'][:80]}: {error}")
    if problems:
        item.problem = line("Pictures not taken: " + "; ".join(problems))
        item.save(update_fields=["problem"])
    return taken[0] if taken else None


def _take(item, offered, by):
    content = _content(item.source, offered["href"])
    return pictures.add_picture(
        BytesIO(content),
        by=by,
        caption=offered["caption"],
        credit_line=offered["credit_line"] or item.provider or item.source.name,
        copyright_notice=offered["copyright_notice"] or item.copyright_notice,
        usage_terms=offered["usage_terms"] or item.usage_terms,
        usage=Picture.Usage.AGENCY,
        allows_republishing=False,
        rights_expire_at=item.expires_at,
    )


def _content(source, href):
    """The bytes of a picture: on the web, or beside the files of the source."""
    if urlsplit(href).scheme in {"http", "https"}:
        page = fetch.download(href, max_bytes=images.MAX_BYTES + 1, seconds=20)
        if page.status != 200:
            raise fetch.FetchError(f"it answers {page.status}")
        return page.body
    if not source.folder:
        raise fetch.FetchError("it names no address")
    folder = folder_of(source)
    path = (folder / href).resolve()
    if not path.is_relative_to(folder):
        raise fetch.FetchError("it lies outside the folder")
    if path.stat().st_size > images.MAX_BYTES:
        raise fetch.FetchError("it is too large")
    return path.read_bytes()
