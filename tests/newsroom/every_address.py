"""Every address that the site answers, and a row behind each that asks for one."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from articles import sitemaps
from articles.models import Article, ErrorReport, ImportRun, PreviewLink, Revision
from newsletter import tokens
from newsletter.models import Subscriber
from republishing import licensing
from republishing.models import Invoicing, Partner
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    ContributionFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
    UserFactory,
    WireItemFactory,
)
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    SubscriptionFactory,
)
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

# The admin's own pages of a model: they ask its permissions alone.
MODEL_PAGES = ("changelist", "add", "change", "delete", "history")
_ARGUMENT = re.compile(r"<(?:[a-z0-9_]+:)?([a-z_]+)>")


def patterns(resolver=None, route="", namespace=""):
    """Yield (name, route) of every view, in the order of urls.py."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from patterns(pattern, whole, namespace + inner)
        else:
            name = f"{namespace}{pattern.name}" if pattern.name else "nameless"
            yield name, whole


def public():
    """The (name, route) of every address outside the admin that urls.py writes out."""
    return [
        (name, route)
        for name, route in patterns()
        if not route.startswith(("admin/", "accounts/"))
    ]


def desk():
    """The (name, route) of the admin's addresses; its catch-alls are none of ours."""
    return [
        (name, route)
        for name, route in patterns()
        if route.startswith(("admin/", "accounts/")) and not route.endswith("$")
        if name != "nameless"
    ]


def arguments(route):
    return _ARGUMENT.findall(route) or (["name"] if "(?P<name>" in route else [])


def filled(route, values):
    """The path of a route with these values for its arguments."""
    route = route.replace("^media/(?P<name>.+)$", "media/<name>")
    return "/" + _ARGUMENT.sub(lambda match: str(values[match[1]]), route)


class World:
    """Rows for the addresses: a live story, a draft of somebody else's, and the rest.

    `values(name, route)` are the arguments that lead to one; a KeyError names an
    address that has none here.
    """

    def __init__(self):
        section = SectionFactory(slug="harbour")
        story = ArticleFactory(
            section=section, slug="ferry", published=True, tagged=["Boats"]
        )
        draft = ArticleFactory(section=section, created_by=UserFactory())
        revision = Revision.objects.create(article=draft, kind="saved", content={})
        link = PreviewLink.objects.create(
            article=draft, name="Anna", expires_at=timezone.now() + timedelta(days=1)
        )
        author = AuthorFactory(slug="ada")
        ContributionFactory(article=story, author=author)
        quote = licensing.quote(
            RepublishingRequestFactory(article=story),
            under=LicenseFactory(is_paid_first=False),
            amount=36000,
            currency="EUR",
            text="Gladly.",
        )
        licensing.accept(quote)
        grant = quote.grant
        subscription = SubscriptionFactory(confirmed=True)
        reader = subscription.subscriber
        issue = IssueFactory(newsletter=subscription.newsletter, sent=True)
        delivery = DeliveryFactory(issue=issue, subscriber=reader)
        rows = [
            *[draft, section, issue, subscription, reader, delivery, grant],
            *[grant.quote.request, grant.quote.license, subscription.newsletter],
            *[author, PageFactory(slug="us"), PictureFactory()],
            *[TagFactory(), UserFactory(), WireItemFactory(), FeeFactory()],
            Group.objects.first(),
            ImportRun.objects.create(kind="wordpress", file_name="a.xml"),
            ErrorReport.objects.create(article=story, error="Wrong"),
        ]
        self.keys = {row._meta.label_lower: row.pk for row in rows}
        Subscriber.objects.filter(pk=reader.pk).update(
            wanted_email="new@paper.example", previous_email="old@paper.example"
        )
        reader.refresh_from_db()
        self.tokens = {
            "confirm": tokens.confirm_url(reader),
            "address_confirm": tokens.address_url(reader),
            "address_back": tokens.way_back_url(reader),
            "data": tokens.data_url(reader),
            "erase": tokens.data_url(reader),
            **dict.fromkeys(
                ["preferences", "pause", "address", "data_ask"],
                tokens.preferences_url(reader),
            ),
            "unsubscribe": tokens.unsubscribe_url(subscription),
        }
        Invoicing.objects.update_or_create(
            pk=1, defaults={"payment_details": "IBAN X1"}
        )
        partner = Partner.objects.create(name="Paper", license=grant.quote.license)
        self.words = {
            "articles:article_preview": {"token": link.token},
            "articles:tag_detail": {"slug": "boats"},
            "articles:tag_feed": {"slug": "boats"},
            "articles:author_detail": {"slug": "ada"},
            "articles:author_feed": {"slug": "ada"},
            "newsletter:provider_events": {"provider": "postmark"},
            "republishing:copy_detail": {"key": grant.key},
            "republishing:pixel": {"key": grant.pixel_key},
            "republishing:partner_feed": {"key": partner.key},
            "articles:sitemap": {
                "name": "articles",
                "number": next(iter(sitemaps._article_parts()))[0],
            },
            "media": {"name": "a.jpg"},
        }
        letter = subscription.newsletter.slug
        day = timezone.localtime(story.published_at)
        self.shared = {
            "newsletter": {"slug": letter, "issue_slug": issue.slug, "key": "a"},
            "republishing": {
                "key": grant.quote.request.key,
                "section_slug": "harbour",
                "slug": "ferry",
            },
            "articles": {
                "section_slug": "harbour",
                "slug": "ferry",
                "year": f"{day:%Y}",
                "month": f"{day:%m}",
                "day": f"{day:%d}",
            },
        }
        self.desk = {
            "revision_pk": revision.pk,
            "link_pk": link.pk,
            "part": "file",
            "key": "0c0ffee0-0000-4000-8000-000000000000",
            "uidb64": "MQ",
            "token": "no-token",
        }

    def values(self, name, route):
        if route.startswith("admin/"):
            app, model, *_ = [*route.split("/")[1:], "", ""]
            key = self.keys.get(f"{app}.{model}", 1)
            if app == "r":
                key = self.keys["articles.article"]
            return {
                "pk": key,
                "id": key,
                "object_id": key,
                "content_type_id": ContentType.objects.get_for_model(Article).pk,
                **self.desk,
            }
        app, _, view = name.partition(":")
        if name in self.words:
            return self.words[name]
        if name.endswith(("section_detail", "section_feed")):
            return {"slug": "harbour"}
        if view in self.tokens and "<str:token>" in route:
            return {"token": token_of(self.tokens[view])}
        return self.shared.get(app, {})

    def path(self, name, route):
        """Where a row answers; KeyError for an address that has none here."""
        return filled(route, self.values(name, route))


def token_of(address):
    """The token in one of the newsletters' addresses."""
    return urlsplit(address).path.split("/")[3]
