"""The editors' list of tags."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from articles.actions import add_tag_alias, delete_unused_tags
from articles.lookalikes import lookalikes
from articles.models import Tag, TagAlias
from tests.factories.articles import ArticleFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:articles_tag_changelist"
NO_ALIASES = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}


@pytest.fixture
def editor(client):
    found = UserFactory(role="Editor")
    client.force_login(found)
    return found


def chosen(client, action, tags, **typed):
    data = {"action": action, "_selected_action": [tag.pk for tag in tags], **typed}
    return client.post(reverse(LIST), data)


def listed(client, **query):
    response = client.get(reverse(LIST), query)
    return [tag.name for tag in response.context["cl"].result_list]


def test_list_counts_published_and_all_stories(client, editor):
    ArticleFactory(published=True, tagged=["Ferries"])
    ArticleFactory(tagged=["Ferries"])

    response = client.get(reverse(LIST))

    [tag] = response.context["cl"].result_list
    assert (tag.live_count, tag.story_count) == (1, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, editor, django_assert_num_queries, count):
    for number in range(count):
        ArticleFactory(published=True, tagged=[f"Tag {number}"])
    client.get(reverse(LIST))

    with django_assert_num_queries(10):
        client.get(reverse(LIST))


@pytest.mark.parametrize(
    ("use", "names"), [("none", ["Unused"]), ("once", ["Once"]), ("wrong", None)]
)
def test_list_is_filtered_by_use(client, editor, use, names):
    TagFactory(name="Unused")
    ArticleFactory(tagged=["Once", "Twice"])
    ArticleFactory(tagged=["Twice"])

    assert listed(client, use=use) == (names or ["Once", "Twice", "Unused"])


@pytest.mark.parametrize(
    ("first", "second", "are_alike"),
    [
        ("Ferry", "Ferries", True),
        ("Election", "Elections", True),
        ("Covid-19", "Covid 19", True),
        ("Gaddafi", "Qaddafi", True),
        ("Erdogan", "Erdoğann", True),
        ("War", "Car", False),
        ("G20 summit 2025", "G20 summit 2026", False),
        ("Ferries", "Harvest", False),
    ],
)
def test_names_that_look_alike(client, editor, first, second, are_alike):
    TagFactory(name=first)
    TagFactory(name=second)

    assert bool(lookalikes()) is are_alike
    assert len(listed(client, use="alike")) == (2 if are_alike else 0)


@pytest.mark.parametrize("typed", ["gaddafi", "GADDAFI", "Qadd"])
def test_search_finds_a_tag_once_by_its_aliases(client, editor, typed):
    tag = TagFactory(name="Qaddafi")
    TagFactory(name="Other")
    add_tag_alias(tag, name="Gaddafi")
    add_tag_alias(tag, name="Gaddafi, Muammar")

    assert listed(client, q=typed) == ["Qaddafi"]


def test_merge_asks_first_and_shows_counts(client, editor):
    ArticleFactory(tagged=["Covid"])
    ArticleFactory(published=True, tagged=["Covid-19", "Covid"])

    response = chosen(client, "merge_selected", Tag.objects.all())

    assert Tag.objects.count() == 2
    assert "Covid – 1 published, 2 in all" in response.text
    assert "Covid-19 – 1 published, 1 in all" in response.text


def test_merge_keeps_the_one_that_the_editor_chose_and_is_logged(client, editor):
    article = ArticleFactory(published=True, tagged=["Covid-19", "Covid"])
    into = Tag.objects.get(name="Covid-19")

    chosen(client, "merge_selected", Tag.objects.all(), confirmed="1", into=into.pk)

    assert [tag.name for tag in Tag.objects.all()] == ["Covid-19"]
    assert [tag.name for tag in article.tags.all()] == ["Covid-19"]
    assert client.get("/tags/covid/").url == into.get_absolute_url()
    [entry] = LogEntry.objects.all()
    assert (entry.user, entry.object_id) == (editor, str(into.pk))
    assert entry.get_change_message() == "Merged “Covid” into it."


@pytest.mark.parametrize("into", ["", "0", "x"])
def test_merge_without_a_choice_asks_again(client, editor, into):
    ArticleFactory(tagged=["Covid-19", "Covid"])

    response = chosen(
        client, "merge_selected", Tag.objects.all(), confirmed="1", into=into
    )

    assert (response.status_code, Tag.objects.count()) == (200, 2)
    assert response.context["form"].errors


def test_reporter_cannot_merge(client):
    client.force_login(UserFactory(role="Reporter"))
    ArticleFactory(tagged=["Covid-19", "Covid"])
    into = Tag.objects.first()

    chosen(client, "merge_selected", Tag.objects.all(), confirmed="1", into=into.pk)

    assert Tag.objects.count() == 2


def test_only_unused_tags_are_deleted_and_only_when_confirmed(client, editor):
    TagFactory(name="Unused")
    ArticleFactory(tagged=["Used"])

    chosen(client, "delete_unused", Tag.objects.all())
    before = Tag.objects.count()
    chosen(client, "delete_unused", Tag.objects.all(), confirmed="1")

    assert before == 2
    assert [tag.name for tag in Tag.objects.all()] == ["Used"]


def test_tag_that_a_story_took_meanwhile_is_not_deleted():
    tags = [TagFactory(name="Unused"), TagFactory(name="Taken")]
    ArticleFactory(tagged=["Taken"])

    assert delete_unused_tags(tags) == 1
    assert [tag.name for tag in Tag.objects.all()] == ["Taken"]


def rename(client, tag, **typed):
    url = reverse("admin:articles_tag_change", args=[tag.pk])
    data = {"name": tag.name, "slug": tag.slug, "description": "", **NO_ALIASES}
    response = client.post(url, {**data, **typed})
    assert response.status_code == 302, response.context["adminform"].form.errors


def test_renamed_tag_keeps_its_old_name_and_address(client, editor):
    article = ArticleFactory(published=True, tagged=["Gaddafi"])
    tag = Tag.objects.get()

    rename(client, tag, name="Qaddafi", slug="qaddafi")
    article.tags.set(["gaddafi"])

    assert client.get("/tags/gaddafi/").url == "/tags/qaddafi/"
    assert [found.name for found in article.tags.all()] == ["Qaddafi"]


def test_tag_may_move_twice_and_back(client, editor):
    ArticleFactory(published=True, tagged=["Gaddafi"])
    tag = Tag.objects.get()

    for slug in ["two", "three", "gaddafi"]:
        rename(client, tag, slug=slug)

    assert [client.get(f"/tags/{old}/").url for old in ["two", "three"]] == [
        "/tags/gaddafi/"
    ] * 2
    assert client.get("/tags/gaddafi/").status_code == 200
    assert set(TagAlias.objects.values_list("slug", flat=True)) == {"two", "three"}


def test_address_that_leads_to_another_tag_is_refused(client, editor):
    add_tag_alias(TagFactory(name="Qaddafi"), name="Gaddafi")
    other = TagFactory(name="Other", slug="other")
    url = reverse("admin:articles_tag_change", args=[other.pk])

    response = client.post(url, {"name": "Other", "slug": "gaddafi", **NO_ALIASES})

    assert list(response.context["adminform"].form.errors) == ["slug"]
