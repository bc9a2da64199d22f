from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Section
from newsroom.lib import prepared as prepared_queries
from newsroom.lib.prepared import _Met, _Plan, of_its_row, prepared
from tests.factories.articles import ArticleFactory, PictureFactory, SectionFactory


@prepared
def found(*, slug, at):
    return (
        Article.objects.published(at=at).filter(section__slug=slug).for_cards()
    ).latest_first()


def test_kept_query_answers_as_the_query_set_does(db):
    for slug in ["world", "culture"]:
        ArticleFactory.create_batch(
            3, section=SectionFactory(slug=slug), published=True
        )
    ArticleFactory(section=Section.objects.get(slug="world"))
    at = timezone.now()

    for slug in ["world", "culture", "sport"]:
        wanted = Article.objects.published(at=at).filter(section__slug=slug)
        assert found(slug=slug, at=at) == list(wanted.latest_first())


def test_kept_query_takes_each_value_anew(db):
    at = timezone.now()
    story = ArticleFactory(published=True, published_at=at, section__slug="world")

    assert found(slug="world", at=at - timedelta(seconds=1)) == []
    assert found(slug="world", at=at) == [story]
    assert found(slug="world", at=at - timedelta(seconds=1)) == []


def test_kept_query_brings_its_related_rows(db):
    ArticleFactory(published=True, section__slug="world")
    found(slug="culture", at=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        (story,) = found(slug="world", at=timezone.now())
        assert story.section.slug == "world"
        assert len(story.byline_rows) == story.contributions.all().count()

    assert len(queries) == 2


def test_value_is_a_value_and_never_sql(db):
    ArticleFactory(published=True, section__slug="world")

    assert found(slug="world' OR '1'='1", at=timezone.now()) == []
    assert found(slug="100% %s", at=timezone.now()) == []


def test_list_of_keys_is_one_value_whatever_its_length(db):
    stories = ArticleFactory.create_batch(3)

    @prepared
    def by_keys(*, keys):
        return Article.objects.filter(pk__any_of=keys).order_by("pk")

    for count in [3, 0, 1, 2]:
        keys = [story.pk for story in stories[:count]]
        assert by_keys(keys=keys) == stories[:count]


def test_fixed_values_have_queries_of_their_own(db):
    sections = [SectionFactory(name=name) for name in "abc"]

    @prepared(fixed=["first"])
    def after(*, first):
        return Section.objects.order_by("name")[first:]

    assert [after(first=first) for first in [1, 2, 0]] == [
        sections[1:],
        sections[2:],
        sections,
    ]


def test_time_that_was_not_handed_over_is_refused(db):
    @prepared
    def still(*, slug):
        return Article.objects.published().filter(slug=slug)

    with pytest.raises(ValueError, match="time"):
        still(slug="a")


def test_value_that_the_query_does_not_hold_is_refused(db):
    @prepared
    def forgetful(*, slug):
        return Article.objects.all()

    with pytest.raises(ValueError, match="slug"):
        forgetful(slug="a")


def test_value_of_a_kind_that_cannot_be_kept_is_refused(db):
    @prepared
    def odd(*, slug):
        return Article.objects.filter(slug=slug)

    with pytest.raises(TypeError, match="bytes"):
        odd(slug=b"a")


# Rows met again ---------------------------------------------------------------------


@prepared(are_met_again=True)
def cards(*, slug, at):
    return Article.objects.published(at=at).filter(section__slug=slug).for_cards()


def test_row_met_again_is_what_django_makes_of_it(db):
    ArticleFactory(published=True, section__slug="world", lead_picture=PictureFactory())
    at = timezone.now()
    made, again = cards(slug="world", at=at), cards(slug="world", at=at)

    for (story,) in [made, again]:
        (wanted,) = found(slug="world", at=at)
        assert facts(story) == facts(wanted)
        assert facts(story.section) == facts(wanted.section)
        assert facts(story.lead_picture) == facts(wanted.lead_picture)


def facts(instance):
    state = instance._state
    return (
        {name: value for name, value in vars(instance).items() if name != "_state"},
        (state.db, state.adding, state.fetch_mode, set(state.fields_cache)),
        instance.get_deferred_fields(),
    )


def test_row_met_again_is_nobody_elses(db):
    ArticleFactory(published=True, section__slug="world", headline="As written")
    cards(slug="world", at=timezone.now())

    (story,) = cards(slug="world", at=timezone.now())
    story.headline, story.section.name = "Changed", "Changed"
    story.lead_picture = None
    story.body  # noqa: B018 - it was deferred
    del story

    (story,) = cards(slug="world", at=timezone.now())
    assert story.headline == "As written"
    assert story.section.name == Section.objects.get().name
    assert "body" in story.get_deferred_fields()


def test_row_that_changed_is_not_the_one_met_before(db):
    story = ArticleFactory(published=True, section__slug="world")
    cards(slug="world", at=timezone.now())
    Article.objects.filter(pk=story.pk).update(headline="New")
    Section.objects.update(name="Elsewhere")
    story.contributions.all().delete()

    (found_now,) = cards(slug="world", at=timezone.now())

    assert found_now.headline == "New"
    assert found_now.section.name == "Elsewhere"
    assert found_now.byline_rows == []


def test_what_a_row_says_is_asked_once_for_all_its_copies(db):
    ArticleFactory(published=True, section__slug="world", headline="As written")
    asked = []

    def headline(story):
        asked.append(story.headline)
        return story.headline

    for _ in range(2):
        (story,) = cards(slug="world", at=timezone.now())
        assert of_its_row(story, headline) == "As written"
    Article.objects.update(headline="New")
    (story,) = cards(slug="world", at=timezone.now())
    assert of_its_row(story, headline) == "New"
    assert asked == ["As written", "New"]


def test_what_no_row_is_known_of_is_asked_each_time(db):
    story = ArticleFactory.build(headline="As written")
    assert of_its_row(story, lambda story: story.headline) == "As written"
    story.headline = "Changed"
    assert of_its_row(story, lambda story: story.headline) == "Changed"


def test_rows_met_are_forgotten_when_there_are_too_many(db, monkeypatch):
    monkeypatch.setattr(prepared_queries, "MOST_ROWS", 2)
    monkeypatch.setattr(_Met, "of_columns", {})
    sections = [SectionFactory(name=name) for name in "abc"]

    @prepared(are_met_again=True)
    def of_keys(*, keys):
        return Section.objects.filter(pk__any_of=keys).order_by("name")

    for _ in range(2):
        assert of_keys(keys=[section.pk for section in sections]) == sections
    assert [len(met.made) for met in _Met.of_columns.values()] == [2]


# Plans ------------------------------------------------------------------------------

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans in no time"
)


@pytest.fixture
def in_world(transactional_db, monkeypatch):
    """Asks for the stories of sections: their rows, and the verbs of the statements."""
    monkeypatch.setattr(_Plan, "is_lost_here", False)

    @prepared
    def stories(*, slug, at):
        return Article.objects.published(at=at).filter(section__slug=slug)

    def run(*slugs):
        with CaptureQueriesContext(connection) as queries:
            rows = [stories(slug=slug, at=timezone.now()) for slug in slugs]
        return rows, [query["sql"].split()[0] for query in queries]

    return run


@on_postgresql
def test_database_plans_a_query_once(in_world):
    story = ArticleFactory(published=True, section__slug="world")

    rows, sent = in_world("world", "world", "world", "100% %s'", "world")

    assert rows == [[story], [story], [story], [], [story]]
    assert sent == ["SELECT", "SELECT", "PREPARE", "EXECUTE", "EXECUTE", "EXECUTE"]


@on_postgresql
def test_plan_that_is_gone_costs_no_page(in_world):
    story = ArticleFactory(published=True, section__slug="world")
    in_world(*["world"] * 4)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    rows, sent = in_world("world", "world")

    assert rows == [[story], [story]]
    assert sent == ["EXECUTE", "SELECT", "SELECT"]


@on_postgresql
def test_plan_that_another_has_left_costs_no_page(in_world):
    story = ArticleFactory(published=True, section__slug="world")
    in_world(*["world"] * 4)
    _Plan._made.clear()

    rows, sent = in_world("world", "world")

    assert rows == [[story], [story]]
    assert sent == ["PREPARE", "SELECT", "SELECT"]


@on_postgresql
def test_transaction_runs_no_plan_that_could_end_it(in_world):
    with transaction.atomic():
        assert set(in_world(*["world"] * 4)[1]) == {"SELECT"}


@on_postgresql
def test_connection_holds_few_plans(in_world, monkeypatch):
    monkeypatch.setattr("newsroom.lib.prepared.MOST_PLANS", 0)
    connection.close()

    assert set(in_world(*["world"] * 4)[1]) == {"SELECT"}
