"""The feed of a partner: whole stories as Atom (RFC 4287) or as IPTC ninjs 3.0."""

import json

from django.http import Http404, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from articles.models import Publication
from newsroom.lib import text
from newsroom.lib.pixel import is_get
from republishing import partners


@require_safe
def partner_feed(request, key):
    """The key in the address is the permission."""
    partner = partners.partner_at(key)
    if partner is None:
        raise Http404("No feed is at this address.")
    copies = partners.copies_for(partner, is_taken=is_get(request))
    if is_get(request):
        partners.count_visit(partner)
    if request.GET.get("format") == "ninjs":
        items = [json.loads(copy.as_ninjs()) for copy in copies]
        content = json.dumps({"items": items}, ensure_ascii=False, indent=1)
        response = HttpResponse(content, content_type="application/json")
    else:
        content = _atom(partner, copies).writeString("utf-8")
        response = HttpResponse(content, content_type="application/atom+xml")
    return response


def _atom(partner, copies):
    publication = Publication.objects.current()
    feed = Atom1Feed(
        title=f"{publication.name} – {partner.name}",
        link=partner.feed_url,
        description=publication.strapline,
        feed_url=partner.feed_url,
        feed_guid=f"urn:newsroom:partner:{partner.number}",
    )
    for copy in copies:
        feed.add_item(
            title=copy.story.headline,
            link=copy.story.absolute_url,
            description=text.without_controls(copy.article_html),
            author_name=copy.byline or publication.name,
            pubdate=copy.story.published_at,
            updateddate=copy.changed_at,
            unique_id=copy.story.feed_id,
            categories=[tag["name"] for tag in copy.story.tag_links()],
            item_copyright=copy.license_line,
        )
    return feed
