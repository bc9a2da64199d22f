import secrets

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from newsroom.lib.fields import LineField
from newsroom.lib.urls import absolute

SHOWN_VISITS = 20


def new_key():
    return secrets.token_urlsafe(16)


def _signer():
    return signing.Signer(salt="articles.preview", sep=".")


class PreviewLinkQuerySet(models.QuerySet):
    def working(self, *, at=None):
        """The links that lead to their story now.

        One that was withdrawn, or has expired, is shown to nobody.
        """
        at = at or timezone.now()
        return self.filter(
            Q(article__expires_at=None) | Q(article__expires_at__gt=at),
            revoked_at=None,
            expires_at__gt=at,
        ).exclude(article__pub_status="canceled")

    def of_token(self, token):
        """The working link of this token, or nothing."""
        try:
            key = _signer().unsign(token)
        except signing.BadSignature:
            return self.none()
        return self.working().filter(key=key)

    def with_visits(self):
        """With `visit_count` and `visited_at`, the newest link first."""
        return self.annotate(
            visit_count=Count("visits"), visited_at=Max("visits__at")
        ).order_by("-pk")

    def for_list(self):
        """`with_visits` and the `recent_visits` of each, in two statements."""
        visits = PreviewVisit.objects.order_by("-pk")[:SHOWN_VISITS]
        return (
            self.with_visits()
            .select_related("created_by", "revoked_by")
            .prefetch_related(
                models.Prefetch("visits", visits, to_attr="recent_visits")
            )
        )


class PreviewLink(models.Model):
    """The address of a story not published yet, for one person without an account.

    Its token is the row's `key` with a signature, so an editor can copy it again, and
    who reads the database alone cannot.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="preview_links"
    )
    name = LineField(max_length=120)
    key = models.CharField(max_length=32, unique=True, default=new_key)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change a story may make its links

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:article_preview", args=[self.token])

    @property
    def token(self):
        return _signer().sign(self.key)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    @property
    def is_open(self):
        """Whether it is neither revoked nor past its time; the story is not asked."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class PreviewVisit(models.Model):
    """One opening of a preview link. `network` is too coarse to name a visitor."""

    link = models.ForeignKey(
        PreviewLink, on_delete=models.CASCADE, related_name="visits"
    )
    at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=43, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}, {self.network}"
