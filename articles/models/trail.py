"""What the page "Who did what" reads beside Django's own log of the admin."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.models.event import ArticleEvent


class AuditTrail(ArticleEvent):
    """The page of all that was done, by whom; who may see it holds its permission."""

    class Meta:
        proxy = True
        default_permissions = ()
        permissions = [("view_audit_trail", "Can see who did what")]
        verbose_name = verbose_name_plural = "who did what"


class LoginEvent(models.Model):
    """A log-in, a try at one, or a change of how an account logs in; never changed.

    Of an attempt without an account nothing is kept but the network: in the place of
    a name people type their passwords.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", "Logged in"
        FAILED = "failed", "Failed to log in"
        PASSWORD = "password", "Password changed"
        STEP_ADDED = "mfa_on", "Second step added"
        STEP_REMOVED = "mfa_off", "Second step removed"
        RECOVERY = "recovery", "Logged in with a recovery code"
        RESET = "reset", "Second steps taken off by the operator"
        ENDED = "ended", "Logged out everywhere else"

    kind = models.CharField(max_length=8, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = "log-in"
        indexes = [
            models.Index(fields=["-at", "-id"], name="articles_loginevent_latest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
