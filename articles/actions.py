"""What editors do to stories, sections and tags, each in one transaction."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone

from articles import preview_links
from articles.models import (
    Article,
    ArticleEvent,
    Correction,
    MissingPath,
    PastAddress,
    PastPath,
    PastSectionSlug,
    Section,
    Tag,
    TagAlias,
    TaggedArticle,
)
from articles.models.past_path import fold_path
from articles.refusals import RefusedError
from articles.search import index, index_many
from newsroom.lib import text


class NotReadyToPublishError(RefusedError):
    """The story lacks something readers need; the message says what, in words."""

    def __init__(self, missing):
        self.missing = missing
        super().__init__(f"Still missing: {', '.join(missing)}.")


class AddressTakenError(RefusedError):
    """Another story of the section has this address already."""


class NoTimeToComeError(RefusedError):
    """A story cannot be scheduled for a time that is past or not given."""


@transaction.atomic
def submit(article, *, by, note=""):
    """Ask for a review of a draft."""
    return _hand_on(article, Article.DeskStatus.IN_REVIEW, "SUBMITTED", by, note)


@transaction.atomic
def mark_ready(article, *, by, note=""):
    """Say that a story has been checked and may run."""
    return _hand_on(article, Article.DeskStatus.READY, "READY", by, note)


@transaction.atomic
def hold(article, *, by, note=""):
    """Make a story a draft again. One that readers saw is withdrawn first.

    The time of a scheduled story that nobody has seen yet is forgotten.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.published_at and article.published_at > timezone.now():
        article.published_at = None
    article.pub_status = Article.PubStatus.WITHHELD
    article.save(update_fields=["pub_status", "published_at"])
    article = _hand_on(article, Article.DeskStatus.DRAFT, "HELD", by, note)
    index([article])
    return article


def _hand_on(article, desk_status, kind, by, note):
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.desk_status = desk_status
    article.save(update_fields=["desk_status"])
    ArticleEvent.objects.create(
        article=article, kind=ArticleEvent.Kind[kind], by=by, note=note
    )
    return article


@transaction.atomic
def publish(article, *, by, at=None, note=""):
    """Clear an article for readers from `at`, from now, or when its embargo lifts.

    The row is read again under a lock: of two editors pressing the button at once,
    the second must not move the publication time or leave a second event. A scheduled
    story runs at once when no `at` is given. Raises NotReadyToPublishError.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.pub_status == Article.PubStatus.USABLE and (
        at or article.published_at <= timezone.now()
    ):
        return article
    at = at or _time_readers_know(article) or timezone.now()
    return _clear(article, at, ArticleEvent.Kind.PUBLISHED, by, note)


@transaction.atomic
def schedule(article, *, by, at=None, note=""):
    """Clear an article for readers from `at`, or its own publication time, to come.

    A scheduled story gets the new time. Nothing runs at that time: what readers may
    see is a question of the clock. Raises NoTimeToComeError, NotReadyToPublishError.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    at = at or article.published_at
    if at is None or at <= timezone.now():
        raise NoTimeToComeError("Choose a publication time that is still to come.")
    return _clear(article, at, ArticleEvent.Kind.SCHEDULED, by, note)


def _time_readers_know(article):
    """When readers first saw a story that was withdrawn since, or None."""
    at = article.published_at
    if at is None or at > timezone.now():
        return None
    kinds = [ArticleEvent.Kind.PUBLISHED, ArticleEvent.Kind.SCHEDULED]
    was_seen = (
        article.pub_status == Article.PubStatus.CANCELED
        or article.events.filter(kind__in=kinds).exists()
    )
    return at if was_seen else None


def _clear(article, at, kind, by, note):
    if missing := article.missing_for_publication():
        raise NotReadyToPublishError(missing)
    article.published_at = max(filter(None, [at, article.embargoed_until]))
    article.pub_status = Article.PubStatus.USABLE
    article.desk_status = Article.DeskStatus.READY
    article.save(update_fields=["pub_status", "desk_status", "published_at"])
    ArticleEvent.objects.create(article=article, kind=kind, by=by, note=note)
    index([article])
    return article


@transaction.atomic
def withdraw(article, *, by, note=""):
    """Take a story away from readers at once, everywhere; its preview links end."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.pub_status == Article.PubStatus.CANCELED:
        return article
    article.pub_status = Article.PubStatus.CANCELED
    article.save(update_fields=["pub_status"])
    ArticleEvent.objects.create(
        article=article, kind=ArticleEvent.Kind.WITHDRAWN, by=by, note=note
    )
    preview_links.revoke_all(article, by=by)
    index([article])
    return article


@transaction.atomic
def delete_stories(articles):
    """Delete drafts for good. Raises RefusedError if readers have seen one of them.

    The address of a story that was read, its corrections and licences need its row.
    """
    keys = list(articles.select_for_update().values_list("pk", flat=True))
    rows = Article.objects.filter(pk__in=keys)
    if rows.ever_seen().exists():
        raise RefusedError("Readers have seen it. Withdraw it instead.")
    rows.delete()


@transaction.atomic
def correct(
    article, *, text, by, kind=Correction.Kind.CORRECTION, placement=None, at=None
):
    """Add a public note to a story and set the time readers are told it changed."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    correction = Correction.objects.create(
        article=article,
        kind=kind,
        text=text,
        placement=placement or Correction.Placement.BOTTOM,
        published_at=at or timezone.now(),
    )
    article.modified_at = correction.published_at
    article.save(update_fields=["modified_at"])
    ArticleEvent.objects.create(
        article=article, kind=ArticleEvent.Kind.CORRECTED, by=by, note=correction.label
    )
    return correction


@transaction.atomic
def change_correction(correction, *, by):
    """Write a correction that was changed, and remember who did it."""
    correction.save()
    _record_correction(correction, by, f"{correction.label} changed")


@transaction.atomic
def remove_correction(correction, *, by):
    """Take a correction back. Its text stays in the story's history."""
    _record_correction(correction, by, f"{correction.label} removed: {correction.text}")
    correction.delete()


def _record_correction(correction, by, note):
    ArticleEvent.objects.create(
        article=correction.article,
        kind=ArticleEvent.Kind.CORRECTED,
        by=by,
        note=note[:300],
    )


@transaction.atomic
def move(article, *, by, section=None, slug=None):
    """Give a story another address; the one it leaves leads to it from then on.

    Raises AddressTakenError when another story of that section has the slug.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    old = (article.section_id, article.slug)
    section = section or article.section
    new = (section.pk, slug or article.slug)
    if new == old:
        return article
    others = Article.objects.filter(section=section, slug=new[1]).exclude(pk=article.pk)
    if others.exists():
        raise AddressTakenError(
            f"Another story of {section} has the address “{new[1]}”."
        )

    article.section, article.slug = section, new[1]
    article.save(update_fields=["section", "slug"])
    remember_address(article, *old)
    ArticleEvent.objects.create(
        article=article,
        kind=ArticleEvent.Kind.MOVED,
        by=by,
        # As it is read: percent-encoded it could outgrow the note.
        note=f"/{section.slug}/{article.slug}/",
    )
    index([article])
    return article


@transaction.atomic
def record_edit(article, *, left=None):
    """After an editor's form was saved: keep old address and search true.

    `left` is the (section key, slug) the story had before, or None.
    """
    if left and left != (article.section_id, article.slug):
        remember_address(article, *left)
    index([article])


def remember_address(article, section_id, slug):
    """Let an address that a story has left lead to it; the last story to leave wins."""
    PastAddress.objects.filter(section=article.section, slug=article.slug).delete()
    PastAddress.objects.update_or_create(
        section_id=section_id, slug=slug, defaults={"article": article}
    )


@transaction.atomic
def rename_section(section, *, slug):
    """Give a section another address; its old one and all below it lead to the new."""
    section = Section.objects.select_for_update().get(pk=section.pk)
    if section.slug == slug:
        return section
    PastSectionSlug.objects.filter(slug=slug).delete()
    PastSectionSlug.objects.update_or_create(
        slug=section.slug, defaults={"section": section}
    )
    section.slug = slug
    section.save(update_fields=["slug"])
    return section


@transaction.atomic
def add_redirect(redirect):
    """Let a dead address lead elsewhere, and what led to it lead there at once."""
    redirect.save()
    leading = PastPath.objects.select_for_update().filter(
        target__icontains=redirect.path
    )
    for past in leading.exclude(pk=redirect.pk):
        if past.target.startswith("/") and fold_path(past.target) == redirect.path:
            past.article, past.target = redirect.article, redirect.target
            past.save(update_fields=["article", "target"])
    kept_as = redirect.path[: MissingPath.PATH_LENGTH]
    MissingPath.objects.filter(path=kept_as).delete()
    return redirect


@transaction.atomic
def merge_tags(tags, *, into, by=None):
    """Make several tags one; the others' names and addresses become its aliases.

    `into` may be among `tags`: it always survives, and no story has it twice. With `by`
    the admin's log remembers who merged what.
    """
    tags = Tag.objects.select_for_update().filter(
        pk__in=[into.pk, *(tag.pk for tag in tags)]
    )
    tags = {tag.pk: tag for tag in tags.order_by("pk")}
    into = tags.pop(into.pk)
    for tag in tags.values():
        tagged = TaggedArticle.objects.filter(tag=tag)
        tagged.filter(
            content_object__in=TaggedArticle.objects.filter(tag=into).values(
                "content_object"
            )
        ).delete()
        tagged.update(tag=into)
        tag.aliases.update(tag=into)
        name, slug = tag.name, tag.slug
        tag.delete()
        _add_alias(into, name, slug)
    if by:
        names = ", ".join(f"“{tag.name}”" for tag in tags.values())
        LogEntry.objects.log_actions(
            by.pk, [into], CHANGE, f"Merged {names} into it.", single_object=True
        )
    record_names(Article.objects.tagged_with(into))
    return into


@transaction.atomic
def keep_tag_names(tag, *, name, slug):
    """After a tag was renamed: the name and address it left lead to it for good."""
    tag.aliases.filter(slug=tag.slug).delete()
    if tag.folded != text.name_key(name) or tag.slug != slug:
        _add_alias(tag, name, slug if tag.slug != slug else Tag.objects.free_slug(name))
    record_names(Article.objects.tagged_with(tag))


def _add_alias(tag, name, slug):
    """An alias under the first of several names that is free.

    An address left behind must lead on also where its name is taken: by a spelling of
    the tag's present name that is an alias already, or by another tag.
    """
    for free in [name, slug, f"{slug} ({tag.slug})", f"{slug} ({tag.pk})"]:
        folded = text.name_key(free)
        is_taken = (
            TagAlias.objects.filter(folded=folded).exists()
            or Tag.objects.filter(folded=folded).exclude(pk=tag.pk).exists()
        )
        if not is_taken:
            TagAlias.objects.create(
                tag=tag, name=free[: Tag.NAME_LENGTH].strip(), slug=slug
            )
            return


@transaction.atomic
def delete_unused_tags(tags):
    """Delete those of these tags that no story carries at this moment; how many."""
    unused = Tag.objects.filter(pk__in=[tag.pk for tag in tags], tagged_articles=None)
    count = unused.count()
    delete_tags(unused)
    return count


@transaction.atomic
def delete_tags(tags):
    """Take tags from all stories, for good; search no longer finds those by them."""
    tagged = TaggedArticle.objects.filter(tag__in=tags)
    articles = set(tagged.values_list("content_object", flat=True))
    tags.delete()
    record_names(articles)


@transaction.atomic
def add_tag_alias(tag, *, name):
    """Let another spelling lead to a tag. A tag of that spelling is merged into it."""
    other = Tag.objects.by_name([name]).get(text.name_key(name))
    if other and other.pk != tag.pk:
        return merge_tags([other], into=tag)
    if other is None:
        TagAlias.objects.create(tag=tag, name=name, slug=Tag.objects.free_slug(name))
        record_names(Article.objects.tagged_with(tag))
    return tag


@transaction.atomic
def record_names(articles):
    """After a change of a tag's or author's names: search finds its stories by them."""
    index_many(articles)
