"""Revisions of a story: taken at each save and transition, and brought back."""

from datetime import UTC, date, datetime

from django.db import models, transaction
from django.db.models import F, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.models import (
    Article,
    ArticleDraft,
    Author,
    Contribution,
    Picture,
    Revision,
    Tag,
    TaggedArticle,
)
from articles.models.expressions import JSONRows
from articles.models.revision import digest_of

# Never an editor's: given once, or computed from the others.
_NOT_EDITED = {"id", "uuid", "source_id", "created_at", "created_by", "word_count"}
# Where, when and whether readers see the story. A restore leaves these alone.
STATE_FIELDS = {
    "section", "slug", "pub_status", "desk_status", "published_at", "modified_at",
    "embargoed_until", "expires_at", "planned_for",
}  # fmt: skip
RELATIONS = ["byline", "tags"]


def model_fields():
    """The columns of a story that an editor or a transition changes."""
    return [
        field
        for field in Article._meta.concrete_fields  # noqa: SLF001 - Django's documented API
        if field.name not in _NOT_EDITED
    ]


def all_fields():
    """The names of all that a revision holds, in the model's order."""
    return [*(field.name for field in model_fields()), *RELATIONS]


def content_fields():
    """The names of what a restore brings back: text, pictures, byline, tags, SEO."""
    return [name for name in all_fields() if name not in STATE_FIELDS]


def content_of(article, *, lock=False):
    """All that an editor can change of a story as the database has it, JSON-ready.

    Pictures and section are keys, times are ISO 8601 in UTC to the second, `byline` is
    a list of author, name and role in order, `tags` one of tag and name. One statement,
    and one more with `lock`: the row is then locked until the transaction ends.
    Raises Article.DoesNotExist.
    """
    if lock:
        # A statement of its own: what waits for a lock reads related rows from before.
        Article.objects.select_for_update().only("pk").get(pk=article.pk)
    byline = Contribution.objects.filter(article=OuterRef("pk"))
    tagged = TaggedArticle.objects.filter(content_object=OuterRef("pk"))
    row = Article.objects.annotate(
        byline_rows=JSONRows(
            byline.order_by("position", "pk").values(
                row_author=F("author"),
                row_name=F("author__name"),
                row_role=F("role"),
            )
        ),
        tag_rows=JSONRows(
            tagged.order_by("pk").values(row_tag=F("tag"), row_name=F("tag__name"))
        ),
    ).get(pk=article.pk)
    content = {
        field.name: plain(getattr(row, field.attname)) for field in model_fields()
    }
    content["byline"] = [
        {
            "author": entry["row_author"],
            "name": entry["row_name"],
            "role": entry["row_role"],
        }
        for entry in row.byline_rows
    ]
    content["tags"] = [
        {"tag": entry["row_tag"], "name": entry["row_name"]} for entry in row.tag_rows
    ]
    return content


def plain(value):
    """A field's value as JSON has it: forms show no fraction of a second, nor do we."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def present_content(article, *, lock=False):
    """`content_of` with the working copy, where there is one, in the story's place.

    This is what editors see and what a revision holds.
    """
    content = content_of(article, lock=lock)
    copy = ArticleDraft.objects.filter(article=article).first()
    return {**content, **copy.content, "is_working_copy": True} if copy else content


def version_of(article, *, lock=False):
    """A token that changes with every change of what an editor's form holds."""
    return digest_of(present_content(article, lock=lock))


def changed_fields(old, new):
    """The names of the fields in which two contents differ, in the model's order.

    A field that one of them does not have is not a difference.
    """
    return [
        name
        for name in all_fields()
        if name in old
        and name in new
        and digest_of({name: old[name]}) != digest_of({name: new[name]})
    ]


@transaction.atomic
def snapshot(article, *, by, kind, note=""):
    """Keep what the story is now as a revision, and return it.

    Where nothing has changed since the last revision, that one is returned. Called
    after every save and transition, in their transaction.
    """
    content = present_content(article, lock=True)
    latest = article.revisions.true().latest_first().first()
    if latest and latest.content == content:
        return latest
    return article.revisions.create(
        kind=kind,
        by=by,
        by_name=name_of(by),
        note=note,
        content=content,
        digest=digest_of(content),
        changed=changed_fields(latest.content, content) if latest else [],
    )


def name_of(user):
    """What colleagues call the holder of an account; empty for none."""
    return (user.get_full_name() or user.get_username()) if user else ""


def keep_present(article):
    """Before a write: keep what no revision holds yet, such as an imported story."""
    return snapshot(article, by=None, kind=Revision.Kind.FOUND)


@transaction.atomic
def keep_conflict(article, *, content, by, seen_version):
    """Keep a text that came after somebody else's save; the story stays as it is.

    `content` is as `content_of` returns it, with the fields that were typed only.
    `seen_version` is the version the typing began with.
    """
    digest = digest_of(content)
    again = article.revisions.filter(
        kind=Revision.Kind.CONFLICT, by=by, digest=digest, settled_at=None
    ).first()
    if again:
        return again
    true = article.revisions.true().latest_first()
    base = true.filter(digest=seen_version).first()
    return article.revisions.create(
        kind=Revision.Kind.CONFLICT,
        by=by,
        by_name=name_of(by),
        content=content,
        digest=digest,
        changed=changed_fields(base.content, content) if base else [],
        base=base,
    )


def write_content(article, content, *, fields, check=False):
    """Give a locked story these fields of a content, exactly, relations included.

    Returns what could not be brought back because it was deleted since, in words.
    Fields that the content does not have stay. With `check`, for what nobody has
    checked yet, raises ValidationError.
    """
    gone, changed = [], []
    for field in model_fields():
        if field.name not in fields or field.name not in content:
            continue
        value = content[field.name]
        if isinstance(field, models.DateTimeField) and value:
            value = parse_datetime(value)
        is_picture = field.related_model is Picture and value
        if is_picture and not Picture.objects.filter(pk=value).exists():
            gone.append(f"picture {value}")
            value = None
        setattr(article, field.attname, value)
        changed.append(field.name)
    if check:
        kept = {field.name for field in model_fields()} - set(changed)
        article.full_clean(exclude=kept | _NOT_EDITED)
    if changed:
        # The number of words follows the body.
        article.save(update_fields=[*changed, "word_count"])
    if "byline" in fields and "byline" in content:
        gone += _write_byline(article, content["byline"])
    if "tags" in fields and "tags" in content:
        _write_tags(article, content["tags"])
    return gone


def _write_byline(article, entries):
    known = Author.objects.in_bulk({entry["author"] for entry in entries})
    article.contributions.all().delete()
    Contribution.objects.bulk_create(
        Contribution(
            article=article,
            author_id=entry["author"],
            role=entry["role"],
            position=position,
        )
        for position, entry in enumerate(entries)
        if entry["author"] in known
    )
    return [
        f"author {entry['name']}" for entry in entries if entry["author"] not in known
    ]


def _write_tags(article, entries):
    known = Tag.objects.in_bulk({entry["tag"] for entry in entries if entry["tag"]})
    tags = []
    for entry in entries:
        found = known.get(entry["tag"])
        tags += [found] if found else Tag.objects.get_or_make([entry["name"]])
    article.tagged.all().delete()
    TaggedArticle.objects.bulk_create(
        TaggedArticle(content_object=article, tag=tag) for tag in dict.fromkeys(tags)
    )


def settle(conflict):
    """Note that somebody has decided what becomes of a refused text."""
    Revision.objects.filter(pk=conflict.pk).update(settled_at=timezone.now())
