"""A story as readers would see it, from content that they do not see yet."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import revisions, story_page
from articles.models import Article, Author, Section, Tag
from articles.models.article import translation_rows
from articles.models.slugs import validate_article_slug
from newsroom.lib import text

# Of the columns, what a story's page can show; the others are the desk's.
_SHOWN = {*revisions.content_fields(), "section", "slug"} - {"ed_note", "slugline"}


def saved(article):
    """A story with its working copy, where there is one, as its page would show it."""
    return shown(revisions.present_content(article), article=article)


def shown(content, *, article=None):
    """The story that this content would make if it were published now.

    Nothing is saved. `content` has the form of `revisions.content_of`, may lack fields,
    and need not be valid: what a page cannot show is left out. `article` is the story
    it belongs to, where there is one already.
    """
    story = _row(article)
    for field in revisions.model_fields():
        if field.name in _SHOWN and field.name in content:
            value = content[field.name]
            is_left_out = value is None and not field.null
            value = field.get_default() if is_left_out else value
            setattr(story, field.attname, value)
            _tidy(story, field)
    story._meta.get_field("word_count").pre_save(story, add=False)  # noqa: SLF001 - Django's documented API
    story.published_at = story.published_at or timezone.now()
    story.slug = _slug(story)
    if story.section_id is None:
        story.section = Section(name="No section", slug="section")
    if "byline" in content:
        story.byline_rows = _byline_rows(content["byline"])
    if "tags" in content:
        story.tag_rows = _tag_rows(content["tags"])
    story.translation_rows = list(
        translation_rows(key=story.translation_key, pk=story.pk)
    )
    return story


def context(story, *, publication):
    """What `article_preview.html` shows: the story's page without its ways out."""
    return {
        **story_page.context(story, publication=publication),
        "share_links": [],
        "republish_url": None,
        "republications": [],
        "report_url": None,
        "canonical_url": "",
        "head_feeds": "",
    }


def _row(article):
    if article:
        return Article.objects.for_page().get(pk=article.pk)
    story = Article()
    story.byline_rows = story.tag_rows = story.correction_rows = []
    story.republication_rows = []
    return story


def _tidy(story, field):
    """Leave what a save would store; without rows that are gone and texts too long."""
    if field.is_relation:
        pk = getattr(story, field.attname)
        if pk and not field.related_model.objects.filter(pk=pk).exists():
            setattr(story, field.attname, None)
        return
    try:
        field.pre_save(story, add=False)
    except ValidationError:
        setattr(story, field.attname, "")


def _slug(story):
    try:
        validate_article_slug(story.slug)
    except ValidationError:
        return text.slug(story.headline, fallback="story")
    return story.slug or text.slug(story.headline, fallback="story")


def _byline_rows(lines):
    authors = Author.objects.in_bulk({line["author"] for line in lines})
    return [
        {
            "row_name": authors[line["author"]].name,
            "row_slug": authors[line["author"]].slug,
            "row_role": line["role"],
        }
        for line in lines
        if line["author"] in authors
    ]


def _tag_rows(entries):
    """The tags by name; one that the save would make has no key yet."""
    known = Tag.objects.by_name([entry["name"] for entry in entries])
    rows = {}
    for entry in entries:
        key = text.name_key(entry["name"])
        tag = known.get(key) or Tag(
            name=entry["name"], slug=text.slug(entry["name"], fallback="tag")
        )
        rows[key] = {"row_pk": tag.pk, "row_name": tag.name, "row_slug": tag.slug}
    return list(rows.values())
