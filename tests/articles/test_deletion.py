"""What is in use or was read is not deleted, and the admin says why without names."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.urls import reverse

from articles import actions, workflow
from articles.models import Article, SectionDesk
from newsletter.models import Newsletter, Subscription
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    SectionFactory,
    UserFactory,
)
from tests.factories.newsletter import NewsletterFactory, SubscriberFactory

pytestmark = pytest.mark.django_db


def _author():
    author = AuthorFactory()
    ArticleFactory(headline="Top secret", by=[author])
    return author


def _section():
    return ArticleFactory(headline="Top secret").section


def _section_of_a_desk():
    desk = SectionDesk.objects.create(user=UserFactory(), section=SectionFactory())
    return desk.section


def _newsletter():
    newsletter = NewsletterFactory()
    Subscription.objects.create(subscriber=SubscriberFactory(), newsletter=newsletter)
    return newsletter


def _user():
    user = UserFactory()
    ArticleFactory(headline="Top secret", created_by=user)
    return user


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss")
    client.force_login(user)
    return user


def address(row, page):
    return f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_author, "1 place in a byline"),
        (_section, "1 story"),
        (_section_of_a_desk, "1 section desk"),
        (_newsletter, "1 subscription"),
        (_user, "1 story"),
    ],
)
def test_what_is_in_use_stays_and_its_users_are_not_named(client, boss, make, words):
    row = make()

    one = client.post(reverse(address(row, "delete"), args=[row.pk]), {"post": "yes"})
    bulk = client.post(
        reverse(address(row, "changelist")),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )

    for response in [one, bulk]:
        page = response.content.decode()
        assert (response.status_code, words in page) == (200, True)
        assert "Top secret" not in page
        assert "@" not in page
    assert type(row).objects.filter(pk=row.pk).exists()


def test_use_that_began_after_the_question_is_a_message_not_an_error(
    client, boss, monkeypatch
):
    author = _author()
    model_admin = "articles.admin.protection.KeepsWhatIsUsed"
    monkeypatch.setattr(
        f"{model_admin}.get_deleted_objects", lambda *_: ([], {}, set(), [])
    )
    sent = {"action": "delete_selected", "_selected_action": [author.pk], "post": "yes"}

    answers = [
        client.post(reverse("admin:articles_author_delete", args=[author.pk]), sent),
        client.post(reverse("admin:articles_author_changelist"), sent),
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    author.refresh_from_db()


def test_unused_rows_go(client, boss):
    rows = [AuthorFactory(), SectionFactory(), NewsletterFactory(), UserFactory()]

    for row in rows:
        client.post(reverse(address(row, "delete"), args=[row.pk]), {"post": "yes"})

    assert [type(row).objects.filter(pk=row.pk).exists() for row in rows] == [False] * 4
    assert not Newsletter.objects.exists()


# Stories ----------------------------------------------------------------------------


def _delete(client, *stories):
    if len(stories) == 1:
        url = reverse("admin:articles_article_delete", args=[stories[0].pk])
        return client.post(url, {"post": "yes"})
    sent = {
        "action": "delete_selected",
        "_selected_action": [story.pk for story in stories],
        "post": "yes",
    }
    return client.post(reverse("admin:articles_article_changelist"), sent)


def _held_after_publication():
    user = User.objects.create_superuser("publisher")
    story = CompleteArticleFactory()
    for step in ["publish", "withdraw", "hold"]:
        story = workflow.perform(story, step, by=user)
    # What an editor may clear in the form of a draft.
    Article.objects.filter(pk=story.pk).update(published_at=None)
    return story


@pytest.mark.parametrize(
    "make",
    [
        lambda: ArticleFactory(published=True),
        lambda: ArticleFactory(withdrawn=True),
        _held_after_publication,
    ],
)
def test_story_that_readers_saw_is_never_deleted(client, boss, make):
    story, draft = make(), ArticleFactory()

    one, both = _delete(client, story), _delete(client, story, draft)
    with pytest.raises(actions.RefusedError):
        actions.delete_stories(Article.objects.all())

    for response in [one, both]:
        page = response.content.decode()
        assert "1 story that readers have seen" in page
        assert "Withdraw instead" in page
    assert set(Article.objects.all()) == {story, draft}


@pytest.mark.parametrize("traits", [{}, {"desk_status": "in_review"}])
def test_reporter_deletes_an_own_draft(client, traits):
    user = UserFactory(role="Reporter")
    client.force_login(user)
    story = ArticleFactory(created_by=user, **traits)

    _delete(client, story)

    assert not Article.objects.exists()


@pytest.mark.parametrize("number", [1, 2])
def test_reporter_deletes_nothing_that_only_others_may_change(client, number):
    user = UserFactory(role="Reporter")
    client.force_login(user)
    stories = [
        ArticleFactory(created_by=user, desk_status="ready", headline="Checked"),
        ArticleFactory(headline="Top secret"),
    ]

    pages = [_delete(client, *stories[:number]), _delete(client, *stories[-number:])]

    assert Article.objects.count() == 2
    assert all("Top secret" not in page.content.decode() for page in pages)


def test_deletion_page_of_a_story_says_only_its_own_name(client, boss):
    story = ArticleFactory(by=[AuthorFactory(name="Ada")])

    page = client.get(reverse("admin:articles_article_delete", args=[story.pk]))

    assert page.context["deleted_objects"] == [story.headline]


def test_database_refuses_a_section_whose_story_it_would_lose():
    section = _section()

    with pytest.raises(IntegrityError):
        section.delete()
