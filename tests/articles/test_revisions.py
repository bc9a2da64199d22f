from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from articles import editing, revisions
from articles.actions import publish, withdraw
from articles.models import Article, ArticleDraft, Revision
from tests.articles.desk import change_url, form_data, opened
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    found = User.objects.create_superuser("editor", first_name="Élise")
    client.force_login(found)
    return found


def kinds(article):
    return list(article.revisions.order_by("pk").values_list("kind", flat=True))


def restore(client, article, revision):
    return client.post(
        reverse("admin:articles_article_restore", args=[article.pk, revision.pk]),
        {"seen_version": revisions.version_of(article)},
    )


def save(client, article, **changes):
    response = client.post(change_url(article), opened(client, article) | changes)
    assert response.status_code == 302, response.context["errors"]


def test_save_keeps_who_when_what_and_the_text_before(client, editor):
    article = ArticleFactory(headline="Before")

    save(client, article, headline="After")

    found, saved = article.revisions.order_by("pk")
    assert (found.kind, found.content["headline"], found.by) == (
        "found",
        "Before",
        None,
    )
    assert (saved.kind, saved.content["headline"]) == ("saved", "After")
    assert (saved.by, saved.by_name, saved.changed) == (editor, "Élise", ["headline"])


def test_save_without_a_change_leaves_no_second_revision(client, editor):
    article = CompleteArticleFactory()

    save(client, article)
    save(client, article)

    assert kinds(article) == ["found"]


def test_new_story_has_its_first_revision(client, editor):
    response = client.get(reverse("admin:articles_article_add"))
    section = SectionFactory()
    data = form_data(response) | {
        "headline": "First", "body": "<p>Text.</p>", "section": section.pk,
    }  # fmt: skip
    client.post(reverse("admin:articles_article_add"), data)

    article = Article.objects.get(headline="First")
    assert kinds(article) == ["saved"]


def test_transitions_are_revisions(client, editor):
    article = CompleteArticleFactory()

    save(client, article, _transition="publish", despite_points="on")
    save(client, article, _transition="withdraw")

    assert kinds(article) == ["found", "published", "withdrawn"]


def test_name_stays_when_the_account_is_removed(client, editor):
    article = ArticleFactory()
    save(client, article, headline="After")
    editor.delete()

    assert article.revisions.latest_first().first().by_name == "Élise"


def test_restore_brings_back_every_field_and_relation(client, editor):
    picture, ada, bob = PictureFactory(), AuthorFactory(), AuthorFactory()
    article = ArticleFactory(
        headline="One",
        kicker="K",
        ed_note="Call Bob",
        seo_title="S",
        lead_picture=picture,
        tagged=["b", "a"],
        by=[bob, ada],
        body=f'<p>One.</p><figure data-picture="{picture.pk}"></figure>',
    )
    first = revisions.snapshot(article, by=editor, kind="saved")
    before = revisions.content_of(article)
    Article.objects.filter(pk=article.pk).update(
        headline="Two", kicker="", ed_note="", seo_title="", lead_picture=None,
        body="<p>Two.</p>", slug="moved-since", embargoed_until=timezone.now(),
    )  # fmt: skip
    article.tags.set(["c"])
    article.contributions.all().delete()
    state = {
        name: value
        for name, value in revisions.content_of(article).items()
        if name in revisions.STATE_FIELDS
    }

    restore(client, article, first)

    after = revisions.content_of(article)
    assert after == {**before, **state}
    article.refresh_from_db()
    assert article.word_count == 1
    assert kinds(article) == ["saved", "found", "restored"]
    assert [tag["name"] for tag in article.tag_links()] == ["b", "a"]


def test_restore_is_exactly_that_version_not_only_what_it_changed(client, editor):
    article = ArticleFactory(headline="X", standfirst="P")
    save(client, article, headline="Y")
    second = article.revisions.latest_first().first()
    save(client, article, standfirst="Q")

    restore(client, article, second)

    article.refresh_from_db()
    assert (article.headline, article.standfirst) == ("Y", "P")


def test_restore_leaves_a_withdrawn_story_withdrawn(client, editor):
    article = CompleteArticleFactory()
    publish(article, by=editor)
    live = revisions.snapshot(article, by=editor, kind="published")
    withdraw(article, by=editor)
    Article.objects.filter(pk=article.pk).update(headline="Changed")

    restore(client, article, live)

    article.refresh_from_db()
    assert (article.pub_status, article.headline) == (
        "canceled",
        live.content["headline"],
    )
    assert not Article.objects.published().exists()


def test_restore_of_a_live_story_changes_its_working_copy_only(client, editor):
    article = CompleteArticleFactory(published=True, headline="Live")
    old = revisions.snapshot(article, by=editor, kind="saved")
    Article.objects.filter(pk=article.pk).update(headline="Live and better")

    restore(client, article, old)

    article.refresh_from_db()
    assert article.headline == "Live and better"
    assert ArticleDraft.objects.get().content["headline"] == "Live"
    assert "Live and better" in client.get(article.get_absolute_url()).content.decode()


def test_restore_by_who_may_not_publish_leaves_a_live_story_alone(client):
    article = CompleteArticleFactory(published=True)
    old = revisions.snapshot(article, by=None, kind="saved")
    Article.objects.filter(pk=article.pk).update(headline="Newer")
    reporter = UserFactory(role="Reporter")
    Article.objects.filter(pk=article.pk).update(created_by=reporter)
    client.force_login(reporter)

    response = restore(client, article, old)

    article.refresh_from_db()
    assert (response.status_code, article.headline) == (403, "Newer")
    assert not ArticleDraft.objects.exists()


def test_restore_names_what_was_deleted_since(client, editor):
    picture, author = PictureFactory(), AuthorFactory(name="Gone Girl")
    number = picture.pk
    article = ArticleFactory(lead_picture=picture, by=[author], tagged=["Lost"])
    old = revisions.snapshot(article, by=editor, kind="saved")
    Article.objects.filter(pk=article.pk).update(lead_picture=None)
    article.contributions.all().delete()
    for row in [picture, author, article.tags.get()]:
        row.delete()

    restore(client, article, old)

    told = client.get(change_url(article)).content.decode()
    assert "author Gone Girl" in told
    assert f"picture {number}" in told
    assert [tag["name"] for tag in article.tag_links()] == ["Lost"]


def test_restore_from_an_old_page_does_not_hide_a_newer_save(client, editor):
    article = ArticleFactory(headline="One")
    old = revisions.snapshot(article, by=editor, kind="saved")
    seen = revisions.version_of(article)
    Article.objects.filter(pk=article.pk).update(headline="Newer")

    client.post(
        reverse("admin:articles_article_restore", args=[article.pk, old.pk]),
        {"seen_version": seen},
    )

    article.refresh_from_db()
    assert article.headline == "Newer"


def test_restore_needs_post_and_a_revision_of_the_same_story(client, editor):
    article, other = ArticleFactory(), ArticleFactory(headline="Other")
    foreign = revisions.snapshot(other, by=editor, kind="saved")
    own = revisions.snapshot(article, by=editor, kind="saved")

    by_get = client.get(
        reverse("admin:articles_article_restore", args=[article.pk, own.pk])
    )

    assert by_get.status_code == 405
    assert restore(client, article, foreign).status_code == 404


def history_urls(article, revision):
    names = ["compare", "history"]
    urls = [reverse(f"admin:articles_article_{n}", args=[article.pk]) for n in names]
    return [f"{urls[0]}?to={revision.pk}", urls[1]]


def test_history_is_closed_to_who_may_not_change_the_story(client):
    article = ArticleFactory(headline="Secret")
    revision = revisions.snapshot(article, by=None, kind="saved")
    client.force_login(UserFactory(role="Reporter"))

    statuses = [client.get(url).status_code for url in history_urls(article, revision)]

    assert set(statuses) <= {403, 404}


def test_opening_history_changes_nothing(client, editor):
    article = ArticleFactory()
    revision = revisions.snapshot(article, by=editor, kind="saved")
    before = (revisions.content_of(article), kinds(article))

    for url in history_urls(article, revision):
        assert client.get(url).status_code == 200

    assert (revisions.content_of(article), kinds(article)) == before


@pytest.mark.parametrize("count", [1, 3])
def test_history_query_count(client, editor, django_assert_num_queries, count):
    article = ArticleFactory()
    for number in range(count):
        Article.objects.filter(pk=article.pk).update(headline=f"Number {number}")
        revisions.snapshot(article, by=UserFactory(), kind="saved")
    url = reverse("admin:articles_article_history", args=[article.pk])
    client.get(url)

    with django_assert_num_queries(7):
        response = client.get(url)

    assert response.content.decode().count('name="from"') == count


@pytest.mark.parametrize("count", [1, 3])
def test_snapshot_query_count(editor, django_assert_num_queries, count):
    article = ArticleFactory(
        by=AuthorFactory.create_batch(count), tagged=[f"Tag {n}" for n in range(count)]
    )

    with django_assert_num_queries(7):  # two of them are savepoints
        revisions.snapshot(article, by=editor, kind="saved")


def test_compare_marks_words_for_eyes_and_ears_and_escapes(client, editor):
    article = ArticleFactory(headline="The <b>old</b> harbour")
    revisions.snapshot(article, by=editor, kind="saved")
    Article.objects.filter(pk=article.pk).update(headline="The <b>new</b> harbour")
    new = revisions.snapshot(article, by=editor, kind="saved")

    page = client.get(history_urls(article, new)[0]).content.decode()

    assert "&lt;b&gt;" in page
    assert "<b>old" not in page
    assert '<del><span class="visually-hidden">[removed: </span>' in page
    assert '<ins><span class="visually-hidden">[added: </span>' in page


def test_conflict_never_counts_as_what_the_story_was(editor):
    article = ArticleFactory(headline="True")
    revisions.snapshot(article, by=editor, kind="saved")
    content = revisions.content_of(article) | {"headline": "Refused"}
    revisions.keep_conflict(article, content=content, by=editor, seen_version="x")

    revisions.snapshot(article, by=editor, kind="saved")

    assert kinds(article) == ["saved", "conflict"]


def test_unsaved_text_is_forgotten_after_a_month(editor):
    row = editing.autosave(
        user=editor,
        key="7b0d3ad1-25b0-4a27-9d53-b5f2b8a0e1a1",
        tab="t",
        count=1,
        typed={"headline": ["Old"]},
        is_new_story=True,
    )
    row.saved_at = timezone.now() - timedelta(days=31)
    row.save()

    assert list(editing.unsaved(editor)) == []
    assert Revision.objects.count() == 0
