"""The editors' list of stories: what is shown, found and counted."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.paginator import EmptyPage
from django.urls import reverse
from django.utils import timezone

from articles import search
from articles.models import Article, EditingSession, Status
from newsroom.lib import lists
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PictureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:articles_article_changelist")


@pytest.fixture
def editor(client):
    user = UserFactory(role="Editor")
    client.force_login(user)
    return user


def found(client, query=""):
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [story.headline for story in response.context["cl"].result_list]


def one_of_each_status():
    now = timezone.now()
    ArticleFactory(headline="draft")
    ArticleFactory(headline="in_review", desk_status="in_review")
    ArticleFactory(headline="ready", desk_status="ready")
    ArticleFactory(headline="scheduled", scheduled=True)
    ArticleFactory(
        headline="scheduled by embargo",
        published=True,
        embargoed_until=now + timedelta(days=1),
    )
    ArticleFactory(headline="published", published=True)
    ArticleFactory(headline="expired", published=True, expires_at=now)
    ArticleFactory(headline="withdrawn", withdrawn=True)


@pytest.mark.parametrize("status", Status.values)
def test_list_by_status(client, editor, status):
    one_of_each_status()

    headlines = found(client, f"status={status}")

    expected = {status}
    if status == "scheduled":
        expected.add("scheduled by embargo")
    assert set(headlines) == expected


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("whose=mine", "Mine"),
        ("corrected=yes", "Corrected"),
        ("picture=none", "Mine"),
        ("language=tr", "Turkish"),
        ("tag=harbour", "Tagged"),
        ("author=ada", "Signed"),
        ("ends=embargo", "Embargoed"),
        ("ends=expiry", "Expiring"),
    ],
)
def test_filters(client, editor, query, headline):
    tomorrow = timezone.now() + timedelta(days=1)
    picture = PictureFactory()
    traits = {"lead_picture": picture}
    ArticleFactory(headline="Mine", created_by=editor)
    corrected = ArticleFactory(headline="Corrected", published=True, **traits)
    CorrectionFactory.create_batch(2, article=corrected)
    ArticleFactory(headline="Turkish", language="tr", **traits)
    ArticleFactory(headline="Tagged", tagged=["Harbour", "Ferry"], **traits)
    ada = AuthorFactory(name="Ada", slug="ada")
    ArticleFactory(headline="Signed", by=[ada, AuthorFactory()], **traits)
    ArticleFactory(headline="Embargoed", embargoed_until=tomorrow, **traits)
    ArticleFactory(headline="Expiring", expires_at=tomorrow, **traits)

    assert found(client, query) == [headline]


@pytest.mark.parametrize(
    "query",
    ["status=x", "whose=x", "time=x", "ends=x", "corrected=x", "picture=x",
     "language=%00", "tag=%00", "author=none", "tag=no-such", "status=%00"],
)  # fmt: skip
def test_odd_filters_break_nothing(client, editor, query):
    ArticleFactory()

    assert client.get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("period", "headlines"),
    [
        ("today", ["today"]),
        ("next", ["tomorrow", "today"]),
        ("week", ["today", "yesterday"]),
        ("month", ["tomorrow", "today", "yesterday"]),
        ("last_month", ["october"]),
        ("year", ["tomorrow", "today", "yesterday", "october"]),
    ],
)
@time_machine.travel("2026-11-10 22:30Z")
def test_periods_are_days_of_the_publication(
    client, editor, settings, period, headlines
):
    settings.TIME_ZONE = "Europe/Istanbul"  # it is the 11th there
    for headline, at in [
        ("last year", datetime(2025, 12, 31, 20, 59, tzinfo=UTC)),
        ("october", datetime(2026, 10, 31, 20, 59, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 10, 20, 59, tzinfo=UTC)),
        ("today", datetime(2026, 11, 10, 21, 0, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 11, 11, 21, 0, tzinfo=UTC)),
    ]:
        ArticleFactory(headline=headline, published=True, published_at=at)

    assert found(client, f"time={period}&o=-4") == headlines


def searched_stories():
    published = ArticleFactory(
        headline="Ferries return",
        published=True,
        body="<p>A tide table.</p>",
        slugline="KAYAKS",
    )
    scheduled = ArticleFactory(headline="Ferry budget", scheduled=True)
    ArticleFactory(headline="A draft ferry", slugline="draft-boat")
    ArticleFactory(headline="Withdrawn ferry", withdrawn=True)
    ArticleFactory(headline="Elsewhere", published=True)
    search.index([published, scheduled])
    return published


@pytest.mark.parametrize(
    ("words", "headlines"),
    [
        ("tide", {"Ferries return"}),
        ("budg", {"Ferry budget"}),
        ("ferry", {"Ferries return", "Ferry budget", "A draft ferry",
                   "Withdrawn ferry"}),
        ("kayaks", {"Ferries return"}),
        ("draft FERRY", {"A draft ferry"}),
        ("zzyzx", set()),
        ("24/7", set()),
        ("http://[", set()),
        ("%", set()),
    ],
)  # fmt: skip
def test_search_finds_words_and_names_of_every_status(client, editor, words, headlines):
    searched_stories()

    response = client.get(LIST, {"q": words})

    assert {s.headline for s in response.context["cl"].result_list} == headlines


def test_search_by_pasted_address(client, editor):
    story = searched_stories()

    for address in [story.absolute_url, story.get_absolute_url()]:
        response = client.get(LIST, {"q": address})
        assert list(response.context["cl"].result_list) == [story]


def test_reporter_finds_own_stories_only(client):
    user = UserFactory(role="Reporter")
    client.force_login(user)
    other = searched_stories()
    ArticleFactory(headline="My ferry", created_by=user)

    assert found(client) == ["My ferry"]
    assert found(client, "q=ferry") == ["My ferry"]
    assert found(client, f"q={other.get_absolute_url()}") == []


def test_row_tells_kicker_slugline_names_and_who_writes(client, editor):
    story = ArticleFactory(
        kicker="Islands", slugline="boats", by=[AuthorFactory(name="Ada")]
    )
    writer = UserFactory(first_name="Thea", last_name="Sarr")
    EditingSession.objects.create(article=story, by=writer, tab="1")

    html = client.get(LIST).content.decode()

    for words in ["Islands", "boats", "Ada", "Thea Sarr is writing", "status-draft"]:
        assert words in html


def test_session_that_has_ended_is_not_told(client, editor):
    EditingSession.objects.create(
        article=ArticleFactory(),
        by=UserFactory(),
        tab="1",
        seen_at=timezone.now() - EditingSession.STALE_AFTER,
    )

    assert "is writing" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("role", [None, "Editor", "Reporter"])
@pytest.mark.parametrize("query", ["", "q=harbour", "status=draft&whose=mine"])
def test_list_query_count(client, django_assert_max_num_queries, count, query, role):
    user = UserFactory(role=role, is_superuser=not role)
    for _ in range(count):
        story = ArticleFactory(
            created_by=user, by=[AuthorFactory(), AuthorFactory()], slugline="x"
        )
        EditingSession.objects.create(article=story, by=user, tab="1")
    client.force_login(user)
    client.get(f"{LIST}?{query}")

    with django_assert_max_num_queries(12):
        assert len(found(client, query)) == count


def test_count_ends_at_its_cap(client, editor, monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 3)
    ArticleFactory.create_batch(5)

    html = client.get(LIST).content.decode()

    assert "3+" in html
    assert "5 articles" not in html


def test_pages_end_where_counting_ends(monkeypatch):
    monkeypatch.setattr(lists, "COUNTED", 3)
    ArticleFactory.create_batch(5)
    paginator = lists.CappedPaginator(Article.objects.order_by("pk"), 2)

    assert (paginator.count, paginator.num_pages, paginator.count_label) == (3, 2, "3+")
    with pytest.raises(EmptyPage):
        paginator.page(3)


def test_whole_count_is_told_as_it_is():
    ArticleFactory.create_batch(2)

    assert lists.CappedPaginator(Article.objects.order_by("pk"), 2).count_label == "2"


def test_languages_are_each_told_once():
    for language in ["tr", "en", "tr", "ar"]:
        ArticleFactory(language=language)

    assert Article.objects.all().languages() == ["ar", "en", "tr"]


def test_no_language_without_stories():
    assert Article.objects.all().languages() == []
