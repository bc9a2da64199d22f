"""What was brought in from elsewhere, when, by whom, and what became of each item."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField


class ImportRun(models.Model):
    """One file brought in, from its preview to its end or its undoing."""

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", "WordPress export (WXR)"
        GHOST = "ghost", "Ghost export (JSON)"
        LINES = "lines", "Newsroom's JSON lines"

    class State(models.TextChoices):
        UPLOADING = "uploading", "Being uploaded"
        WAITING = "waiting", "Waiting for the worker"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, nothing brought in yet"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Stopped by an error"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("comes from", max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADING)
    file_name = LineField("file", max_length=200)
    file_size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256.")
    media_name = LineField(max_length=200, blank=True)
    media_size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    mapping = models.JSONField(default=dict, blank=True)
    # Of the import: "update", "fetch", "schedule".
    options = models.JSONField(default=dict, blank=True)
    # What the export has, for the choice of mapping and the report.
    found = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    message = PlainTextField(blank=True, max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "import"
        permissions = [
            ("run_import", "Can bring in stories from elsewhere and undo it")
        ]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["-created_at", "-id"], name="articles_importrun_latest"
            ),
            models.Index(fields=["checksum"], name="articles_importrun_file"),
        ]

    def __str__(self):
        return f"{self.file_name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self):
        """Whether a worker has it, or should."""
        return self.state in {
            self.State.WAITING,
            self.State.CHECKING,
            self.State.RUNNING,
            self.State.UNDOING,
        }


class ImportedItemQuerySet(models.QuerySet):
    def standing(self):
        """Those of runs that were not undone, with what they were brought into."""
        return self.filter(run__undone_at=None, target__isnull=False)


class ImportedItem(models.Model):
    """What became of one item of a file; also a row that had to be made for it."""

    class Kind(models.TextChoices):
        STORY = "story", "Story"
        PAGE = "page", "Page"
        AUTHOR = "author", "Author"
        SECTION = "section", "Section"
        TAG = "tag", "Tag"
        PICTURE = "picture", "Picture"
        REDIRECT = "redirect", "Redirect"
        OTHER = "other", "Something else"

    class Outcome(models.TextChoices):
        IMPORTED = "imported", "Brought in"
        UPDATED = "updated", "Brought up to date"
        LOOK = "look", "Needs a look"
        SKIPPED = "skipped", "Left out"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items")
    source_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    outcome = models.CharField(max_length=10, choices=Outcome)
    title = LineField(max_length=300, blank=True)
    reason = PlainTextField(blank=True, max_length=2000)
    # The key of the story, page, author … ; no foreign key, since it may be any.
    target = models.BigIntegerField(null=True, blank=True)
    # Whether the run made the target, and undoing may therefore remove it.
    is_made = models.BooleanField(default=False)
    has_own_links = models.BooleanField(default=False)

    objects = ImportedItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "imported item"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "kind", "source_id"], name="articles_importeditem_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "outcome", "id"], name="articles_importeditem_outcome"
            ),
            models.Index(
                fields=["kind", "source_id"], name="articles_importeditem_source"
            ),
            models.Index(
                fields=["kind", "target"], name="articles_importeditem_target"
            ),
        ]

    def __str__(self):
        return self.title or self.source_id
