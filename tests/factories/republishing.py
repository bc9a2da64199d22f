"""A valid row of each model, with no surprise, and a trait for each state."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from republishing import models
from tests.factories.articles import ArticleFactory


class LicenseFactory(DjangoModelFactory):
    class Meta:
        model = models.License

    name = factory.Sequence(lambda n: f"Single use {n}")
    slug = factory.Sequence(lambda n: f"single-use-{n}")
    usage_terms = "Once, with the byline and a link."


class FeeFactory(DjangoModelFactory):
    class Meta:
        model = models.Fee

    organisation_type = models.OrganisationType.PUBLISHER
    audience = models.FeeAudience.ANY
    medium = models.Medium.WEB
    amount = 4500
    currency = "EUR"
    valid_from = datetime.date(2020, 1, 1)


class RepublishingRequestFactory(DjangoModelFactory):
    class Meta:
        model = models.RepublishingRequest

    article = factory.SubFactory(ArticleFactory, published=True)
    fingerprint = factory.Sequence(lambda n: f"{n:064}")
    name = "Berta Boss"
    email = "berta@paper.example"
    organisation = "The Other Paper"
    country = "Malta"
    organisation_type = models.OrganisationType.PUBLISHER
    audience = models.Audience.UNDER_10000
    medium = models.Medium.WEB
    accepted_terms_at = factory.LazyFunction(timezone.now)


class QuoteFactory(DjangoModelFactory):
    class Meta:
        model = models.Quote

    request = factory.SubFactory(RepublishingRequestFactory, state="licensed")
    license = factory.SubFactory(LicenseFactory)
    license_name = "Single use"
    usage_terms = "Once, with the byline and a link."
    amount = 4500
    currency = "EUR"
    expires_at = factory.LazyFunction(
        lambda: timezone.now() + datetime.timedelta(days=30)
    )
    accepted_at = factory.LazyFunction(timezone.now)


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = models.Grant

    article = factory.SubFactory(ArticleFactory, published=True)
    quote = factory.SubFactory(
        QuoteFactory, request__article=factory.SelfAttribute("...article")
    )
    starts_at = factory.LazyFunction(
        lambda: timezone.now() - datetime.timedelta(days=1)
    )
    ends_at = factory.LazyFunction(
        lambda: timezone.now() + datetime.timedelta(days=365)
    )
