"""Featured pictures that came in a later file than their stories."""

from django.db import transaction

from articles.models import Article, ImportedItem
from articles.moving.journal import edited


@transaction.atomic
def lead(source_ids, picture):
    """Let a picture lead these stories, where they have none and nobody edited them."""
    rows = Article.objects.select_for_update().filter(
        source_id__in=source_ids, lead_picture=None
    )
    keys = set(rows.values_list("pk", flat=True))
    keys -= edited(keys)
    Article.objects.filter(pk__in=keys).update(lead_picture=picture)
    items = ImportedItem.objects.filter(
        kind=ImportedItem.Kind.STORY, target__in=keys, outcome=ImportedItem.Outcome.LOOK
    )
    for item in items:
        lines = item.reason.split("\n")
        left = [line for line in lines if "featured picture is not in" not in line]
        item.reason = "\n".join(left)
        item.outcome = item.outcome if left else ImportedItem.Outcome.IMPORTED
        item.save(update_fields=["reason", "outcome"])
