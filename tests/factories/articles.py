"""A valid row of each model, with no surprise, and a trait for each state."""

from datetime import timedelta

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from articles import models


class UserFactory(DjangoModelFactory):
    """An account of the admin; `role` puts it into that group."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    is_staff = True

    @factory.post_generation
    def role(user, create, name, **kwargs):  # noqa: N805 - factory_boy's convention
        if create and name:
            user.groups.add(Group.objects.get(name=name))


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Section

    name = factory.Sequence(lambda n: f"Section {n}")
    slug = factory.Sequence(lambda n: f"section-{n}")
    position = factory.Sequence(int)


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = models.Author

    name = factory.Sequence(lambda n: f"Ada Writer {n}")
    slug = factory.Sequence(lambda n: f"ada-writer-{n}")


class TagFactory(DjangoModelFactory):
    class Meta:
        model = models.Tag

    name = factory.Sequence(lambda n: f"Tag {n}")
    slug = factory.Sequence(lambda n: f"tag-{n}")


class PictureFactory(DjangoModelFactory):
    """The row of a picture; `rendered` lists public files that need not be there."""

    class Meta:
        model = models.Picture

    class Params:
        rendered = factory.Trait(
            renditions=factory.LazyAttribute(
                lambda picture: {
                    "original": [[640, 427], [1280, 853]],
                    "16x9": [[640, 360], [1280, 720]],
                    "4x3": [[640, 480], [1280, 960]],
                    "1x1": [[640, 640]],
                    "base": f"pictures/{picture.content_hash}",
                    "bytes": {
                        "original-640.jpg": 40_640,
                        "original-1280.jpg": 91_280,
                        "16x9-640.jpg": 30_640,
                        "16x9-1280.jpg": 81_280,
                        "4x3-640.jpg": 35_640,
                        "4x3-1280.jpg": 85_640,
                        "1x1-640.jpg": 45_640,
                    },
                }
            )
        )

    original = factory.Sequence(lambda n: f"2026/01/original-{n}.jpg")
    width = 1500
    height = 1000
    content_hash = factory.Sequence(lambda n: f"{n:064x}")
    caption = "The ferry leaves the harbour at dawn."
    credit_line = "Ada Writer / Newsroom"
    alt_text = "A white ferry under a red sky"


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = models.Article
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            pub_status=models.Article.PubStatus.USABLE,
            published_at=factory.LazyFunction(
                lambda: timezone.now() - timedelta(hours=1)
            ),
        )
        withdrawn = factory.Trait(
            pub_status=models.Article.PubStatus.CANCELED,
            published_at=factory.LazyFunction(
                lambda: timezone.now() - timedelta(hours=1)
            ),
        )
        scheduled = factory.Trait(
            pub_status=models.Article.PubStatus.USABLE,
            published_at=factory.LazyFunction(
                lambda: timezone.now() + timedelta(days=1)
            ),
        )

    section = factory.SubFactory(SectionFactory)
    headline = factory.Sequence(lambda n: f"Harbour opens for the {n}th time")
    standfirst = "The ferries are back."
    body = "<p>The first boat left at dawn with forty passengers.</p>"
    slug = factory.Sequence(lambda n: f"harbour-opens-{n}")

    @factory.post_generation
    def tagged(article, create, names, **kwargs):  # noqa: N805 - factory_boy's convention
        if create and names:
            article.tags.set(names)

    @factory.post_generation
    def by(article, create, authors, **kwargs):  # noqa: N805
        for position, author in enumerate(authors or []):
            ContributionFactory(article=article, author=author, position=position)


class CompleteArticleFactory(ArticleFactory):
    """A story to which nothing is missing before readers see it."""

    class Meta:
        skip_postgeneration_save = True

    lead_picture = factory.SubFactory(PictureFactory)

    @factory.post_generation
    def tagged(article, create, names, **kwargs):  # noqa: N805
        article.tags.set(names or ["Harbour"])

    @factory.post_generation
    def by(article, create, authors, **kwargs):  # noqa: N805
        for position, author in enumerate(authors or [AuthorFactory()]):
            ContributionFactory(article=article, author=author, position=position)


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = models.Contribution

    article = factory.SubFactory(ArticleFactory)
    author = factory.SubFactory(AuthorFactory)
    position = factory.Sequence(int)


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Correction

    article = factory.SubFactory(ArticleFactory, published=True)
    text = "The ferry holds forty people, not four hundred."


class PageFactory(DjangoModelFactory):
    class Meta:
        model = models.Page

    title = factory.Sequence(lambda n: f"About us {n}")
    slug = factory.Sequence(lambda n: f"about-us-{n}")
    body = "<p>Who we are.</p>"


class WireSourceFactory(DjangoModelFactory):
    class Meta:
        model = models.WireSource

    name = factory.Sequence(lambda n: f"Agency {n}")
    folder = factory.Sequence(lambda n: f"agency-{n}")
    section = factory.SubFactory(SectionFactory)


class WireItemFactory(DjangoModelFactory):
    class Meta:
        model = models.WireItem

    source = factory.SubFactory(WireSourceFactory)
    guid = factory.Sequence(lambda n: f"urn:example:{n}")
    version = "1"
    version_order = 1
    headline = factory.Sequence(lambda n: f"Ferry sails for the {n}th time")
    body = "<p>The ferry sailed.</p>"
    byline = ["Ada Wire"]
    provider = "Example Agency"
