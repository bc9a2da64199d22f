"""Which stories to offer under a story."""

from collections import Counter

from django.utils import timezone

from articles import reading


def related(article, *, count=4):
    """Published stories that share most tags with this one, then the section's newest.

    Takes two statements; `article` comes from `for_page()`.
    """
    at = timezone.now()
    shared, newest = _candidates(article, at)
    ranked = sorted(shared, key=lambda pk: (shared[pk], pk), reverse=True)[: 3 * count]
    cards = reading.cards(keys=sorted({*ranked, *newest} - {article.pk}), at=at)

    def rank(card):
        is_same_language = card.language == article.language
        return shared[card.pk], is_same_language, card.published_at, card.pk

    # A translation of the story is offered beside it, not as another story.
    others = [card for card in cards if not _is_translation(card, article)]
    return sorted(others, key=rank, reverse=True)[:count]


def _is_translation(card, article):
    key = article.translation_key
    return bool(key) and card.translation_key == key


def _candidates(article, at):
    """Keys of stories: how many tags each shares, and the section's newest."""
    tags = [row["row_pk"] for row in article.tag_rows]
    shared, newest = Counter(), []
    rows = reading.candidates(section=article.section_id, tags=tags, at=at)
    for is_tag, found in rows:
        keys = [row["row_pk"] for row in found]
        if is_tag:
            shared.update(keys)
        else:
            newest = keys
    return shared, newest
