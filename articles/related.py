"""Which stories to offer under a story."""

import json
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
    keys = sorted({*ranked, *newest} - {article.pk})
    return reading.best_of(
        keys=keys,
        shared=json.dumps({key: shared[key] for key in keys}),
        language=article.language,
        # A translation of the story is offered beside it, not as another story.
        translation_key=article.translation_key,
        at=at,
        count=count,
    )


def _candidates(article, at):
    """Keys of stories: how many tags each shares, and the section's newest."""
    tags = [row["row_pk"] for row in article.tag_rows]
    shared, newest = Counter(), []
    rows = reading.candidates(section=article.section_id, tags=tags, at=at)
    for is_tag, keys in rows:
        if is_tag:
            shared.update(keys)
        else:
            newest = keys
    return shared, newest
