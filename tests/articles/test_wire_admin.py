"""The wire desk in the admin: who sees what, and what the buttons do."""

import pytest
from django.urls import reverse

from articles.models import Article, SectionDesk, WireItem, WireSource
from tests.factories.articles import (
    ArticleFactory,
    SectionFactory,
    UserFactory,
    WireItemFactory,
    WireSourceFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/wireitem/"


def page_of(item):
    return reverse("admin:articles_wireitem_change", args=[item.pk])


@pytest.fixture
def reporter(client):
    user = UserFactory(role="Reporter")
    client.force_login(user)
    return user


def test_list_finds_and_filters(client, reporter):
    WireItemFactory(headline="Ferry sails")
    WireItemFactory(headline="Bridge closed")

    page = client.get(f"{LIST}?q=ferry&state__exact=new").content.decode()

    assert "Ferry sails" in page
    assert "Bridge closed" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, django_assert_num_queries, count):
    client.force_login(UserFactory(role="Administrator"))
    WireItemFactory.create_batch(count)
    client.get(LIST)

    with django_assert_num_queries(QUERIES):
        client.get(LIST)


QUERIES = 9


def test_page_shows_text_without_running_it(client, reporter):
    item = WireItemFactory(headline="<b>Ferry</b>", usage_terms="No archives")

    page = client.get(page_of(item)).content.decode()

    assert "&lt;b&gt;Ferry" in page
    assert "No archives" in page
    assert "Copyright notice" not in page
    assert "Make a story of it" in page
    assert not Article.objects.exists()


def test_unreadable_file_is_named_with_its_reason(client, reporter):
    item = WireItemFactory(
        headline="", body="", state="unreadable", file_name="a.xml", problem="Oops."
    )

    page = client.get(page_of(item)).content.decode()

    assert ("a.xml" in page, "Oops." in page) == (True, True)
    assert "Make a story of it" not in page


def test_button_makes_a_story_of_ones_own(client, reporter):
    item = WireItemFactory()

    response = client.post(page_of(item), {"_step": "make"})

    article = Article.objects.get()
    assert response.url == reverse("admin:articles_article_change", args=[article.pk])
    assert (article.created_by, article.pub_status) == (reporter, "withheld")


def test_button_takes_a_picture_into_the_library(client, reporter, settings, tmp_path):
    settings.WIRE_FOLDER = str(tmp_path)
    file = dict.fromkeys(
        ["caption", "credit_line", "copyright_notice", "usage_terms"], ""
    )
    item = WireItemFactory(kind="picture", pictures=[{"href": "a.jpg", **file}])

    page = client.get(page_of(item)).content.decode()
    answer = client.post(page_of(item), {"_step": "make"}, follow=True).content.decode()

    assert "Take it into the library" in page
    assert "The picture could not be had" in answer
    assert not Article.objects.exists()


def test_event_has_no_button(client, reporter):
    page = client.get(page_of(WireItemFactory(kind="event"))).content.decode()

    assert 'value="make"' not in page
    assert 'value="leave"' in page


def test_button_says_why_not(client, reporter):
    item = WireItemFactory(state=WireItem.State.WITHDRAWN)

    page = client.post(page_of(item), {"_step": "make"}, follow=True).content.decode()

    assert "No story can be made of it: Withdrawn by the agency." in page
    assert not Article.objects.exists()


def test_item_is_left_and_seen(client, reporter):
    left = WireItemFactory()
    seen = WireItemFactory(attention="changed", state="drafted")

    client.post(page_of(left), {"_step": "leave"})
    client.post(page_of(seen), {"_step": "seen"})

    left.refresh_from_db()
    seen.refresh_from_db()
    assert (left.state, seen.attention) == (WireItem.State.LEFT, "")


def test_many_are_made_at_once(client, reporter):
    items = [*WireItemFactory.create_batch(2), WireItemFactory(state="superseded")]

    page = client.post(
        LIST,
        {"action": "make_stories", "_selected_action": [item.pk for item in items]},
        follow=True,
    ).content.decode()

    assert Article.objects.count() == 2
    assert "2 drafts or pictures are there." in page
    assert "No story can be made of it: Older version." in page


def test_desk_sees_its_own_sections(client):
    user = UserFactory(role="Editor")
    mine, other = WireItemFactory(headline="Mine"), WireItemFactory(headline="Theirs")
    SectionDesk.objects.create(user=user, section=mine.source.section)
    client.force_login(user)

    page = client.get(LIST).content.decode()

    assert ("Mine" in page, "Theirs" in page) == (True, False)
    assert client.get(page_of(other)).status_code == 302


@pytest.mark.parametrize(("role", "code"), [("Editor", 200), ("Reporter", 403)])
def test_who_keeps_the_sources(client, role, code):
    client.force_login(UserFactory(role=role))

    assert client.get("/admin/articles/wiresource/add/").status_code == code


@pytest.mark.parametrize("role", ["Newsletter editor", "Rights manager"])
def test_others_see_no_wire(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get(LIST).status_code == 403


def test_source_with_both_places_is_told(client):
    client.force_login(UserFactory(role="Editor"))
    sent = {
        "name": "Agency", "url": "https://a.example/", "folder": "a",
        "section": SectionFactory().pk, "language": "en", "is_open": "on",
    }  # fmt: skip

    page = client.post("/admin/articles/wiresource/add/", sent).content.decode()

    assert "Give an address or a folder, and one only." in page
    assert not WireSource.objects.exists()


def test_source_that_was_used_stays(client):
    client.force_login(UserFactory(role="Administrator"))
    source = WireItemFactory().source
    url = reverse("admin:articles_wiresource_delete", args=[source.pk])

    page = client.post(url, {"post": "yes"}).content.decode()

    assert "Close it instead" in page
    assert WireSource.objects.filter(pk=source.pk).exists()


def test_desk_shows_what_is_urgent_first(client):
    client.force_login(UserFactory(role="Editor"))
    story = ArticleFactory(published=True)
    WireItemFactory(headline="Gone", attention="public", article=story)
    WireItemFactory(headline="Newer", attention="changed")
    WireItemFactory(headline="Quiet")

    page = client.get("/admin/").content.decode()

    assert page.index("Urgent: the agency has withdrawn it") < page.index("Newer")
    assert "Quiet" not in page


def test_desk_without_wire_shows_no_panel(client):
    client.force_login(UserFactory(role="Editor"))
    WireSourceFactory()

    assert "Wire: look at these" not in client.get("/admin/").content.decode()


def test_panel_leads_to_its_list(client):
    client.force_login(UserFactory(role="Editor"))
    WireItemFactory(headline="Newer", attention="changed")
    WireItemFactory(headline="Quiet")

    page = client.get(f"{LIST}?attention__gt=").content.decode()

    assert ("Newer" in page, "Quiet" in page) == (True, False)
