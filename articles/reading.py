"""What the most read pages ask of the database, each worked out once (`lib.prepared`).

Every query of stories here starts at `published()`; `at` is the time it is asked for.
"""

from django.db.models import (
    Case,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Mod, RowNumber
from django.utils import timezone

from articles.models import (
    Article,
    ArticleEvent,
    Author,
    Contribution,
    FrontPageSlot,
    Section,
    Tag,
    TaggedArticle,
)
from articles.models.expressions import JSONRows, JSONValues, NumberOfKey
from newsroom.lib import generation
from newsroom.lib.keeping import kept
from newsroom.lib.prepared import prepared

# Only the newest stories of each tag are weighed: a tag may hold half the archive.
WEIGHED_A_TAG = 40
# For how long a process knows a list's length where nothing changes.
COUNT_SECONDS = 60
# Rows of a list that a database may read only to leave them out. Beyond them it begins
# at an edge, of which there is one in so many rows; edges may be a minute old as well.
DEEP = 1_000
STRIDE = 200


@prepared
def story(*, section_slug, slug, at):
    """The story at an address, as its page shows it; a list of one, or of none."""
    return (
        Article.objects.published(at=at)
        .for_page(at=at)
        .filter(section__slug=section_slug, slug=slug)[:1]
    )


@prepared(are_met_again=True)
def cards(*, keys, at):
    """Stories by their keys, as cards show them, in no order."""
    return Article.objects.published(at=at).filter(pk__any_of=keys).for_cards()


@prepared
def candidates(*, section, tags, at):
    """Keys of stories to offer under one: of each tag, and the section's newest.

    Rows of (is_tag, [key, …]); `section` and `tags` are keys.
    """
    tagged = (
        TaggedArticle.objects.filter(tag=OuterRef("pk"))
        .order_by("-content_object_id")
        .values(row_pk=F("content_object_id"))[:WEIGHED_A_TAG]
    )
    newest = newest_of_section(at, 8)
    of_section = _keys(Section.objects.filter(pk=section), newest, is_tag=False)
    of_tags = _keys(Tag.objects.filter(pk__any_of=tags), tagged, is_tag=True)
    return of_section.union(of_tags, all=True).order_by()


@prepared(fixed=["count"], are_met_again=True)
def best_of(*, keys, shared, language, translation_key, at, count):
    """Cards of the stories with these keys that share most tags with one, best first.

    shared: how many tags each key shares, as JSON. Where as many, those in its
    `language` go first, then the newest; its translations are left out.
    """
    is_same_language = Case(When(language=language, then=1), default=0)
    return (
        Article.objects.published(at=at)
        .filter(pk__any_of=keys)
        .filter(Q(translation_key="") | ~Q(translation_key=translation_key))
        .for_cards()
        .order_by(
            NumberOfKey(shared).desc(),
            is_same_language.desc(),
            "-published_at",
            "-pk",
        )[:count]
    )


def _keys(rows, stories, *, is_tag):
    return rows.order_by().values_list(Value(is_tag), JSONValues(stories))


def newest_of_section(at, count, *fields):
    """Keys, and `fields`, of a section's newest stories, for a query of sections."""
    return (
        Article.objects.published(at=at)
        .filter(section=OuterRef("pk"))
        .latest_first()
        .values(*fields, row_pk=F("pk"))[:count]
    )


@prepared(fixed=["count"], are_met_again=True)
def navigation_with_newest(*, at, count):
    """The sections of the navigation, each with keys and times of `newest` stories."""
    newest = newest_of_section(at, count, "published_at")
    return Section.objects.in_navigation().annotate(newest=JSONRows(newest))


@prepared
def slots(*, at):
    """The places that editors have given on the front page at a time."""
    shown = Article.objects.published(at=at)
    return FrontPageSlot.objects.current(at=at).with_stories(shown)


@prepared(are_met_again=True)
def section(*, slug):
    return Section.objects.at(slug)[:1]


@prepared(are_met_again=True)
def tag(*, slug):
    return Tag.objects.at(slug)[:1]


@prepared(are_met_again=True)
def author(*, slug):
    return Author.objects.at(slug).select_related("portrait")[:1]


class _CountOfRows(Func):
    template = "COUNT(*)"
    output_field = IntegerField()


def _can_be_counted_one_way(*, subject, **values):
    """A tag or author may have three stories or half the archive: planned each time."""
    return subject not in ("tag", "author")


@prepared(fixed=["subject"], has_one_plan=_can_be_counted_one_way)
def _count(*, subject, key, at):
    return _of(subject, key, at).order_by().values_list(_CountOfRows(), flat=True)


@prepared(fixed=["subject", "first", "count"], are_met_again=True)
def _cards_from(*, subject, key, at, first, count):
    """`count` cards, after the `first` ones; their keys are found before the rest."""
    keys = _newest(subject, key, at).values("story_pk")[first : first + count]
    found = Article.objects.published(at=at).filter(pk__in=keys)
    return found.for_cards().latest_first()


@prepared(fixed=["subject", "first", "count"], are_met_again=True)
def _cards_after(*, subject, key, at, edge_at, edge_pk, first, count):
    """`_cards_from` an edge: of the stories from there on, after the `first` ones."""
    keys = (
        _newest(subject, key, at)
        .filter(
            # The first condition alone is what an index answers.
            Q(story_time__lt=edge_at) | Q(story_pk__lte=edge_pk),
            story_time__lte=edge_at,
        )
        .values("story_pk")[first : first + count]
    )
    found = Article.objects.published(at=at).filter(pk__in=keys)
    return found.for_cards().latest_first()


def _edges(subject, key, at):
    """Time and key of every STRIDE-th story of a list, from its first on."""
    order = [F("published_at").desc(), F("pk").desc()]
    return list(
        _of(subject, key, at)
        .order_by()
        .annotate(place=Window(RowNumber(), order_by=order))
        .annotate(rest=Mod("place", STRIDE))
        .filter(rest=1 % STRIDE)
        .order_by("place")
        .values_list("published_at", "pk")
    )


@prepared(fixed=["subject", "count"], are_met_again=True)
def feed(*, subject, key, at, count):
    """The newest stories of a section, tag or author, or of all, for their feed."""
    # The keys first: or a database would build thousands of items to sort them.
    newest = _newest(subject, key, at).values("story_pk")[:count]
    found = Article.objects.published(at=at).filter(pk__in=newest)
    return with_origin(found).latest_first().for_feed(at=at)


def with_origin(articles):
    """Adds the uuid of the site's first story, which makes its feeds' ids its own, and
    the time at which anything last happened to a story.
    """
    first = Article.objects.order_by("pk").values("uuid")[:1]
    last = ArticleEvent.objects.order_by("-pk").values("at")[:1]
    return articles.annotate(first_uuid=Subquery(first), last_event_at=Subquery(last))


def _of(subject, key, at):
    found = Article.objects.published(at=at)
    if subject is None:
        return found
    if subject == "section":
        return found.filter(section=key)
    return found.tagged_with(key) if subject == "tag" else found.by_author(key)


def _newest(subject, key, at):
    """The rows whose index has the stories `_of` in order, newest first.

    Each has the story's time and key as `story_time` and `story_pk`.
    """
    rows = {"tag": TaggedArticle.objects, "author": Contribution.objects}.get(subject)
    if rows is None:
        return (
            _of(subject, key, at)
            .annotate(story_time=F("published_at"), story_pk=F("pk"))
            .latest_first()
        )
    published = Article.objects.published(at=at)
    return rows.filter(**{subject: key}).latest_first(published, at=at)


class Listing:
    """Published stories of a section, tag or author, newest first, to be paged through.

    subject: the word section, tag or author; key: its row's.
    """

    ordered = True

    def __init__(self, subject, key, *, at=None):
        self._of = {"subject": subject, "key": key, "at": at or timezone.now()}

    def count(self):
        """Counted once for each generation and minute: a large list takes long."""
        subject = (self._of["subject"], self._of["key"])
        return generation.kept_here(
            subject, lambda: _count(**self._of)[0], seconds=COUNT_SECONDS
        )

    def __getitem__(self, cut):
        wanted = cut.stop - cut.start
        if cut.start >= DEEP:
            return self._deep(cut.start, wanted)
        return _cards_from(first=cut.start, count=wanted, **self._of)

    def _deep(self, start, count):
        """Cards far from the first, the same distance to read wherever they are."""
        subject, key = self._of["subject"], self._of["key"]
        edges = kept(
            f"edges:{subject}:{key}", lambda: _edges(**self._of), seconds=COUNT_SECONDS
        )
        number, first = divmod(start, STRIDE)
        if number >= len(edges):
            return []
        at, pk = edges[number]
        return _cards_after(
            edge_at=at, edge_pk=pk, first=first, count=count, **self._of
        )
