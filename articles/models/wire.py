"""What agencies send: where it comes from, and each version of each item."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import default_language
from articles.models.languages import validate_language
from newsroom.lib.fields import HTMLField, LineField, PlainTextField


class WireSource(models.Model):
    """An agency's feed or folder, and what becomes of what comes from there."""

    name = LineField(max_length=120, unique=True)
    url = models.CharField(
        "address",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text="Of ninjs, NewsML-G2, NITF, RSS, Atom or JSON Feed; read every five "
        "minutes.",
    )
    folder = LineField(
        max_length=120,
        blank=True,
        help_text="The name of a directory in the wire folder of the server.",
    )
    section = models.ForeignKey(
        "articles.Section",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where stories made of it begin.",
    )
    language = models.CharField(
        max_length=20,
        default=default_language,
        validators=[validate_language],
        help_text="Of items that name none.",
    )
    is_open = models.BooleanField("read it", default=True)
    makes_drafts = models.BooleanField(
        "make a draft of each item",
        default=False,
        help_text="Otherwise an editor chooses. Nothing is published by itself.",
    )
    takes_pictures = models.BooleanField(
        "take its pictures",
        default=False,
        help_text="Only if your contract covers them. They are never passed on to "
        "those who republish. Items that are pictures go into the library.",
    )
    read_at = models.DateTimeField("last read", null=True, blank=True, editable=False)
    adds_its_own = models.BooleanField(
        "its ninjs has properties of its own",
        default=False,
        help_text="Takes ninjs that does not follow IPTC's schema, as far as it can be "
        "read. Otherwise such an item is refused, with the reason.",
    )
    # Files of a folder up to this time of change have been read.
    read_until = models.DateTimeField(null=True, blank=True, editable=False)
    problem = LineField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") ^ Q(folder=""),
                name="articles_wiresource_one_place",
                violation_error_message="Give an address or a folder, and one only.",
            ),
        ]

    def __str__(self):
        return self.name


class WireItem(models.Model):
    """One version of one item, as the agency sent it; only its state ever changes.

    A file that cannot be read is a row as well, with the reason in `problem`.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        PICTURE = "picture", "Picture"
        GRAPHIC = "graphic", "Graphic"
        AUDIO = "audio", "Audio"
        VIDEO = "video", "Video"
        EVENT = "event", "Event"
        PLANNING = "planning", "Plan for coverage"

    class State(models.TextChoices):
        NEW = "new", "New"
        DRAFTED = "drafted", "Made a story"
        TAKEN = "taken", "In the library"
        LEFT = "left", "Left"
        SUPERSEDED = "superseded", "Older version"
        WITHDRAWN = "withdrawn", "Withdrawn by the agency"
        UNREADABLE = "unreadable", "Unreadable"

    class Attention(models.TextChoices):
        NONE = "", "Nothing to do"
        CHANGED = "changed", "A newer version came; what was made of it is as it was"
        WITHDRAWN = "withdrawn", "The agency has withdrawn it; there is a draft of it"
        PICTURE = "picture", "The agency has withdrawn it; it is in the library"
        PUBLIC = "public", "Urgent: the agency has withdrawn it, and it is published"

    source = models.ForeignKey(
        WireSource, on_delete=models.PROTECT, related_name="items"
    )
    kind = models.CharField(
        max_length=10, choices=Kind, default=Kind.TEXT, editable=False
    )
    guid = models.CharField(max_length=300, editable=False)
    version = models.CharField(max_length=40, blank=True, editable=False)
    # By which versions of one guid follow each other: a number, or a time in seconds.
    version_order = models.BigIntegerField(default=0, editable=False)
    version_created_at = models.DateTimeField(null=True, blank=True, editable=False)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    file_name = LineField(max_length=300, blank=True, editable=False)

    headline = LineField(max_length=300, blank=True, editable=False)
    standfirst = PlainTextField(max_length=600, blank=True, editable=False)
    body = HTMLField(blank=True, editable=False)
    byline = models.JSONField(default=list, editable=False)
    dateline = LineField(max_length=120, blank=True, editable=False)
    language = models.CharField(max_length=20, blank=True, editable=False)
    slugline = LineField(max_length=120, blank=True, editable=False)
    keywords = models.JSONField(default=list, editable=False)
    pictures = models.JSONField(default=list, editable=False)
    provider = LineField(max_length=120, blank=True, editable=False)
    ed_note = PlainTextField("note to editors", blank=True, editable=False)
    copyright_notice = LineField(max_length=300, blank=True, editable=False)
    usage_terms = PlainTextField(blank=True, editable=False)
    web_url = models.CharField(
        "address there", max_length=500, blank=True, editable=False
    )
    urgency = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    embargoed_until = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_withdrawn = models.BooleanField(default=False, editable=False)

    state = models.CharField(
        max_length=10, choices=State, default=State.NEW, editable=False
    )
    attention = models.CharField(
        "to do", max_length=10, choices=Attention, blank=True, editable=False
    )
    problem = LineField(max_length=300, blank=True, editable=False)
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="wire_items",
        editable=False,
    )
    picture = models.ForeignKey(
        "articles.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="wire_items",
        editable=False,
    )
    # `revisions.version_of` the story when this item last wrote it.
    story_version = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-received_at", "-id"], name="articles_wireitem_latest"
            ),
            models.Index(
                fields=["state", "-received_at", "-id"], name="articles_wireitem_state"
            ),
            models.Index(
                fields=["kind", "-received_at", "-id"], name="articles_wireitem_kind"
            ),
            models.Index(
                fields=["-received_at"],
                condition=~Q(attention=""),
                name="articles_wireitem_attention",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["guid", "version"], name="articles_wireitem_version_once"
            ),
            models.CheckConstraint(
                condition=~Q(guid=""), name="articles_wireitem_has_guid"
            ),
        ]

    def __str__(self):
        return self.headline or self.slugline or self.file_name or self.guid
