from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles import actions, search, tasks
from articles.models import (
    Article,
    AuthorAlias,
    SearchEntry,
    StoryToIndex,
    Tag,
    TagAlias,
)
from articles.search import engine, later, statements
from newsroom import queue
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    ContributionFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db


def story(**values):
    """A published story in the index."""
    article = ArticleFactory(**{"published": True, **values})
    search.index([article])
    return article


def found(q="", **asked):
    """The headlines a search finds, in order."""
    return [hit.article.headline for hit in search.search(q, **asked).hits]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Ferries return to the harbour", "ferry"),
        ("Ferries return to the harbour", "FERRIES harbour"),
        ("Ferries return to the harbour", '"return to the harbour"'),
        ("Ferries return to the harbour", "harb*"),
        ("Ferries return to the harbour", "harbours*"),
        ("Ferries return to the harbour", "tram OR ferry"),
        ("Hélène visits Łódź", "helene lodz"),
        ("Co\u00adoperation grows", "cooperation"),
        ("Cooperation grows", "coop\u200beration"),
        ("The Ångström prize is naïve", "ANGSTROM naive"),
        ("Straße closed", "STRASSE"),
        ("Erdoğan’s visit", "erdogan"),
        ("Twenty years after 9/11", "9/11"),
        ("AT&T raises its prices", "AT&T"),
        ("U.S. votes", "U.S."),
        ("U.S. votes", "us"),
        ("C++ at forty", "C++"),
        ("Living with covid-19", "covid 19"),
        ("Living with covid-19", "covid-19"),
        ("A foo-bar of a day", "foo-bar"),
        ("To be or not to be", "to be or not to be"),
        ("Prices rise 50%", "50%"),
        ("北京和上海的新闻", "上海"),
    ],
)
def test_words_are_found_as_readers_type_them(written, typed):
    story(headline="Something else", standfirst="", body="<p>Nothing of it.</p>")
    story(headline=written, standfirst="")

    assert found(typed) == [written]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("fr", "Les élections présidentielles", "election presidentielle"),
        ("ar", "الأخبار من مُحَمَّد في المدينة", "اخبار محمد المدينه"),
        ("ku", "Hilbijartin li Amedê", "amede"),
        ("de", "Wahlen in den Städten", "stadt wahl"),
    ],
)
def test_stories_of_every_language_are_found(language, written, typed):
    story(headline="Elections in English", language="en")
    story(headline=written, language=language)

    assert found(typed) == [written]


@pytest.mark.parametrize(
    "typed", ["c", '"harbour return"', "ferry -harbour", "tram", "harbour NOT ferries"]
)
def test_what_does_not_meet_the_query_is_not_found(typed):
    story(headline="Ferries return to the harbour; C++ at forty")

    assert found(typed) == []


def test_no_phrase_goes_across_two_fields():
    story(headline="Ferries return", standfirst="Harbour opens", kicker="Transport")

    assert found('"return harbour"') == []
    assert found('"return transport"') == []
    assert found('"transport harbour"') == []


def test_kicker_standfirst_body_byline_and_tags_are_searched():
    author = AuthorFactory(name="Zeynep Kaya")
    story(
        headline="One",
        kicker="Alpha",
        standfirst="Beta",
        body="<p>Gam<b>ma</b></p><p>Delta</p>",
        tagged=["Epsilon"],
        by=[author],
    )

    for typed in ["alpha", "beta", "gamma", "delta", "epsilon", "zeynep kaya"]:
        assert found(typed) == ["One"], typed


def test_aliases_of_tags_and_authors_lead_to_their_stories():
    tag, author = TagFactory(name="Gaddafi"), AuthorFactory(name="Ann Smith")
    TagAlias.objects.create(tag=tag, name="القذافي", slug="alias")
    AuthorAlias.objects.create(author=author, name="Ann Okafor", slug="ann-okafor")
    story(headline="One", tagged=["Gaddafi"], by=[author])

    assert found("القذافي") == ["One"]
    assert found("okafor") == ["One"]


def test_new_names_of_a_tag_find_its_stories_at_once():
    story(headline="One", tagged=["Gaddafi"])
    story(headline="Two", tagged=["Kadhafi"])
    tag, other = Tag.objects.order_by("name")

    actions.add_tag_alias(tag, name="Qaddafi")
    actions.merge_tags([other], into=tag)

    assert sorted(found("qaddafi")) == ["One", "Two"]
    assert sorted(found("gaddafi")) == ["One", "Two"]
    assert sorted(found("kadhafi")) == ["One", "Two"]


CHANGES_OF_NAMES = {
    "merge": lambda tag, author: actions.merge_tags(
        [TagFactory(name="Zulu")], into=tag
    ),
    "rename": lambda tag, author: actions.keep_tag_names(tag, name="Zulu", slug="zulu"),
    "alias": lambda tag, author: actions.add_tag_alias(tag, name="Zulu"),
    "author": lambda tag, author: actions.record_names(
        Article.objects.by_author(
            AuthorAlias.objects.create(author=author, name="Zulu", slug="zulu").author
        )
    ),
}


@pytest.mark.parametrize("change", CHANGES_OF_NAMES.values(), ids=CHANGES_OF_NAMES)
def test_a_worker_tells_the_index_of_the_stories_nobody_waits_for(monkeypatch, change):
    monkeypatch.setattr(later, "AT_ONCE", 1)
    monkeypatch.setattr(later, "BATCH_SIZE", 2)
    author = AuthorFactory(name="Ann Smith")
    for number in range(6):
        story(headline=str(number), tagged=["Alpha"], by=[author])

    change(Tag.objects.get(name="Alpha"), author)
    at_once = found("zulu")
    tasks.index_stories.call()

    assert at_once == ["5"]
    assert sorted(found("zulu")) == ["0", "1", "2", "3", "4", "5"]
    assert not StoryToIndex.objects.exists()


def test_a_deleted_tag_finds_none_of_its_stories(monkeypatch):
    monkeypatch.setattr(later, "AT_ONCE", 1)
    for number in range(3):
        story(headline=str(number), tagged=["Alpha"])

    actions.delete_tags(Tag.objects.filter(name="Alpha"))
    tasks.index_stories.call()

    assert found("alpha") == []


def test_what_a_worker_left_waits_for_the_next(monkeypatch):
    monkeypatch.setattr(later, "AT_ONCE", 1)
    monkeypatch.setattr(later, "BATCH_SIZE", 2)
    for number in range(6):
        story(headline=str(number), tagged=["Alpha"])
    actions.add_tag_alias(Tag.objects.get(), name="Zulu")

    done = search.index_waiting(seconds=-1)
    left = StoryToIndex.objects.count()
    search.index_waiting()

    assert (done, left, len(found("zulu"))) == (2, 3, 6)


def test_the_worker_looks_for_stories_to_index_by_itself():
    assert tasks.index_stories in queue.PERIODIC


# Who may be found ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"published": False},
        {"published": False, "published_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"published": False, "withdrawn": True},
        {"published": False, "scheduled": True},
        {"embargoed_until": datetime(2200, 1, 1, tzinfo=UTC)},
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
@pytest.mark.parametrize("order", ["relevant", "newest"])
def test_what_readers_may_not_see_is_not_found_counted_or_hinted(values, order):
    story(headline="Zanzibar", **values)
    story(headline="Zanzibar again")

    results = search.search("zanzibar", order=order)

    assert [hit.article.headline for hit in results.hits] == ["Zanzibar again"]
    assert (results.count, results.has_next, results.hint) == (1, False, "")


def test_a_stale_entry_shows_nothing():
    article = story(headline="Zanzibar")
    Article.objects.filter(pk=article.pk).update(pub_status=Article.PubStatus.CANCELED)

    assert search.search("zanzibar").count == 0


def test_drafts_and_withdrawn_stories_have_no_entry():
    draft = ArticleFactory()
    search.index([draft])
    article = story()
    scheduled = story(published=False, scheduled=True)

    actions.withdraw(article, by=None)

    assert list(SearchEntry.objects.all()) == [scheduled.search_entry]


def test_deleted_stories_leave_no_words():
    article = story(headline="Zanzibar")

    article.delete()

    assert SearchEntry.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM articles_searchwords")
            assert cursor.fetchone() == (0,)


def test_a_changed_story_is_found_by_its_new_words_alone():
    article = story(headline="Zanzibar")
    article.headline = "Mombasa"
    article.save()

    search.index([article])

    assert (found("zanzibar"), found("mombasa")) == ([], ["Mombasa"])


# Order, pages, filters ----------------------------------------------------------------


def test_the_exact_headline_comes_first():
    old = timezone.now() - timedelta(days=4000)
    story(headline="Night ferry", published_at=old, body="<p>Empty.</p>")
    for number in range(30):
        story(
            headline=f"Night ferry, night ferry, night ferry {number}",
            body="<p>" + "Night ferry. " * 20 + "</p>",
        )

    assert found("night ferry")[0] == "Night ferry"
    assert found("NIGHT FERRY")[0] == "Night ferry"


@pytest.fixture
def short_lists(monkeypatch):
    """A search that looks at few stories, as the full one does in a large archive."""
    monkeypatch.setattr(engine, "MAX_COUNT", 3)
    monkeypatch.setattr(statements, "PREFERRED", 2)
    monkeypatch.setattr(statements, "WEIGHED", 2)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("night ferry", {"headline": "Night ferry"}),
        ("night ferry", {"headline": "Old ferry of the night"}),
        ("night ferry", {"standfirst": "A night on the ferry."}),
        ("amina kaya", {"by": "Amina Kaya"}),
        ("night ferry", {"headline": "Night falls", "body": "<p>A ferry.</p>"}),
        ('"night ferry"', {"headline": "The night ferry"}),
        ("harb*", {"headline": "Harbour"}),
    ],
)
def test_an_old_story_stands_before_many_new_ones_that_say_it_in_passing(
    short_lists, typed, values
):
    by = [AuthorFactory(name=values.pop("by"))] if "by" in values else []
    old = story(by=by, published_at=timezone.now() - timedelta(days=4000), **values)
    words = "night ferry Amina Kaya harbour " * 20
    for number in range(6):
        story(headline=f"Other {number}", standfirst="", body=f"<p>{words}</p>")

    assert search.search(typed).hits[0].article == old


def test_a_few_words_of_a_headline_outweigh_a_short_text_full_of_all():
    story(
        headline="Harbour budget passes",
        body="<p>The vote came late. " + "Nothing more was said. " * 200 + "</p>",
        published_at=timezone.now() - timedelta(days=1000),
    )
    for number in range(5):
        words = "harbour budget vote " * 10
        story(headline=f"Short {number}", standfirst="", body=f"<p>{words}</p>")

    assert found("harbour budget vote")[0] == "Harbour budget passes"


def test_a_phrase_is_looked_for_in_a_bounded_number_of_stories(monkeypatch):
    monkeypatch.setattr(statements, "LOOKED_AT", 3)
    old = timezone.now() - timedelta(days=10)
    story(headline="Old", body="<p>The night ferry.</p>", published_at=old)
    for number in range(3):
        story(headline=f"New {number}", body="<p>The ferry at night.</p>")

    is_bounded = connection.vendor == "postgresql"
    assert found('"night ferry"') == ([] if is_bounded else ["Old"])


@pytest.mark.parametrize("days", [0, 1, 5, 30, 200, 3000, 20_000, 120_000])
def test_stories_of_every_age_are_found(days):
    then = timezone.now() - timedelta(days=days)
    story(headline="Ferry", published_at=then)

    assert found("ferry") == ["Ferry"]
    assert found("ferry", begin=then - timedelta(days=1)) == ["Ferry"]
    assert found("ferry", begin=then, end=then + timedelta(days=1)) == ["Ferry"]


@pytest.mark.parametrize("days", [0.01, 1, 40, 900, 20_000])
def test_editors_find_what_is_not_published_yet(days):
    article = story(published_at=timezone.now() + timedelta(days=days))
    words = article.headline.split()

    assert found(words[0]) == []
    assert engine.matching_keys(words[0], limit=5) == [article.pk]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit")
def test_a_search_that_takes_too_long_is_given_up_kindly(monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 50)
    monkeypatch.setattr(
        statements.STATEMENTS["postgresql"],
        "page",
        lambda self, **asked: ("SELECT 1, 1 FROM pg_sleep(5)", []),
    )

    results = search.search("ferry")

    assert results.hits == []
    assert "took too long" in results.hint


def test_headline_words_weigh_more_than_body_words():
    story(headline="Council meets", body="<p>The ferry is late.</p>")
    story(headline="A ferry for the islands", body="<p>It is late.</p>")
    story(headline="Budget passed", body="<p>The ferry is late.</p>")

    assert found("ferry")[0] == "A ferry for the islands"


def test_of_equal_stories_the_newer_comes_first():
    now = timezone.now()
    for days in [900, 2, 400]:
        story(
            headline="Ferry " + "x" * days.bit_length(),
            published_at=now - timedelta(days=days),
        )

    expected = ["Ferry " + "x" * days.bit_length() for days in [2, 400, 900]]
    assert found("ferry") == expected
    assert found("ferry", order="newest") == expected


def test_newness_outweighs_a_slightly_better_match():
    now = timezone.now()
    for name, words, days in [("Old", 22, 3000), ("New", 24, 0)]:
        body = " ".join(f"{name}{number}" for number in range(words))
        story(
            headline=f"{name} timetable",
            standfirst="",
            body=f"<p>The ferry sails {body}</p>",
            published_at=now - timedelta(days=days, minutes=1),
        )

    assert found("ferry") == ["New timetable", "Old timetable"]


def test_newest_first_ignores_relevance():
    now = timezone.now()
    story(headline="Ferry ferry", published_at=now - timedelta(days=2))
    story(
        headline="Other", body="<p>A ferry.</p>", published_at=now - timedelta(days=1)
    )

    assert found("ferry", order="newest") == ["Other", "Ferry ferry"]


@pytest.mark.parametrize("order", ["relevant", "newest"])
@pytest.mark.parametrize(("count", "pages"), [(20, 1), (21, 2), (40, 2), (41, 3)])
def test_each_story_stands_on_one_page(count, pages, order):
    at = timezone.now() - timedelta(days=1)
    articles = [
        ArticleFactory(headline="Ferry", published=True, published_at=at)
        for _ in range(count)
    ]
    search.index(articles)

    shown = []
    for number in range(1, pages + 1):
        results = search.search("ferry", number=number, order=order)
        shown += [hit.article.pk for hit in results.hits]
        assert results.has_next == (number < pages)

    assert sorted(shown) == sorted(article.pk for article in articles)
    assert results.count == count


def test_counts_stop_at_what_can_be_seen(monkeypatch):
    monkeypatch.setattr(engine, "MAX_COUNT", 2)
    for _ in range(3):
        story(headline="Ferry")

    for asked in [{"q": "ferry"}, {"q": "ferry", "order": "newest"}]:
        results = search.search(**asked)
        assert (results.count, results.is_count_capped) == (2, True)


@pytest.mark.parametrize("number", [2, 50, 51, 10**30])
def test_a_page_that_is_not_there_shows_the_first_and_says_so(number):
    story(headline="Ferry")

    results = search.search("ferry", number=number)

    assert (len(results.hits), results.number) == (1, 1)
    assert results.hint.endswith("This is the first.")


@pytest.mark.parametrize("q", ["ferry", ""])
def test_filters_narrow(q):
    tag, author = TagFactory(name="Sea"), AuthorFactory()
    day = datetime(2026, 3, 10, 12, tzinfo=UTC)
    here = story(headline="Ferry", tagged=["Sea"], by=[author], published_at=day)
    other = story(headline="Ferry two", published_at=day - timedelta(days=10))

    assert found(q, section=here.section) == ["Ferry"]
    assert found(q, tag=tag) == ["Ferry"]
    assert found(q, author=author) == ["Ferry"]
    assert found(q, begin=day) == ["Ferry"]
    assert found(q, end=day) == ["Ferry two"]
    assert found(q, section=other.section, tag=tag) == []


def test_nothing_asked_is_nothing_found(django_assert_num_queries):
    story()

    with django_assert_num_queries(0):
        assert search.search("") == search.Results()


# Marks and extracts -------------------------------------------------------------------


def marks(q, **values):
    story(**values)
    hit = search.search(q).hits[0]
    return hit.headline_html, hit.snippet


def test_found_words_are_marked_in_headline_and_extract():
    assert marks(
        "ferry harbour",
        headline="The Ferries’ harbour",
        standfirst="",
        body="<p>No ferry &amp; no harbour.</p>",
    ) == (
        "The <mark>Ferries</mark>’ <mark>harbour</mark>",
        "No <mark>ferry</mark> &amp; no <mark>harbour</mark>.",
    )


def test_marks_follow_accents_phrases_beginnings_and_scripts():
    assert marks("helene", headline="Hélène", standfirst="")[0] == "<mark>Hélène</mark>"
    assert (
        marks("rain", headline="Terrain and rain")[0] == "Terrain and <mark>rain</mark>"
    )
    assert marks('"zoo gate"', headline="Gate of the zoo: zoo gate")[0] == (
        "Gate of the zoo: <mark>zoo gate</mark>"
    )
    assert marks("zeb*", headline="Zebras")[0] == "<mark>Zebras</mark>"
    assert marks("محمد", headline="عن مُحَمَّد", language="ar")[0] == (
        "عن <mark>مُحَمَّد</mark>"
    )


def test_extract_is_escaped_and_never_cuts_markup():
    body = (
        "<p>"
        + "word " * 300
        + '<a href="https://a.example/?q=1&amp;b=2" title="x > y">the '
        "zeppelin</a> &lt;script&gt;</p>"
        "<table><tr><td>one</td><td>two</td></tr></table>"
        "<p>" + "tail " * 300 + "</p>"
    )

    snippet = marks("zeppelin", headline="<b>Bold</b> & co", standfirst="", body=body)[
        1
    ]

    assert snippet.startswith("… word word")
    assert "the <mark>zeppelin</mark> &lt;script&gt; one two tail" in snippet
    assert snippet.endswith("tail …")
    assert snippet.count("<") == 2
    assert len(snippet) < 320


def test_headline_is_escaped():
    assert marks("bold", headline="<b>Bold</b> & co")[0] == (
        "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; &amp; co"
    )


@pytest.mark.parametrize("cut", ["<a href=", "&amp", "&", '<p title="x', "<"])
def test_a_body_cut_anywhere_leaves_no_rest_in_the_extract(cut):
    rest = f"<p>zeppelin here {cut}"
    article = ArticleFactory.build(body=rest)
    marker = search.highlight.Marker(search.grammar.parse("zeppelin").terms())

    snippet = search.highlight.snippet(
        marker, standfirst="", opening=article.body, language="en"
    )

    assert snippet == "<mark>zeppelin</mark> here"


# The command --------------------------------------------------------------------------


def test_rebuild_writes_what_is_missing_and_drops_what_must_go():
    articles = [ArticleFactory(published=True) for _ in range(3)]
    gone = story(headline="Zanzibar")
    Article.objects.filter(pk=gone.pk).update(pub_status=Article.PubStatus.WITHHELD)
    out = StringIO()

    call_command("rebuild_search", stdout=out)

    assert set(SearchEntry.objects.values_list("pk", flat=True)) == {
        article.pk for article in articles
    }
    assert "4 of 4 stories" in out.getvalue()


def test_rebuild_takes_a_range_or_what_is_missing():
    first, second, third = [ArticleFactory(published=True) for _ in range(3)]

    call_command("rebuild_search", first=second.pk, last=second.pk, verbosity=0)
    assert [entry.pk for entry in SearchEntry.objects.all()] == [second.pk]

    SearchEntry.objects.update(headline_key="untouched")
    call_command("rebuild_search", missing=True, verbosity=0)
    entries = SearchEntry.objects.order_by("pk").values_list("pk", "headline_key")
    assert [pk for pk, _ in entries] == [first.pk, second.pk, third.pk]
    assert dict(entries)[second.pk] == "untouched"


# The page -----------------------------------------------------------------------------

URL = "/search/"


@pytest.mark.parametrize(
    "q",
    [
        *"'\"%_\\()*:!&|<>-+~",
        "%00", "\x00", "smörgås", "🦆", "a" * 10_000, "",
        "AND", "OR", "NOT", "NEAR", '"unclosed', "a*b", "title:x", "foo-bar",
        "9/11", "NEAR(a b, 5)", "a:*", "!!a", "a <-> b", "((((((", "* *",
        "-a -b", "^a", "{a b}",
        "ا" * 500, "the of and", "\ud800", "\u202e", "a " * 5000, '"' * 301,
    ],
)  # fmt: skip
def test_whatever_is_typed_is_no_error(client, q):
    story(headline="Smörgås")

    response = client.get(URL, {"q": q.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=9223372036854775807", "page=1" + "0" * 30,
        "page=abc", "page=%D9%A3", "page=1.0", "page=", "page=1&page=2",
        "page=" + "9" * 6000,
        "q=a&q=b", "section=none", "section=%00", "tag=%27", "author=a__b",
        "order=-body",
        "from=tomorrow", "to=9999-12-31", "from=0001-01-01", "to=2026-02-30",
        "from=2026-05-01&to=2026-01-01", "section=a&section=b", "q=%FF%FE",
    ],
)  # fmt: skip
def test_no_argument_is_an_error(client, query):
    story(headline="Ferry")

    response = client.get(f"{URL}?{query if 'q=' in query else f'q=ferry&{query}'}")

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({"section": "no-such"}, "There is no section “no-such”; it was left out."),
        ({"tag": "no-such"}, "There is no tag “no-such”; it was left out."),
        ({"author": "no-such"}, "There is no author “no-such”; it was left out."),
        (
            {"from": "soon"},
            "The date after “from” was left out; write it as year-month-day.",
        ),
    ],
)
def test_an_argument_that_cannot_be_meant_is_left_out_with_a_hint(
    client, arguments, shown
):
    story(headline="Ferry")

    response = client.get(URL, {"q": "ferry", **arguments})

    assert response.context["count"] == 1
    assert response.context["hint"] == shown


def test_days_are_the_publication_s_and_the_last_is_included(client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    story(headline="Before", published_at=datetime(2026, 3, 9, 14, 59, tzinfo=UTC))
    story(headline="First", published_at=datetime(2026, 3, 9, 15, 0, tzinfo=UTC))
    story(headline="Last", published_at=datetime(2026, 3, 10, 14, 59, tzinfo=UTC))
    story(headline="After", published_at=datetime(2026, 3, 10, 15, 0, tzinfo=UTC))

    response = client.get(URL, {"from": "2026-03-10", "to": "2026-03-10"})

    headlines = [hit.article.headline for hit in response.context["results"]]
    assert headlines == ["Last", "First"]


def test_filters_know_past_addresses_and_aliases(client):
    section, tag, author = SectionFactory(), TagFactory(), AuthorFactory()
    article = story(headline="Ferry", section=section, by=[author])
    article.tags.add(tag)
    section.past_slugs.create(slug="old-section")
    tag.aliases.create(name="Alias", slug="alias")
    author.aliases.create(name="Other", slug="other")
    story(headline="Ferry elsewhere")

    for arguments in [
        {"section": section.slug},
        {"section": "old-section"},
        {"tag": tag.slug},
        {"tag": "alias"},
        {"author": "other"},
    ]:
        response = client.get(URL, {"q": "ferry", **arguments})
        headlines = [hit.article.headline for hit in response.context["results"]]
        assert headlines == ["Ferry"], arguments


def test_pager_links_keep_the_search(client):
    section = SectionFactory()
    search.index(
        [
            ArticleFactory(headline="Ferry", section=section, published=True)
            for _ in range(21)
        ]
    )

    response = client.get(
        URL, {"q": "ferry & OR tram", "section": section.slug, "order": "newest"}
    )

    assert response.context["previous_url"] is None
    assert response.context["next_url"] == (
        f"/search/?q=ferry+%26+OR+tram&section={section.slug}&order=newest&page=2"
    )


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><img onerror=x>'])
def test_what_was_typed_comes_back_escaped(client, q):
    page = client.get(URL, {"q": q}).content.decode()

    assert q not in page
    assert "&lt;" in page


def test_search_pages_are_not_for_search_engines(client):
    response = client.get(URL, {"q": "ferry"})

    assert '<meta name="robots" content="noindex' in response.content.decode()


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(
    "arguments", [{}, {"tag": "sea", "author": "ada", "order": "newest"}]
)
def test_search_page_query_count(client, django_assert_num_queries, count, arguments):
    TagFactory(name="Sea", slug="sea")
    author = AuthorFactory(slug="ada")
    articles = []
    for _ in range(count):
        article = ArticleFactory(headline="Ferry", published=True, tagged=["Sea"])
        ContributionFactory(article=article, author=author)
        articles.append(article)
    search.index(articles)
    client.get(URL, {"q": "ferry"})  # the frame of the page is cached

    # Beside the stories' keys and the stories, what is asked for by name.
    with django_assert_num_queries(3 if arguments else 2):
        response = client.get(URL, {"q": "ferry", **arguments})

    assert response.context["count"] == count


def test_search_address():
    assert reverse("articles:search") == URL
