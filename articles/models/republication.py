from django.db import models
from django.utils import timezone

from newsroom.lib.fields import LineField


class Republication(models.Model):
    """Another publication that is named under a story, because it has published it.

    The licensing desk writes these rows, once both sides agree.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+"
    )
    source = models.CharField(
        max_length=40,
        unique=True,
        editable=False,
        help_text="The number of the licence that it goes back to.",
    )
    name = LineField(max_length=160)
    url = models.URLField(max_length=500)
    shown_from = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name
