"""Which stories to offer under a story."""

from collections import Counter

from django.db.models import F, OuterRef, Value

from articles.models import Article, Section, Tag, TaggedArticle
from articles.models.expressions import JSONRows

# Only the newest stories of each tag are weighed: a tag may hold half the archive.
WEIGHED_A_TAG = 40


def related(article, *, count=4):
    """Published stories that share most tags with this one, then the section's newest.

    Takes two statements; `article` comes from `for_page()`.
    """
    shared, newest = _candidates(article, count)
    ranked = sorted(shared, key=lambda pk: (shared[pk], pk), reverse=True)[: 3 * count]
    cards = (
        Article.objects.published()
        .filter(pk__in={*ranked, *newest} - {article.pk})
        .for_cards()
    )

    def rank(card):
        is_same_language = card.language == article.language
        return shared[card.pk], is_same_language, card.published_at, card.pk

    # A translation of the story is offered beside it, not as another story.
    others = [card for card in cards if not _is_translation(card, article)]
    return sorted(others, key=rank, reverse=True)[:count]


def _is_translation(card, article):
    key = article.translation_key
    return bool(key) and card.translation_key == key


def _candidates(article, count):
    """Keys of stories: how many tags each shares, and the section's newest."""
    tagged = (
        TaggedArticle.objects.filter(tag=OuterRef("pk"))
        .order_by("-content_object_id")
        .values(row_pk=F("content_object_id"))[:WEIGHED_A_TAG]
    )
    published = (
        Article.objects.published()
        .filter(section=OuterRef("pk"))
        .latest_first()
        .values(row_pk=F("pk"))[: 2 * count]
    )
    section = Section.objects.filter(pk=article.section_id)
    tags = Tag.objects.filter(pk__in=[row["row_pk"] for row in article.tag_rows])
    of_section = _keys(section, published, is_tag=False)
    rows = of_section.union(_keys(tags, tagged, is_tag=True), all=True).order_by()
    shared, newest = Counter(), []
    for is_tag, found in rows:
        keys = [row["row_pk"] for row in found]
        if is_tag:
            shared.update(keys)
        else:
            newest = keys
    return shared, newest


def _keys(rows, stories, *, is_tag):
    return rows.order_by().values_list(Value(is_tag), JSONRows(stories))
