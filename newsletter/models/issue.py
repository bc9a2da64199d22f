import uuid
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleEvent
from articles.models.slugs import validate_slug
from newsletter.models.newsletter import Newsletter
from newsroom.lib import text
from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute

SLUG_LENGTH = 80
# `/newsletters/<slug>/feed/` is the newsletter's feed.
RESERVED_ISSUE_SLUGS = frozenset({"feed"})


def validate_issue_slug(value):
    """`validate_slug`, and no word that means something below a newsletter."""
    validate_slug(value)
    if value in RESERVED_ISSUE_SLUGS:
        raise ValidationError(
            "“%(value)s” is an address of the newsletter itself. Choose another.",
            code="reserved_slug",
            params={"value": value},
        )


def may_be_chosen():
    """The stories an editor can put into an issue: published, or to be published."""
    return Q(pub_status=Article.PubStatus.USABLE)


class IssueQuerySet(models.QuerySet):
    def due(self, *, at=None):
        """Scheduled, and their time has come."""
        return self.filter(
            status=Issue.Status.SCHEDULED, scheduled_at__lte=at or timezone.now()
        )

    def sending(self):
        return self.filter(status=Issue.Status.SENDING)

    def with_news_for_staff(self):
        """Those with a problem that staff had no mail about."""
        return self.exclude(problem="").exclude(problem=F("problem_told"))

    def public(self):
        """Those that readers may see on the web: begun to be sent, and not private."""
        return self.filter(is_public=True, started_at__isnull=False)

    def with_counts(self):
        """Those begun, with how often they were opened and their links followed."""
        is_dot = Q(links__url="")
        return self.filter(started_at__isnull=False).annotate(
            opened=Sum("links__count", filter=is_dot),
            followed=Sum("links__count", filter=~is_dot),
        )

    def latest_first(self):
        return self.order_by("-started_at", "-pk")


class Issue(models.Model):
    """One mailing of a newsletter: what it says, and how far it has got.

    Its text can change until sending begins; then it is copied, once, into `IssueCopy`
    and stays as it went out.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        SENDING = "sending", "Sending"
        PAUSED = "paused", "Paused"
        SENT = "sent", "Sent"
        CANCELLED = "cancelled", "Cancelled"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="issues"
    )
    subject = LineField(max_length=300)
    preheader = LineField(
        max_length=200,
        blank=True,
        help_text="What inboxes show after the subject. Empty for the first headlines.",
    )
    slug = models.CharField(
        max_length=SLUG_LENGTH,
        blank=True,
        validators=[validate_issue_slug],
        help_text="Its address on the web; empty for one made from the subject.",
    )
    intro = PlainTextField(
        "introduction",
        blank=True,
        max_length=5000,
        help_text="A blank line begins a new paragraph.",
    )
    is_public = models.BooleanField(
        "on the web", default=True, help_text="Among the newsletter's past issues."
    )

    status = models.CharField(
        max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    scheduled_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    listed_at = models.DateTimeField(
        null=True, editable=False, help_text="When every recipient had a delivery."
    )
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    problem = LineField(
        max_length=300, blank=True, editable=False, help_text="Why it does not go on."
    )
    problem_told = LineField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="The problem that staff had a mail about.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("send_issue", "Can schedule, send, pause and cancel issues")]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "slug"], name="newsletter_issue_address"
            ),
            models.CheckConstraint(
                condition=~Q(slug=""), name="newsletter_issue_has_slug"
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(scheduled_at__isnull=False),
                name="newsletter_issue_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sending", "paused", "sent"])
                | Q(started_at__isnull=False),
                name="newsletter_issue_begun_has_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["newsletter", "-started_at"], name="newsletter_issue_past"
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse(
            "newsletter:issue_detail", args=[self.newsletter.slug, self.slug]
        )

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    @property
    def feed_id(self):
        """Permanent id for feeds: the same on every host and at every address."""
        return f"urn:uuid:{self.uuid}"

    def version(self):
        """A token that changes with every saved change of its words and stories."""
        words = Issue.objects.filter(pk=self.pk).values_list(
            "newsletter", "subject", "preheader", "intro", "slug", "is_public"
        )
        items = self.items.values_list(
            "pk", "position", "article", "headline", "standfirst", "text"
        )
        return sha256(repr([*words, *items]).encode()).hexdigest()[:16]

    def staff_address(self):
        """Whom to tell of a problem: who last took a step, else the newsletter."""
        events = self.events.exclude(by=None).exclude(by__email="")
        last = events.values_list("by__email", flat=True).first()
        return last or self.newsletter.reply_to

    @property
    def is_editable(self):
        """Whether its text may still change: nothing of it has gone out."""
        return self.status in {self.Status.DRAFT, self.Status.SCHEDULED}

    @property
    def is_due(self):
        """Whether its time has come, and the next sender begins with it."""
        is_scheduled = self.status == self.Status.SCHEDULED
        return is_scheduled and self.scheduled_at <= timezone.now()

    def free_slug(self):
        """An address from the subject that no other issue of the newsletter has."""
        others = Issue.objects.filter(newsletter=self.newsletter_id).exclude(pk=self.pk)
        base = text.slug(self.subject, max_length=SLUG_LENGTH, fallback="issue")
        taken = set(others.values_list("slug", flat=True)) | RESERVED_ISSUE_SLUGS
        return text.unique_slug(base, taken.__contains__, max_length=SLUG_LENGTH)


class IssueItemQuerySet(models.QuerySet):
    def mailed(self):
        """What was mailed of issues that have begun.

        A story that was left out stays so, also when it is published again.
        """
        stories = IssueCopy.stories.through.objects.filter(
            issuecopy__issue=OuterRef("issue"), article=OuterRef("article")
        )
        return self.filter(Q(article=None) | Exists(stories))


class IssueItem(models.Model):
    """A story in an issue, or a text of the issue's own."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="story",
        limit_choices_to=may_be_chosen,
    )
    headline = LineField(
        max_length=300, blank=True, help_text="Empty for the story's own."
    )
    standfirst = PlainTextField(
        max_length=600, blank=True, help_text="Empty for the story's own."
    )
    text = PlainTextField(
        max_length=5000,
        blank=True,
        help_text="Below a story, or by itself without one.",
    )
    chosen_at = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text="When an editor last looked at the story for this issue.",
    )

    objects = IssueItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "story or text"
        verbose_name_plural = "stories and texts"
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "article"], name="newsletter_issueitem_story_once"
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=False) | ~Q(headline="", text=""),
                name="newsletter_issueitem_says_something",
                violation_error_message="Choose a story, or write a headline or text.",
            ),
        ]

    def __str__(self):
        return self.headline or str(self.article or self.text[:60])

    def events_since_chosen(self):
        """What happened to the story that an editor of the issue should know."""
        return ArticleEvent.objects.filter(
            article=self.article_id,
            at__gt=self.chosen_at,
            kind__in=[
                ArticleEvent.Kind.CHANGED,
                ArticleEvent.Kind.CORRECTED,
                ArticleEvent.Kind.WITHDRAWN,
            ],
        ).order_by("at", "pk")


class IssueCopy(models.Model):
    """An issue as it is mailed, the same for everybody but for two links.

    Written when sending begins. `letters.UNSUBSCRIBE` and `letters.PREFERENCES` stand
    where each reader's own links go. Written anew only where a story is withdrawn
    while mails go out, for those who have not had theirs.
    """

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="copy")
    html = models.TextField()
    text = models.TextField()
    stories = models.ManyToManyField("articles.Article")

    class Meta:
        verbose_name_plural = "issue copies"

    def __str__(self):
        return f"Copy of {self.issue_id}"


class IssueLink(models.Model):
    """How often a link of an issue was followed, by all its readers together.

    The one without an address counts opened mails. No row says who.
    """

    LONGEST = 2000

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="links")
    key = models.CharField(max_length=16, unique=True)
    url = models.CharField(max_length=LONGEST, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "url"], name="newsletter_issuelink_once"
            ),
        ]

    def __str__(self):
        return self.url or "Opened"


class IssueEvent(models.Model):
    """Who took an issue which step, and when; rows are added and never changed."""

    class Kind(models.TextChoices):
        MADE = "made", "Made"
        DRAFTED = "drafted", "Stories chosen by rule"
        TESTED = "tested", "Test mail sent"
        SCHEDULED = "scheduled", "Scheduled"
        UNSCHEDULED = "unscheduled", "Back to draft"
        STARTED = "started", "Sending began"
        LEFT_OUT = "left_out", "Story left out"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        CANCELLED = "cancelled", "Cancelled"
        FINISHED = "finished", "Sent"

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)
    note = LineField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
