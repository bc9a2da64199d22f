"""What a partner's feed holds, within the bounds of the standing licence."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from articles.models import Article, Publication
from republishing.copies import Copy, Terms
from republishing.models import Partner, PartnerStory, PartnerVisit
from republishing.tracking import count_one

STORIES_IN_FEED = 30


def partner_at(key):
    """The partner whose feed has this key, or None once it is closed or over."""
    return Partner.objects.in_force().filter(key=key).select_related("license").first()


@transaction.atomic
def copies_for(partner, *, is_taken=True):
    """The newest stories as Copy objects, as many as the licence allows this month.

    What the feed has held once stays in it; a new story counts when it first appears
    in a feed that `is_taken`, and not only asked about.
    """
    partner = (
        Partner.objects.select_for_update(of=("self",))
        .select_related("license")
        .get(pk=partner.pk)
    )
    now = timezone.now()
    stories = _allowed(partner, now)
    known = set(
        PartnerStory.objects.filter(partner=partner, article__in=stories).values_list(
            "article", flat=True
        )
    )
    left = _left_this_month(partner, now)
    new = [story for story in reversed(stories) if story.pk not in known][:left]
    if is_taken:
        PartnerStory.objects.bulk_create(
            PartnerStory(partner=partner, article=story, first_at=now) for story in new
        )
    known |= {story.pk for story in new}
    terms = Terms(
        number=partner.number,
        license_name=partner.license.name,
        usage_terms=partner.license.usage_terms,
        with_pictures=partner.with_pictures,
        pixel_url=partner.pixel_url,
        languages=partner.languages,
    )
    publication = Publication.objects.current()
    return [
        Copy(story, terms, publication=publication)
        for story in stories
        if story.pk in known
    ]


def _allowed(partner, now):
    late = now - timedelta(minutes=partner.delay_minutes)
    found = Article.objects.offered().filter(published_at__lte=late)
    sections = list(partner.sections.values_list("pk", flat=True))
    if sections:
        found = found.filter(section__in=sections)
    return list(found.latest_first().for_page()[:STORIES_IN_FEED])


def _left_this_month(partner, now):
    if partner.stories_a_month is None:
        return STORIES_IN_FEED
    first = timezone.localtime(now).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    taken = partner.stories.filter(first_at__gte=first).count()
    return max(0, partner.stories_a_month - taken)


def count_visit(partner):
    """Note that the feed was read today."""
    count_one(PartnerVisit, partner=partner, day=timezone.localdate())


def revoke(partner):
    """Close a partner's address at once."""
    Partner.objects.filter(pk=partner.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
