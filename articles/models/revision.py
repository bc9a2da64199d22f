"""What a story was at each save, who is writing in it now, and text not yet saved."""

import hashlib
import json
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from newsroom.lib.fields import LineField


def digest_of(content):
    """A key that two contents share only when they say the same.

    An author's name may change without a change of the story, so it does not count.
    """
    counted = {
        **content,
        "byline": [
            [entry["author"], entry["role"]] for entry in content.get("byline", [])
        ],
        "tags": [entry["name"] for entry in content.get("tags", [])],
    }
    written = json.dumps(counted, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


class RevisionQuerySet(models.QuerySet):
    def latest_first(self):
        return self.order_by("-pk")

    def true(self):
        """What the story really was; not a text that was refused at a collision."""
        return self.exclude(kind=Revision.Kind.CONFLICT)

    def for_list(self):
        return self.select_related("by").defer("content")


class Revision(models.Model):
    """A story at one moment: all that an editor can change of it, as JSON.

    `content` is what `articles.revisions.content_of` returns. `changed` names the
    fields that differ from the revision before. A conflict holds what somebody typed
    while another saved; `base` is then the revision that person's form began with.
    """

    class Kind(models.TextChoices):
        FOUND = "found", "As it was before"
        SAVED = "saved", "Saved"
        SUBMITTED = "submitted", "Sent to review"
        RETURNED = "returned", "Sent back"
        READY = "ready", "Ready"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        UPDATED = "updated", "Changes published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CORRECTED = "corrected", "Corrected"
        MOVED = "moved", "Moved"
        RESTORED = "restored", "Restored"
        MERGED = "merged", "Two versions merged"
        CONFLICT = "conflict", "Not saved: somebody else saved first"

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="revisions"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    by_name = models.CharField(
        max_length=200, blank=True, help_text="Stays when the account is removed."
    )
    note = LineField(max_length=300, blank=True)
    content = models.JSONField()
    changed = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    base = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody decided what becomes of it."
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change a story may see its revisions
        indexes = [
            models.Index(fields=["article", "-id"], name="articles_revision_latest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_conflict(self):
        return self.kind == self.Kind.CONFLICT


class EditingSession(models.Model):
    """Who writes in a story now. It is advice; the version check is the guard."""

    STALE_AFTER = timedelta(seconds=60)

    article = models.OneToOneField(
        "articles.Article",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="editing_session",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    tab = models.CharField(max_length=64)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.by} in {self.article_id}"

    def is_fresh(self, *, at=None):
        """Whether the editor's page has been heard of lately."""
        return (at or timezone.now()) - self.seen_at < self.STALE_AFTER


class AutosavedText(models.Model):
    """A form as one person typed it, not saved yet; readers never see it.

    `key` is the story's `uuid`, which a new story has from its first form on. Each
    opened page has a row of its own (`tab`), so that new typing never takes the place
    of what was lost in a crash. `typed` maps the form's field names to lists of values;
    it is empty once the story is saved, so that an answer still under way is known to
    be late. `count` tells older typing from newer.
    """

    MAX_BYTES = 3_000_000
    LAST = 2_147_483_647

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.UUIDField()
    tab = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    typed = models.JSONField()
    is_new_story = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key", "tab"], name="articles_autosavedtext_once"
            ),
        ]

    def __str__(self):
        return self.headline

    @property
    def headline(self):
        return (self.typed.get("headline") or [""])[0]
