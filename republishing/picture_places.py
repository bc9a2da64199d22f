"""The licences whose copies hold a picture, for the report on rights."""

from django.urls import reverse

from articles.models import Medium, Picture
from articles.picture_rights import Place, stories_showing
from republishing.models import Grant


def places(keys, now):
    """(key, Place) of licences in force that include pictures."""
    passed = Picture.objects.usable(at=now, medium=Medium.REPUBLISHING)
    passed = set(passed.filter(pk__in=keys).values_list("pk", flat=True))
    shown = {}
    for pk, story in stories_showing(passed, now):
        if pk not in shown.setdefault(story.pk, []):
            shown[story.pk].append(pk)
    grants = Grant.objects.in_force(at=now).filter(
        article__in=shown, quote__with_pictures=True
    )
    for grant in grants.order_by("pk"):
        address = reverse("admin:republishing_grant_change", args=[grant.pk])
        for pk in shown[grant.article_id]:
            yield pk, Place("licensed copy", grant, address)
