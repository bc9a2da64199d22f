"""Items and stories: a draft made of an item, and what newer versions do to it."""

import hashlib
import re
from io import BytesIO
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import duplicates, pictures, revisions
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
Kind, State, Attention = WireItem.Kind, WireItem.State, WireItem.Attention
PICTURES = (Kind.PICTURE, Kind.GRAPHIC)
NO_STORIES = (Kind.EVENT, Kind.PLANNING)


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
    is_used = Q(article__isnull=False) | Q(picture__isnull=False)
    used = others.filter(is_used).order_by("-version_order").first()
    if row.is_withdrawn:
        _withdraw(row, used)
    elif used:
        _update(row, used)


def use(item, *, by):
    """Make of an item what its kind is for: a draft, or a picture of the library.

    Raises RefusedError, like both.
    """
    return (take_picture if item.kind in PICTURES else make_story)(item, by=by)


def make_story(item, *, by):
    """Make a draft of an item; return the story, the same one a second time.

    Raises RefusedError for what was withdrawn, is older or cannot be read.
    """
    item = WireItem.objects.select_related("source", "article").get(pk=item.pk)
    # Before the transaction: nobody waits for a lock while an agency's server is slow.
    picture = _take_pictures(item, by=by) if _is_open(item) else None
    return _make_story(item, picture, by)


def _is_open(item):
    is_unused = item.article is None and item.picture is None
    return is_unused and item.state in {State.NEW, State.LEFT}


def _check_open(item, what):
    if not _is_open(item):
        raise RefusedError(f"No {what} can be made of it: {item.get_state_display()}.")


@transaction.atomic
def _make_story(item, picture, by):
    item = WireItem.objects.select_for_update(of=["self"]).get(pk=item.pk)
    if item.article:
        return item.article
    _check_open(item, "story")
    if item.kind in NO_STORIES:
        raise RefusedError("It announces what will be, and is no story.")
    if not (item.headline or item.standfirst or html.clean_to_text(item.body)):
        raise RefusedError("There is neither a headline nor a text in it.")
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


def take_picture(item, *, by):
    """Take an item that is a picture into the library; return the Picture.

    What is there already is not taken twice. Raises RefusedError, with the reason.
    """
    item = WireItem.objects.select_related("source", "picture").get(pk=item.pk)
    if item.picture:
        return item.picture
    _check_open(item, "picture")
    if item.kind not in PICTURES or not item.pictures:
        raise RefusedError("It names no picture file.")
    try:
        picture = _take(item, item.pictures[0], by)
    except _NOT_TAKEN as error:
        raise RefusedError(f"The picture could not be had: {error}") from error
    WireItem.objects.filter(pk=item.pk).update(
        picture=picture, state=State.TAKEN, problem=""
    )
    return picture


def leave(item):
    """Note that nobody wants anything made of an item."""
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
        ("Version", "" if item.web_url else item.version),
        ("Address", item.web_url),
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


def _withdraw(row, used):
    row.state = State.WITHDRAWN
    if used:
        row.article, row.picture = used.article, used.picture
        row.attention = _how_urgent(used)
        # Agencies take things back without repeating what they were.
        row.headline = row.headline or used.headline
    row.save(update_fields=["state", "article", "picture", "attention", "headline"])


def _how_urgent(used):
    if used.article is None:
        return Attention.PICTURE
    is_out = used.article.pub_status == Article.PubStatus.USABLE
    return Attention.PUBLIC if is_out else Attention.WITHDRAWN


def _update(row, drafted):
    if drafted.article_id is None:
        row.picture, row.state = drafted.picture, State.TAKEN
        row.attention = Attention.CHANGED
        row.save(update_fields=["picture", "state", "attention"])
        return
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
    # A run that was killed may have taken it, and many items come with one picture.
    if same := duplicates.same_as(hashlib.sha256(content).hexdigest()):
        return same
    is_alone = item.kind in PICTURES
    terms = offered["usage_terms"] or item.usage_terms
    if is_alone and item.ed_note:
        terms = "\n".join(filter(None, [terms, f"Note to editors: {item.ed_note}"]))
    notice = offered["copyright_notice"] or item.copyright_notice
    starts_at = item.embargoed_until if is_alone else None
    if starts_at and item.expires_at and starts_at >= item.expires_at:
        raise ValueError("its rights end before its embargo does")
    return pictures.add_picture(
        BytesIO(content),
        by=by,
        # No public file before its embargo: a task makes them then.
        render=starts_at is None or starts_at <= timezone.now(),
        caption=offered["caption"][:1000],
        creator=line(", ".join(item.byline), 200) if is_alone else "",
        keywords=line(", ".join(item.keywords), 500) if is_alone else "",
        credit_line=offered["credit_line"] or item.provider or item.source.name,
        copyright_notice=line(notice, 200),
        usage_terms=terms[:1000],
        usage=Picture.Usage.AGENCY,
        allows_republishing=False,
        rights_start_at=starts_at,
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
