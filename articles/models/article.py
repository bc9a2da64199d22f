import uuid
from datetime import UTC

from django.conf import settings
from django.db import connections, models
from django.db.models import Count, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from taggit.managers import TaggableManager

from articles.models.author import Author
from articles.models.correction import Correction
from articles.models.desk import SectionDesk
from articles.models.event import ArticleEvent
from articles.models.expressions import JSONRows
from articles.models.languages import (
    direction_of,
    is_written_from_right,
    language_name,
    validate_language,
)
from articles.models.listing import OfStories
from articles.models.picture_use import PictureUse
from articles.models.republication import Republication
from articles.models.section import Section
from articles.models.slugs import validate_article_slug
from articles.models.status import DeskStatus, Status, status_of, with_status
from articles.models.tag import FoldingTaggableManager, TaggedArticle
from newsroom.lib import prepared  # noqa: F401 - has the lookup `among`
from newsroom.lib.days import day_start
from newsroom.lib.fields import HTMLField, LineField, PlainTextField, WordCountField
from newsroom.lib.urls import absolute, path

WORDS_PER_MINUTE = 220
SLUG_LENGTH = 120


def default_language():
    return settings.LANGUAGE_CODE.partition("-")[0]


def on_days(first, end):
    """Conditions: runs on a day from `first` to before `end`, is planned for one, and
    is withheld under an embargo that ends on one.
    """
    begin, stop = day_start(first), day_start(end)
    is_usable = Q(pub_status=Article.PubStatus.USABLE)
    is_withheld = Q(pub_status=Article.PubStatus.WITHHELD)
    embargo_ends = Q(embargoed_until__gte=begin, embargoed_until__lt=stop)
    # Whichever is later, in the terms of an index for each.
    in_time = Q(published_at__gte=begin, published_at__lt=stop) & (
        Q(embargoed_until=None) | Q(embargoed_until__lt=begin)
    )
    return (
        is_usable & (in_time | embargo_ends & Q(published_at__lt=stop)),
        is_withheld & Q(planned_for__gte=first, planned_for__lt=end),
        is_withheld & embargo_ends,
    )


class ArticleQuerySet(models.QuerySet):
    def published(self, *, at=None):
        """What readers may see: cleared to run, past time and embargo, not expired."""
        at = at or timezone.now()
        return self.filter(
            Q(embargoed_until__isnull=True) | Q(embargoed_until__lte=at),
            Q(expires_at__isnull=True) | Q(expires_at__gt=at),
            pub_status=Article.PubStatus.USABLE,
            published_at__lte=at,
        )

    def offered(self, *, at=None):
        """What others may ask to publish: public, not kept to us, not retracted."""
        retractions = Correction.objects.shown(at=at).filter(
            article=OuterRef("pk"), kind=Correction.Kind.RETRACTION
        )
        return self.published(at=at).filter(
            ~models.Exists(retractions), is_republishable=True
        )

    def with_status(self, status, *, at=None):
        """The stories of which the desk says this word now; `status` is a Status."""
        at = at or timezone.now()
        found = self.filter(with_status(status, at))
        if status != Status.SCHEDULED:
            return found
        # Few wait among many that readers see; each of the two has an index.
        usable = Article.objects.filter(pub_status="usable").order_by().values("pk")
        waiting = usable.filter(published_at__gt=at)
        return found.filter(pk__in=waiting.union(usable.filter(embargoed_until__gt=at)))

    def bulk_create(self, objs, *args, **kwargs):
        """Django's, which sends no signal: pictures in the bodies are noted here."""
        made = super().bulk_create(objs, *args, **kwargs)
        PictureUse.objects.record(made, are_new=True)
        return made

    def reachable_by(self, user):
        """What this user may open in the admin.

        That is their own stories and, with the permission to see those of others, all
        of their sections; who is bound to no section works for all.
        """
        if not user.has_perm("articles.see_others_article"):
            return self.of(user)
        if user.is_superuser:
            return self
        desks = SectionDesk.objects.filter(user=user)
        return self.filter(
            ~models.Exists(desks)
            | Q(section__in=desks.values("section"))
            | Q(pk__in=self._keys_of(user))
        )

    def of(self, user):
        """The stories that this user began or stands in the byline of."""
        return self.filter(pk__in=self._keys_of(user))

    @staticmethod
    def _keys_of(user):
        begun = Article.objects.filter(created_by=user).order_by().values("pk")
        written = Contribution.objects.filter(author__user=user).order_by()
        # A union, because an OR of the two would read every story.
        return begun.union(written.values("article"))

    def with_day_between(self, first, end):
        """Stories that run, or should, on a day from `first` to before `end`.

        Days are those of the publication's zone; what is withdrawn has none.
        """
        runs, is_planned, embargo_ends = on_days(first, end)
        return self.filter(runs | is_planned | embargo_ends)

    def first_of_days(self, count, *, day, order):
        """The first `count` stories of each day; `of_day` is how many that day has.

        `day` is the expression of a story's day, `order` that of stories within one.
        """
        return self.annotate(
            day=day,
            of_day=Window(Count("*"), partition_by=day),
            place=Window(RowNumber(), partition_by=day, order_by=order),
        ).filter(place__lte=count)

    def ever_seen(self):
        """Those that readers see or once saw, as far as the rows tell.

        A story that went back to draft after readers had seen it was withdrawn first.
        """
        now = timezone.now()
        kinds = [
            ArticleEvent.Kind.PUBLISHED,
            ArticleEvent.Kind.CHANGED,
            ArticleEvent.Kind.CORRECTED,
            ArticleEvent.Kind.WITHDRAWN,
        ]
        events = ArticleEvent.objects.filter(article=OuterRef("pk"), kind__in=kinds)
        is_out = Q(published_at__lte=now) & ~Q(pub_status=Article.PubStatus.WITHHELD)
        return self.filter(is_out | models.Exists(events))

    def showing(self, picture):
        """Those that have this picture somewhere, in their working copies as well."""
        uses = PictureUse.objects.filter(picture=picture)
        return self.filter(
            Q(lead_picture=picture)
            | Q(social_picture=picture)
            | Q(pk__among=uses.exclude(article=None).values("article"))
            | Q(pk__among=uses.exclude(draft=None).values("draft"))
        )

    def latest_first(self):
        """Newest publication first; the key decides between equal times."""
        return self.order_by("-published_at", "-pk")

    def once_at(self, section_slug, slug):
        """The stories that stand at this address in small letters, or once stood there.

        The one that stands there now comes first.
        """
        section = Section.objects.at(section_slug).values("pk")
        past = PastAddress.objects.filter(section__in=section, slug=slug.lower())
        is_there = Q(section__among=section, slug=slug.lower())
        return self.filter(is_there | Q(pk__among=past.values("article"))).order_by(
            models.Case(models.When(is_there, then=0), default=1), "pk"
        )

    def tagged_with(self, tag):
        return self.filter(
            pk__in=TaggedArticle.objects.filter(tag=tag).values("content_object_id")
        )

    def by_author(self, author):
        return self.filter(
            pk__in=Contribution.objects.filter(author=author).values("article_id")
        )

    def for_cards(self):
        """What a card shows, in one statement."""
        return (
            self.select_related("section", "lead_picture")
            .defer("body", "ed_note")
            .annotate(byline_rows=JSONRows(_byline_rows()))
        )

    def for_lines(self):
        """What one line on the desk needs of each story, with `section_name`."""
        # Not as a join: SQLite would begin with the sections and read every story.
        name = Section.objects.filter(pk=OuterRef("section")).values("name")
        return self.annotate(section_name=models.Subquery(name)).only(
            "headline", "pub_status", "desk_status", "created_at", "published_at",
            "embargoed_until", "expires_at", "planned_for",
        )  # fmt: skip

    def for_desk(self):
        """What a list for editors shows of each story, in one statement."""
        return (
            self.select_related("section", "editing_session__by")
            .defer("body", "standfirst", "ed_note")
            .annotate(byline_rows=JSONRows(_byline_rows()))
        )

    def languages(self):
        """The languages of all stories; it reads one entry of the index for each."""
        # Neither database skips from value to value of an index by itself.
        sql = """
            WITH RECURSIVE found(language) AS (
                SELECT min(language) FROM articles_article
                UNION ALL
                SELECT (
                    SELECT min(language) FROM articles_article
                    WHERE language > found.language
                )
                FROM found WHERE found.language IS NOT NULL
            )
            SELECT language FROM found WHERE language IS NOT NULL
        """
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql)
            return [language for (language,) in cursor.fetchall()]

    def for_feed(self, *, at=None):
        """What a feed shows of a whole story at a time or now, in one statement."""
        at = at or timezone.now()
        corrections = Correction.objects.shown(at=at).filter(article=OuterRef("pk"))
        return (
            self.select_related("section", "lead_picture")
            .defer("ed_note")
            .annotate(
                byline_rows=JSONRows(_byline_rows()),
                tag_rows=JSONRows(_tag_rows()),
                correction_rows=JSONRows(
                    corrections.order_by("published_at", "pk").as_rows()
                ),
            )
        )

    def for_page(self, *, at=None):
        """What the article's own page shows at a time or now, in one statement."""
        at = at or timezone.now()
        translations = translation_rows(
            key=OuterRef("translation_key"), pk=OuterRef("pk"), at=at
        )
        return (
            self.for_feed(at=at)
            .select_related("social_picture")
            .annotate(
                translation_rows=JSONRows(translations),
                republication_rows=JSONRows(_republication_rows()),
            )
        )


def translation_rows(*, key, pk, at=None):
    """The published stories of a translation key but one, as `for_page` has them."""
    return (
        Article.objects.published(at=at)
        .filter(translation_key=key)
        .exclude(translation_key="")
        .exclude(pk=pk)
        .order_by("language", "pk")
        .values(
            row_language=F("language"),
            row_headline=F("headline"),
            row_section=F("section__slug"),
            row_slug=F("slug"),
        )
    )


def _byline_rows():
    return (
        Contribution.objects.filter(article=OuterRef("pk"))
        .order_by("position", "pk")
        .values(
            row_name=F("author__name"), row_slug=F("author__slug"), row_role=F("role")
        )
    )


def _republication_rows():
    return (
        Republication.objects.filter(article=OuterRef("pk"))
        .order_by("shown_from", "pk")
        .values(row_name=F("name"), row_url=F("url"))
    )


def _tag_rows():
    return (
        TaggedArticle.objects.filter(content_object=OuterRef("pk"))
        .order_by("pk")
        .values(row_pk=F("tag"), row_name=F("tag__name"), row_slug=F("tag__slug"))
    )


class Article(models.Model):
    """A story; its fields are IPTC's and schema.org's, as the glossary says."""

    class PubStatus(models.TextChoices):  # IPTC's values, our editors' words
        WITHHELD = "withheld", "Draft"
        USABLE = "usable", "Cleared to run"
        CANCELED = "canceled", "Withdrawn"

    DeskStatus = DeskStatus
    Status = Status

    class Direction(models.TextChoices):
        BY_LANGUAGE = "", "By language"
        LTR = "ltr", "Left to right"
        RTL = "rtl", "Right to left"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="The id this story had in the archive it was brought from.",
    )

    section = models.ForeignKey(
        "articles.Section", on_delete=models.PROTECT, related_name="articles"
    )
    headline = LineField(max_length=300)
    kicker = LineField(
        max_length=80, blank=True, help_text="The few words above the headline."
    )
    standfirst = PlainTextField(max_length=600, blank=True)
    body = HTMLField(blank=True)
    word_count = WordCountField(source="body", default=0)
    dateline = LineField(
        max_length=120, blank=True, help_text="Where it was filed: Ankara."
    )
    slug = models.CharField(max_length=SLUG_LENGTH, validators=[validate_article_slug])
    slugline = LineField(
        max_length=80, blank=True, help_text="The desk's name for the story."
    )
    ed_note = PlainTextField(
        "note to staff", blank=True, help_text="Never shown to readers."
    )
    planned_for = models.DateField(
        null=True,
        blank=True,
        help_text="The day it should run. Readers never see it, and nothing happens "
        "then by itself.",
    )

    language = models.CharField(
        max_length=20, default=default_language, validators=[validate_language]
    )
    text_direction = models.CharField(
        max_length=3, choices=Direction, blank=True, default=Direction.BY_LANGUAGE
    )
    translation_key = LineField(
        max_length=80,
        blank=True,
        help_text="Stories with the same key are translations of each other.",
    )

    authors = models.ManyToManyField(
        "articles.Author", through="articles.Contribution", related_name="articles"
    )
    tags = TaggableManager(
        through=TaggedArticle,
        manager=FoldingTaggableManager,
        blank=True,
        related_name="articles",
    )

    lead_picture = models.ForeignKey(
        "articles.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # `articles_article_picture` begins with it
        related_name="led",
    )
    lead_caption_override = PlainTextField("caption here", blank=True, max_length=1000)
    lead_credit_override = LineField("credit line here", blank=True, max_length=200)

    pub_status = models.CharField(
        max_length=10, choices=PubStatus, default=PubStatus.WITHHELD, editable=False
    )
    desk_status = models.CharField(
        max_length=10, choices=DeskStatus, default=DeskStatus.DRAFT, editable=False
    )
    published_at = models.DateTimeField("publication time", null=True, blank=True)
    modified_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When readers were last told that the story changed.",
    )
    embargoed_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    license = LineField(
        max_length=200,
        blank=True,
        help_text="Name or address of a licence, such as CC BY-ND 4.0.",
    )
    is_republishable = models.BooleanField("may be republished", default=True)

    seo_title = LineField(max_length=120, blank=True)
    seo_description = LineField(max_length=300, blank=True)
    social_title = LineField(max_length=120, blank=True)
    social_description = LineField(max_length=300, blank=True)
    social_picture = models.ForeignKey(
        "articles.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    canonical_url = models.URLField(
        blank=True,
        max_length=500,
        help_text="Where the story first appeared, if not here.",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"
        permissions = [
            ("publish_article", "Can publish and withdraw articles"),
            ("correct_article", "Can add public corrections"),
            ("review_article", "Can mark articles ready and send them back"),
            ("see_others_article", "Can open articles of others"),
            ("override_article", "Can publish articles despite open points"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "slug"], name="articles_article_address"
            ),
            models.CheckConstraint(
                condition=~Q(pub_status="usable") | Q(published_at__isnull=False),
                name="articles_article_usable_has_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(slug=""), name="articles_article_has_slug"
            ),
        ]
        indexes = [
            # With all that `published` asks, so that the far pages of a list and its
            # length are read from the index alone.
            models.Index(
                fields=["-published_at", "-id", "embargoed_until", "expires_at"],
                condition=Q(pub_status="usable"),
                name="articles_article_newest",
            ),
            models.Index(
                fields=[
                    "section",
                    "-published_at",
                    "-id",
                    "embargoed_until",
                    "expires_at",
                ],
                condition=Q(pub_status="usable"),
                name="articles_article_of_section",
            ),
            models.Index(
                fields=["translation_key"],
                condition=~Q(translation_key=""),
                name="articles_article_translations",
            ),
            # Below: what the desk lists, sorts and counts.
            models.Index(fields=["-created_at", "-id"], name="articles_article_begun"),
            models.Index(fields=["-published_at", "-id"], name="articles_article_time"),
            models.Index(
                fields=["section", "-created_at", "-id"],
                name="articles_article_section_begun",
            ),
            models.Index(
                fields=["language", "-created_at", "-id"],
                name="articles_article_language",
            ),
            models.Index(
                fields=["desk_status", "-created_at", "-id"],
                condition=Q(pub_status="withheld"),
                name="articles_article_desk",
            ),
            models.Index(
                fields=["pub_status", "-created_at", "-id"],
                condition=Q(pub_status="canceled"),
                name="articles_article_withdrawn",
            ),
            models.Index(
                fields=["lead_picture", "-created_at", "-id"],
                name="articles_article_picture",
            ),
            models.Index(
                fields=["embargoed_until"],
                condition=Q(embargoed_until__isnull=False),
                name="articles_article_embargo",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="articles_article_expiry",
            ),
            models.Index(
                fields=["planned_for"],
                condition=Q(planned_for__isnull=False),
                name="articles_article_planned",
            ),
            models.Index(
                fields=["slugline"],
                condition=Q(slugline__gt=""),
                name="articles_article_slugline",
            ),
            models.Index(
                fields=["-created_at"],
                condition=Q(is_republishable=False),
                name="articles_article_reserved",
            ),
        ]

    def __str__(self):
        return self.headline

    def get_absolute_url(self):
        return path("articles:article_detail", self.section.slug, self.slug)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    @property
    def feed_id(self):
        """Permanent id for feeds: the same on every host and at every address."""
        return f"urn:uuid:{self.uuid}"

    @property
    def updated_at(self):
        """When readers were last told of a change; a time to come does not count."""
        modified_at = self.modified_at
        if modified_at is None or modified_at > timezone.now():
            return self.published_at
        return max(modified_at, self.published_at)

    @property
    def direction(self):
        """As set, else by the language, or by the headline if that tells otherwise."""
        if self.text_direction:
            return self.text_direction
        if is_written_from_right(self.headline):
            return self.Direction.RTL.value
        return direction_of(self.language)

    @property
    def reading_minutes(self):
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    @property
    def picture(self):
        """The lead picture, where there is one and its rights hold."""
        picture = self.lead_picture
        return picture if picture and picture.is_usable() else None

    @property
    def lead_caption(self):
        return self.lead_caption_override or (
            self.lead_picture.caption if self.lead_picture else ""
        )

    @property
    def lead_credit(self):
        return self.lead_credit_override or (
            self.lead_picture.credit_line if self.lead_picture else ""
        )

    @property
    def lead_alt(self):
        return self.lead_picture.alt_text if self.lead_picture else ""

    @property
    def status(self):
        """The one word the desk has for this story now, a Status."""
        return status_of(self, timezone.now())

    @property
    def is_live(self):
        """Whether `published()` holds for this row now."""
        return self.status == Status.PUBLISHED

    def belongs_to(self, user):
        """Whether this user began it or stands in its byline."""
        return (
            self.created_by_id == user.pk
            or self.contributions.filter(author__user=user).exists()
        )

    def byline(self):
        """The contributors in order, as dicts of name, url and role."""
        return [
            {
                "name": row["row_name"],
                "url": path("articles:author_detail", row["row_slug"]),
                "role": row["row_role"],
            }
            for row in self._bylines()
        ]

    def byline_names(self):
        """The names of a teaser: the first, whatever they did, and others who wrote."""
        return tuple(
            row["row_name"]
            for number, row in enumerate(self._bylines())
            if number == 0 or not row["row_role"]
        )

    def _bylines(self):
        rows = getattr(self, "byline_rows", None)
        if rows is None:
            rows = self.contributions.order_by("position", "pk").values(
                row_name=F("author__name"),
                row_slug=F("author__slug"),
                row_role=F("role"),
            )
        return rows

    def tag_links(self):
        """The tags in the editor's order, as dicts of name and url."""
        rows = getattr(self, "tag_rows", None)
        if rows is None:
            rows = self.tagged.order_by("pk").values(
                row_name=F("tag__name"), row_slug=F("tag__slug")
            )
        return [
            {
                "name": row["row_name"],
                "url": path("articles:tag_detail", row["row_slug"]),
            }
            for row in rows
        ]

    def translations(self):
        """The published stories with the same key; only after `for_page`."""
        return [
            {
                "language": row["row_language"],
                "language_name": language_name(row["row_language"]),
                "headline": row["row_headline"],
                "url": path(
                    "articles:article_detail", row["row_section"], row["row_slug"]
                ),
            }
            for row in self.translation_rows
        ]

    def shown_corrections(self):
        """The corrections readers may see, oldest first; only after `for_page`."""
        return [
            Correction(
                kind=row["row_kind"],
                text=row["row_text"],
                placement=row["row_placement"],
                published_at=_aware(parse_datetime(row["row_published_at"])),
            )
            for row in self.correction_rows
        ]

    def republications(self):
        """Who is named for having published it too; only after `for_page`."""
        return [
            {"name": row["row_name"], "url": row["row_url"]}
            for row in self.republication_rows
        ]

    @property
    def is_retracted(self):
        """Whether a retraction stands on it; only after `for_page`."""
        kinds = [row["row_kind"] for row in self.correction_rows]
        return Correction.Kind.RETRACTION in kinds

    def missing_for_publication(self):
        """What a story must have before readers see it and this one lacks, in words."""
        missing = []
        if not self.headline:
            missing.append("a headline")
        if not self.word_count:
            missing.append("a body")
        return missing


def _aware(value):
    """A time from a JSON row: SQLite writes UTC without saying so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


class ContributionQuerySet(OfStories):
    def latest_first(self, published, *, at):
        """One row a story: a person may be in a byline twice, with two roles."""
        earlier = Contribution.objects.filter(
            article=OuterRef("pk"),
            author=OuterRef(OuterRef("author")),
            pk__lt=OuterRef(OuterRef("pk")),
        )
        return super().latest_first(published.filter(~models.Exists(earlier)), at=at)


class Contribution(models.Model):
    """One person's part in one story (NewsML-G2 by, with its role)."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="contributions"
    )
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="contributions"
    )
    role = LineField(
        max_length=80,
        blank=True,
        help_text="Empty for the writer; or Photography, Editing …",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "place in a byline"
        verbose_name_plural = "places in bylines"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "author", "role"], name="articles_contribution_once"
            ),
        ]

    def __str__(self):
        return f"{self.author} ({self.role})" if self.role else str(self.author)


class PastAddress(models.Model):
    """An address a story has left; it leads there until another story takes it."""

    section = models.ForeignKey(
        "articles.Section", on_delete=models.CASCADE, related_name="past_addresses"
    )
    slug = models.CharField(max_length=SLUG_LENGTH)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="past_addresses"
    )

    class Meta:
        verbose_name_plural = "past addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["section", "slug"], name="articles_pastaddress_once"
            ),
        ]

    def __str__(self):
        return f"/{self.section.slug}/{self.slug}/"
