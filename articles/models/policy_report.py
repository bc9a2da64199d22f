from django.db import models


class PolicyReport(models.Model):
    """What the Content-Security-Policy of a page kept a browser from loading; counted.

    Nothing of whose browser it was is kept.
    """

    MOST_ROWS = 500
    PATH_LENGTH = 200

    directive = models.CharField("rule", max_length=30)
    blocked = models.CharField("kept out", max_length=100)
    path = models.CharField("page", max_length=PATH_LENGTH)
    count = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        verbose_name = "blocked content"
        verbose_name_plural = "blocked content"
        ordering = ["-last_seen_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "blocked", "path"],
                name="articles_policyreport_once",
            ),
        ]

    def __str__(self):
        return f"{self.blocked} on {self.path}"
