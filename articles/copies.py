"""The working copy of a story that readers see.

What an editor types into such a story is kept beside it, and readers go on seeing the
old text everywhere until the changes are published.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import revisions
from articles.actions import AddressTakenError, record_edit
from articles.models import Article, ArticleDraft, ArticleEvent, Tag
from articles.refusals import RefusedError
from newsroom.lib import text

# Readers never see these two, so there is nothing to hold back.
COPIED = [
    name
    for name in revisions.all_fields()
    if name in {*revisions.content_fields(), "section", "slug"}
    and name not in {"ed_note", "slugline"}
]


class CopyOutdatedError(RefusedError):
    """Something that the working copy uses is gone."""


def copy_of(article):
    """The story's working copy, or None."""
    return ArticleDraft.objects.filter(article=article).first()


def typed_content(article, *, byline, tags):
    """The content of a story as it was just typed into its row object.

    `byline` is a list of (author, role), `tags` a list of names.
    """
    content = {
        # `pre_save` cleans, as a save would.
        field.name: revisions.plain(field.pre_save(article, add=False))
        for field in revisions.model_fields()
        if field.name in COPIED
    }
    found = Tag.objects.by_name(tags)
    named = {text.fold(name): found.get(text.fold(name)) for name in tags}
    by_name = {tag.name if tag else None: tag for tag in named.values() if tag}
    names = dict.fromkeys(
        named[text.fold(name)].name if named[text.fold(name)] else text.clean_line(name)
        for name in tags
    )
    content["tags"] = [
        {"tag": by_name[name].pk if name in by_name else None, "name": name}
        for name in names
    ]
    content["byline"] = [
        {"author": author.pk, "name": author.name, "role": text.clean_line(role)}
        for author, role in byline
    ]
    return content


@transaction.atomic
def keep(article, content, *, by):
    """Keep a text as the story's working copy; None when it says what readers see.

    The story itself must be locked by the caller.
    """
    if not revisions.changed_fields(revisions.content_of(article), content):
        ArticleDraft.objects.filter(article=article).delete()
        return None
    copy, _ = ArticleDraft.objects.update_or_create(
        article=article,
        defaults={"content": content, "saved_by": by, "saved_at": timezone.now()},
    )
    return copy


@transaction.atomic
def settle(article, content):
    """Give a story that readers do not see its typed byline and tags.

    Its own columns are saved already, so there is no working copy any more.
    """
    changed = revisions.changed_fields(revisions.content_of(article), content)
    relations = [name for name in revisions.RELATIONS if name in changed]
    revisions.write_content(article, content, fields=relations)
    ArticleDraft.objects.filter(article=article).delete()


@transaction.atomic
def publish_changes(article, *, by, is_significant=False, note=""):
    """Show readers the working copy in the story's place.

    `is_significant` tells readers that the story was updated, by `modified_at`.
    Raises AddressTakenError and CopyOutdatedError; the copy stays then.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    copy = copy_of(article)
    if copy is None:
        return article
    left = (article.section_id, article.slug)
    content = copy.content
    others = Article.objects.filter(section=content["section"], slug=content["slug"])
    if others.exclude(pk=article.pk).exists():
        raise AddressTakenError(
            f"Another story of the section has the address “{content['slug']}”."
        )
    try:
        gone = revisions.write_content(article, content, fields=COPIED, check=True)
    except ValidationError as error:
        raise CopyOutdatedError(" ".join(error.messages)) from error
    if gone:
        raise CopyOutdatedError(f"No longer in the library: {', '.join(gone)}.")
    if is_significant:
        article.modified_at = timezone.now()
        article.save(update_fields=["modified_at"])
    copy.delete()
    ArticleEvent.objects.create(
        article=article, kind=ArticleEvent.Kind.CHANGED, by=by, note=note
    )
    record_edit(article, left=left)
    return article


@transaction.atomic
def discard_changes(article, *, by, note=""):
    """Forget the working copy."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    if ArticleDraft.objects.filter(article=article).delete()[0]:
        ArticleEvent.objects.create(
            article=article, kind=ArticleEvent.Kind.DISCARDED, by=by, note=note
        )
    return article
