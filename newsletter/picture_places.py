"""The issues that a picture's readers get or find, for the report on rights."""

from django.urls import reverse

from articles.models import Medium, Picture
from articles.picture_rights import Place, stories_showing
from newsletter.models import Issue, IssueItem


def places(keys, now):
    """(key, Place) of issues to come, and of those on the web, by their lead pictures.

    What was mailed already cannot be changed: its pictures are fetched from here.
    """
    mailed = Picture.objects.usable(at=now, medium=Medium.NEWSLETTER)
    mailed = set(mailed.filter(pk__in=keys).values_list("pk", flat=True))
    leads = {}
    for pk, story in stories_showing(mailed, now):
        if story.lead_picture_id == pk:
            leads.setdefault(story.pk, pk)
    items = IssueItem.objects.filter(article__in=leads).exclude(
        issue__status=Issue.Status.CANCELLED
    )
    for item in items.select_related("issue").order_by("issue", "pk"):
        is_sent = item.issue.started_at is not None
        words = "newsletter" if is_sent else "newsletter to come"
        address = reverse("admin:newsletter_issue_change", args=[item.issue_id])
        yield leads[item.article_id], Place(words, item.issue, address)
