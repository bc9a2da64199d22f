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
