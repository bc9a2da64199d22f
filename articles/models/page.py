from django.db import models

from articles.models.slugs import validate_first_level_slug
from newsroom.lib.fields import HTMLField, LineField
from newsroom.lib.urls import absolute, path


class Page(models.Model):
    """A page that editors write: about, contact, privacy."""

    title = LineField(max_length=120)
    slug = models.CharField(
        max_length=80, unique=True, validators=[validate_first_level_slug]
    )
    body = HTMLField(blank=True)
    seo_description = LineField(max_length=300, blank=True)
    is_in_footer = models.BooleanField("in the footer", default=True)
    position = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return path("articles:section_detail", self.slug)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())
