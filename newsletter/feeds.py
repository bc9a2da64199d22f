"""Atom and RSS of a newsletter's past issues."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles.feeds import ITEM_COUNT, RSS, Atom, for_readers
from newsletter import letters
from newsletter.models import IssueItem, Newsletter
from newsroom.lib import text
from newsroom.lib.urls import absolute


@require_safe
def newsletter_feed(request, slug):
    newsletter = get_object_or_404(Newsletter, slug=slug)
    address = reverse("newsletter:newsletter_feed", args=[slug])
    is_rss = request.GET.get("format") == "rss"
    feed = (RSS if is_rss else Atom)(
        title=newsletter.name,
        description=text.clean_line(newsletter.description) or newsletter.name,
        link=newsletter.absolute_url,
        feed_url=absolute(f"{address}?format=rss" if is_rss else address),
        feed_guid=newsletter.absolute_url,
        language=newsletter.language,
        author_name=newsletter.from_name or newsletter.name,
    )
    issues = newsletter.issues.public().latest_first().select_related("newsletter")
    mailed = Prefetch("items", IssueItem.objects.mailed())
    for issue in issues.prefetch_related(mailed)[:ITEM_COUNT]:
        feed.add_item(**_item(issue))
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["Last-Modified"] = http_date(feed.latest_post_date().timestamp())
    return response


def _item(issue):
    newsletter = issue.newsletter
    found = letters.entries(issue.items.all(), newsletter=newsletter, is_mailed=True)
    content = render_to_string(
        "newsletter/_issue_in_feed.html", {"issue": issue, "entries": found}
    )
    return {
        "title": issue.subject,
        "link": issue.absolute_url,
        "unique_id": issue.feed_id,
        "unique_id_is_permalink": False,
        "pubdate": issue.started_at,
        "updateddate": issue.started_at,
        "description": letters.preheader(issue, found),
        "content": for_readers(content, base=issue.absolute_url),
        "language": newsletter.language,
        "authors": [],
        "contributors": [],
        "picture": None,
    }
