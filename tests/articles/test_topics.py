"""The list of all topics, page by page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import actions, topics
from articles.models import Tag
from tests.factories.articles import ArticleFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(topics, "PAGE_SIZE", 3)
    monkeypatch.setattr(topics, "MOST", 2)


def shown(client, page=1):
    response = client.get("/tags/", {"page": page} if page > 1 else {})
    assert response.status_code == 200
    return [(topic.name, topic.count) for topic in response.context["tags"]]


def test_pages_hold_each_topic_once_by_name(client):
    names = ["Ankara", "Boats", "Cork", "Docks", "Elm", "Ferries", "Goats"]
    for name in reversed(names):
        ArticleFactory(published=True, tagged=[name])
        TagFactory(name=f"{name}, unused")

    pages = [[name for name, _ in shown(client, page)] for page in [1, 2, 3]]

    assert pages == [names[:3], names[3:6], names[6:]]
    assert client.get("/tags/?page=4").status_code == 404
    last = client.get("/tags/?page=3").content.decode()
    assert "Page 3 of 3" in last


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "9" * 30])
def test_no_other_page_is_there(client, page):
    ArticleFactory(published=True, tagged=["Ankara"])

    assert client.get("/tags/", {"page": page}).status_code == 404


def test_topics_that_fill_a_page_have_no_next_one(client):
    for name in ["a", "b", "c"]:
        ArticleFactory(published=True, tagged=[name])

    assert b"pagination" not in client.get("/tags/").content


def test_two_tags_of_one_name_are_on_either_side_of_a_page(client):
    for name in ["a", "b"]:
        ArticleFactory(published=True, tagged=[name])
    for number in range(3):
        tag = Tag.objects.create(name=f"c{number}", slug=f"c-{number}")
        Tag.objects.filter(pk=tag.pk).update(name="c")
        ArticleFactory(published=True).tagged.create(tag=tag)

    assert [name for name, _ in shown(client) + shown(client, 2)] == list("abccc")


def test_counts_follow_publication_at_once_and_stop_at_a_bound(client):
    stories = [ArticleFactory(published=True, tagged=["Boats"]) for _ in range(2)]
    draft = ArticleFactory(tagged=["Boats"])
    soon = timezone.now() + timedelta(days=1)
    ArticleFactory(published=True, tagged=["Boats", "Later"], embargoed_until=soon)
    assert shown(client) == [("Boats", 2)]
    assert b"2<span" in client.get("/tags/").content

    actions.publish(draft, by=UserFactory())
    assert shown(client) == [("Boats", 2)]
    assert b"2+<span" in client.get("/tags/").content

    for story in [*stories, draft]:
        actions.withdraw(story, by=UserFactory())
    assert shown(client) == []
