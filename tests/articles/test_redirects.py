import pytest
from django.urls import reverse

from articles import addresses, search
from articles.bulk import Loader, dump
from articles.models import MissingPath, PastPath, PastSectionSlug
from tests.factories.articles import (
    ArticleFactory,
    PageFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "admin:articles_pastpath_add"
LIST = "admin:articles_pastpath_changelist"


@pytest.fixture
def editor(client):
    found = UserFactory(role="Editor")
    client.force_login(found)
    return found


@pytest.fixture
def story():
    return ArticleFactory(
        section=SectionFactory(name="World", slug="world"),
        slug="ferries-return",
        headline="Ferries return",
        published=True,
        tagged=["Harbour"],
    )


def add(client, path, target="", article=""):
    return client.post(
        reverse(ADD), {"path": path, "target": target, "article": article}
    )


def errors(response):
    if response.status_code == 302:
        return {}
    return dict(response.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/world/ferries-return/", "/world/ferries-return/"),
        ("/world/Ferries-Return", "/world/ferries-return/"),
        ("https://news.example/world/ferries-return/", "/world/ferries-return/"),
        ("/world/", "/world/"),
        ("/World/", "/world/"),
        ("/tags/harbour/", "/tags/harbour/"),
        ("/about/", "/about/"),
        ("/", "/"),
        ("/search/?q=ferry", "/search/?q=ferry"),
        ("https://elsewhere.example/a?b=c", "https://elsewhere.example/a?b=c"),
    ],
)
def test_dead_path_leads_where_the_editor_says(client, editor, story, target, location):
    PageFactory(title="About", slug="about")

    response = add(client, "/2014/Old-Story", target)

    assert errors(response) == {}
    found = client.get("/2014/old-story/?utm=1")
    assert (found.status_code, found["Location"]) == (301, location)


def test_redirect_to_a_story_follows_it_when_it_moves(client, editor, story):
    add(client, "/old/", article=story.pk)
    story.slug = "ferries-back"
    story.save()

    assert client.get("/old/")["Location"] == "/world/ferries-back/"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/world/", "/world", "/world/ferries-return/", "/WORLD/Ferries-return",
        "/search/", "/admin/", "/static/x.css", "/healthz", "/tags/harbour/feed/",
        "https://elsewhere.example/x", "/newsletters/confirm/abc/", "http://[",
    ],
)  # fmt: skip
def test_path_that_answers_or_is_not_ours_is_refused_kindly(
    client, editor, story, path
):
    response = add(client, path, "/world/")

    assert list(errors(response)) == ["path"]
    assert not PastPath.objects.exists()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "http://plain.example/", "javascript:x",
        "https://a:b@evil.example/", "https://", "nowhere", "/dead/end/", "/old/",
        "/admin/", "http://[",
    ],
)  # fmt: skip
def test_target_that_leads_nowhere_safe_is_refused(client, editor, story, target):
    response = add(client, "/old/", target)

    assert list(errors(response)) == ["target"]
    assert not PastPath.objects.exists()


def test_one_target_is_asked_for(client, editor, story):
    neither = errors(add(client, "/old/"))
    both = errors(add(client, "/old/", "/world/", story.pk))

    assert list(neither) == list(both) == ["article"]


def test_story_that_readers_cannot_see_is_refused(client, editor):
    draft = ArticleFactory()

    assert list(errors(add(client, "/old/", article=draft.pk))) == ["article"]


def test_address_that_leads_on_already_is_refused(client, editor, story):
    add(client, "/old/", "/world/")

    assert list(errors(add(client, "/OLD", "/"))) == ["path"]


def test_chains_are_flattened_both_ways(client, editor, story):
    PastPath.objects.create(path="a", target="/b/")

    add(client, "/b/", "/world/")
    add(client, "/c/", "/b/")

    targets = PastPath.objects.order_by("path").values_list("path", "target")
    assert list(targets) == [("a", "/world/"), ("b", "/world/"), ("c", "/world/")]


def test_loop_is_refused(client, editor):
    PastPath.objects.create(path="a", target="/b/")

    assert list(errors(add(client, "/b/", "/a/"))) == ["target"]


def test_reporter_sees_no_redirects(client):
    client.force_login(UserFactory(role="Reporter"))

    assert client.get(reverse(LIST)).status_code == 403


def test_list_finds_addresses_of_every_kind(client, editor, story):
    PastPath.objects.create(path="2014/harbour", article=story)
    PastPath.objects.create(path="other", target="/world/")
    story.past_addresses.create(section=story.section, slug="harbour-opens")
    story.past_addresses.create(section=story.section, slug="unlike")
    PastSectionSlug.objects.create(section=story.section, slug="harbour-news")

    response = client.get(reverse(LIST), {"q": "harbour"})

    left = response.context["left"]
    assert [str(row) for row in response.context["cl"].result_list] == ["/2014/harbour"]
    assert [str(row) for row in left["moved"]] == ["/world/harbour-opens/"]
    assert [str(row) for row in left["sections"]] == ["harbour-news"]


def test_address_left_by_a_move_is_taken_away(client, editor, story):
    past = story.past_addresses.create(section=story.section, slug="old")
    url = reverse("admin:articles_pastaddress_delete", args=[past.pk])

    asked = client.get(url)
    client.post(url, {"post": "yes"})

    assert asked.status_code == 200
    assert client.get("/world/old/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, editor, django_assert_num_queries, count):
    for number in range(count):
        article = ArticleFactory(published=True)
        article.past_paths.create(path=f"old-{number}")
        article.past_addresses.create(section=article.section, slug="old")
        article.section.past_slugs.create(slug=f"past-{number}")
    client.get(reverse(LIST))

    with django_assert_num_queries(10):
        client.get(reverse(LIST))


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/2014/09/ferries-return", "/world/ferries-return/"),
        ("/old/ferries-return.html", "/world/ferries-return/"),
        ("/x/ferries-back/", "/world/ferries-return/"),
        ("/topic/harbour/", "/tags/harbour/"),
        ("/2014/the-ferries/", "/world/ferries-return/"),
        ("/2014/zebra/", ""),
        ("/", ""),
    ],
)
def test_suggested_target(story, path, location):
    story.past_addresses.create(section=story.section, slug="ferries-back")
    ArticleFactory(slug="secret-ferries-return", headline="Ferries")
    search.index([story])

    found, target = addresses.suggest(path)

    assert (found.get_absolute_url() if found else target) == location


def test_form_is_filled_from_an_address_not_found_and_the_log_entry_goes(
    client, editor, story
):
    client.get("/2014/ferries-return")
    missing = MissingPath.objects.get()
    page = client.get(reverse("admin:articles_missingpath_changelist"))
    url = f"{reverse(ADD)}?path=%2F{missing.path.replace('/', '%2F')}"
    assert url in page.text

    form = client.get(url).context["adminform"].form
    assert (form.initial["path"], form.initial["article"]) == (
        "/2014/ferries-return",
        story.pk,
    )
    add(client, form.initial["path"], article=form.initial["article"])

    assert not MissingPath.objects.exists()
    assert client.get("/2014/ferries-return")["Location"] == "/world/ferries-return/"


def test_export_and_import_carry_redirects(tmp_path):
    PastPath.objects.create(path="old", target="https://elsewhere.example/")
    rows = [row for row in dump() if row["type"] == "redirect"]
    PastPath.objects.all().delete()

    Loader(tmp_path, report=pytest.fail, warn=pytest.fail).load(enumerate(rows, 1))

    past = PastPath.objects.get()
    assert (past.path, past.target) == ("old", "https://elsewhere.example/")


@pytest.mark.parametrize("target", ["//evil.example", "javascript:alert(1)", ""])
def test_import_refuses_an_unsafe_target(tmp_path, target):
    said = []
    line = {"type": "redirect", "path": "/old", "target": target}

    Loader(tmp_path, report=lambda *args: said.append(args), warn=pytest.fail).load(
        [(1, line)]
    )

    assert (len(said), PastPath.objects.count()) == (1, 0)
