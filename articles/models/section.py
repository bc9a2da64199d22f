from django.db import models

from articles.models.slugs import at_slug, validate_first_level_slug
from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute, path


class SectionQuerySet(models.QuerySet):
    def in_navigation(self):
        return self.filter(is_in_navigation=True)

    def at(self, slug):
        """The section that lives at `/<slug>/`, then the one that once lived there."""
        return at_slug(self, slug, PastSectionSlug.objects, "section")


class Section(models.Model):
    """A part of the paper; an article is in exactly one (schema.org articleSection)."""

    name = LineField(max_length=80, unique=True)
    slug = models.CharField(
        max_length=80,
        unique=True,
        validators=[validate_first_level_slug],
        help_text="The first part of every address in this section.",
    )
    description = PlainTextField(blank=True, max_length=500)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Order in the navigation."
    )
    is_in_navigation = models.BooleanField("in the navigation", default=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug=""), name="articles_section_has_slug"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return path("articles:section_detail", self.slug)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())


class PastSectionSlug(models.Model):
    """An address a section has moved away from; it leads to the section for good."""

    slug = models.CharField(max_length=80, unique=True)
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="past_slugs"
    )

    def __str__(self):
        return self.slug
