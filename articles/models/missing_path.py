from django.db import models

from newsroom.lib.fields import LineField


class MissingPath(models.Model):
    """An address that readers asked for and nothing answered; counted, no more.

    Nothing of who asked is kept: no network address, no query string.
    """

    PATH_LENGTH = 200
    MOST_ROWS = 5_000

    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    count = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    referrer_host = LineField("linked from", max_length=100, blank=True)
    is_ignored = models.BooleanField("ignored", default=False)

    class Meta:
        verbose_name = "address not found"
        verbose_name_plural = "addresses not found"
        ordering = ["-count", "-last_seen_at", "pk"]
        indexes = [
            models.Index(
                fields=["-count", "-last_seen_at", "id"],
                name="articles_missingpath_most",
            ),
        ]

    def __str__(self):
        return f"/{self.path}"
