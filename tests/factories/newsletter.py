"""A valid row of each model, with no surprise, and a trait for each state."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from newsletter import models


class NewsletterFactory(DjangoModelFactory):
    class Meta:
        model = models.Newsletter

    name = factory.Sequence(lambda n: f"Harbour Letter {n}")
    slug = factory.Sequence(lambda n: f"harbour-letter-{n}")
    position = factory.Sequence(int)


class SubscriberFactory(DjangoModelFactory):
    class Meta:
        model = models.Subscriber

    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    email_folded = factory.SelfAttribute("email")


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = models.Subscription

    class Params:
        confirmed = factory.Trait(confirmed_at=factory.LazyFunction(timezone.now))
        left = factory.Trait(
            confirmed_at=factory.LazyFunction(timezone.now),
            unsubscribed_at=factory.LazyFunction(timezone.now),
        )

    subscriber = factory.SubFactory(SubscriberFactory)
    newsletter = factory.SubFactory(NewsletterFactory)
    requested_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
