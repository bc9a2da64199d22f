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


class IssueFactory(DjangoModelFactory):
    class Meta:
        model = models.Issue
        skip_postgeneration_save = True

    class Params:
        scheduled = factory.Trait(
            status="scheduled",
            scheduled_at=factory.LazyFunction(
                lambda: timezone.now() - timedelta(minutes=1)
            ),
        )
        sent = factory.Trait(
            status="sent",
            scheduled_at=factory.LazyFunction(
                lambda: timezone.now() - timedelta(hours=1)
            ),
            started_at=factory.SelfAttribute("scheduled_at"),
            listed_at=factory.SelfAttribute("scheduled_at"),
            finished_at=factory.SelfAttribute("scheduled_at"),
        )

    newsletter = factory.SubFactory(NewsletterFactory)
    subject = factory.Sequence(lambda n: f"What the tide brought, part {n}")
    slug = factory.Sequence(lambda n: f"what-the-tide-brought-{n}")

    @factory.post_generation
    def stories(issue, create, articles, **kwargs):  # noqa: N805
        for position, article in enumerate(articles or []):
            heard = (
                {"headline": article.headline, "standfirst": article.standfirst}
                if issue.started_at
                else {}
            )
            IssueItemFactory(issue=issue, article=article, position=position, **heard)
        if articles and issue.started_at:
            models.IssueCopy.objects.create(issue=issue).stories.set(articles)

    @factory.post_generation
    def readers(issue, create, count, **kwargs):  # noqa: N805
        if count:
            SubscriptionFactory.create_batch(
                count, newsletter=issue.newsletter, confirmed=True
            )


class IssueItemFactory(DjangoModelFactory):
    class Meta:
        model = models.IssueItem

    issue = factory.SubFactory(IssueFactory)


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = models.Delivery

    issue = factory.SubFactory(IssueFactory)
    subscriber = factory.SubFactory(SubscriberFactory)
