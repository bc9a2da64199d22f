from django.conf import settings
from django.db import models

from articles.models.slugs import at_slug, validate_slug
from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute, path


class AuthorQuerySet(models.QuerySet):
    def at(self, slug):
        """The author who has this slug, then the one who once had it."""
        return at_slug(self, slug, AuthorAlias.objects, "author")


class Author(models.Model):
    """A person or body named in bylines, with or without an account."""

    name = LineField(max_length=120)
    slug = models.CharField(max_length=80, unique=True, validators=[validate_slug])
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        help_text="The account of this author, if there is one.",
    )
    job_title = LineField(max_length=120, blank=True)
    biography = PlainTextField(blank=True, max_length=2000)
    portrait = models.ForeignKey(
        "articles.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "-id"], name="articles_author_name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug=""), name="articles_author_has_slug"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return path("articles:author_detail", self.slug)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())


class AuthorAlias(models.Model):
    """Another name an author is known by; its address leads to the author."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="aliases")
    name = LineField(max_length=120)
    slug = models.CharField(max_length=80, unique=True, validators=[validate_slug])

    class Meta:
        verbose_name_plural = "author aliases"

    def __str__(self):
        return self.name
