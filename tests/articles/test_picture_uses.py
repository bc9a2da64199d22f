"""A picture that something shows stays; the admin says what shows it."""

import importlib
from threading import Event, Thread

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from articles import copies, editing, pictures, revisions
from articles.bulk import Loader
from articles.models import (
    Article,
    ArticleDraft,
    Picture,
    PictureUse,
    Publication,
    Section,
)
from articles.revisions import present_content
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PageFactory,
    PictureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def figure(*pictures):
    return "".join(
        f'<figure data-picture="{picture.pk}"></figure>' for picture in pictures
    )


def shown_in(article):
    return set(
        PictureUse.objects.filter(article=article).values_list("picture", flat=True)
    )


@pytest.fixture
def editor(client):
    found = UserFactory(role="Editor")
    client.force_login(found)
    return found


def test_saved_body_keeps_what_it_shows_and_lets_go_of_the_rest():
    first, second = PictureFactory.create_batch(2)
    article = ArticleFactory(body=figure(first))
    before = shown_in(article)

    article.body = figure(second, second)
    article.save()

    assert (before, shown_in(article)) == ({first.pk}, {second.pk})


def test_save_of_other_columns_asks_nothing(django_assert_num_queries):
    article = ArticleFactory(body=figure(PictureFactory()))

    with django_assert_num_queries(1):
        article.save(update_fields=["headline"])

    assert len(shown_in(article)) == 1


@pytest.mark.parametrize(
    "body",
    [
        '<figure data-picture="999999999"></figure>',
        '<figure data-picture="99999999999999999999999"></figure>',
        '<p> data-picture="1"</p>',
    ],
)
def test_what_is_no_picture_of_the_library_is_no_use(body):
    PictureFactory(pk=1)

    article = ArticleFactory(body=body)

    assert shown_in(article) == set()


def _in_body(picture):
    ArticleFactory(body=figure(picture))


def _as_lead(picture):
    ArticleFactory(lead_picture=picture)


def _as_social_picture(picture):
    ArticleFactory(social_picture=picture)


def _in_page(picture):
    PageFactory(body=figure(picture))


def _as_portrait(picture):
    AuthorFactory(portrait=picture)


def _as_logo(picture):
    Publication.objects.create(pk=1, logo=picture)


def _in_copy(picture, **changes):
    article = ArticleFactory(published=True)
    content = {**present_content(article), **changes}
    copies.keep(article, content, by=None)


def _in_body_of_copy(picture):
    _in_copy(picture, body=figure(picture))


def _as_lead_of_copy(picture):
    _in_copy(picture, lead_picture=picture.pk)


def _as_social_picture_of_copy(picture):
    _in_copy(picture, social_picture=picture.pk)


def _imported(picture):
    line = {
        "id": "one",
        "section": "World",
        "headline": "Harbour opens",
        "body_html": figure(picture),
    }
    Loader(".", report=print, warn=print).load([(1, line)])


def _restored(picture):
    article = ArticleFactory(body=figure(picture))
    revision = revisions.snapshot(article, by=None, kind="saved")
    article.body = "<p>Without.</p>"
    article.save()
    seen = revisions.version_of(article)
    editing.restore(article, revision, by=None, seen_version=seen)


def _published_from_copy(picture):
    _in_body_of_copy(picture)
    copies.publish_changes(Article.objects.get(), by=None)
    assert not ArticleDraft.objects.exists()


USES = [
    _in_body, _as_lead, _as_social_picture, _in_page, _as_portrait, _as_logo,
    _in_body_of_copy, _as_lead_of_copy, _as_social_picture_of_copy, _imported,
    _restored, _published_from_copy,
]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_used_picture_is_not_deleted_anywhere(client, editor, use):
    picture, unused = PictureFactory.create_batch(2)
    use(picture)

    page = client.post(
        reverse("admin:articles_picture_delete", args=[picture.pk]), {"post": "yes"}
    )
    both = {"_selected_action": [picture.pk, unused.pk], "action": "delete_selected"}
    bulk = client.post(
        reverse("admin:articles_picture_changelist"), {**both, "post": "yes"}
    )
    with pytest.raises(ProtectedError):
        pictures.delete_pictures(Picture.objects.filter(pk=picture.pk))

    assert "cannot be deleted, because it is in use" in page.content.decode()
    assert "1 picture of 2" in bulk.content.decode()
    assert set(Picture.objects.all()) == {picture, unused}
    assert list(Picture.objects.unused()) == [unused]


def test_unused_picture_goes_with_its_original(
    client, editor, django_capture_on_commit_callbacks
):
    picture = PictureFactory()

    with django_capture_on_commit_callbacks(execute=True) as effects:
        client.post(
            reverse("admin:articles_picture_delete", args=[picture.pk]), {"post": "yes"}
        )

    assert not Picture.objects.exists()
    assert len(effects) == 1


def test_discarded_copy_lets_its_picture_go():
    picture = PictureFactory()
    _in_body_of_copy(picture)

    copies.discard_changes(Article.objects.get(), by=None)

    assert list(Picture.objects.unused()) == [picture]


def test_picture_page_names_stories_one_may_open_and_counts_others(client):
    user = UserFactory(role="Reporter")
    client.force_login(user)
    picture = PictureFactory()
    mine = ArticleFactory(created_by=user, headline="Mine", body=figure(picture))
    ArticleFactory(headline="Top secret", lead_picture=picture)

    page = client.get(
        reverse("admin:articles_picture_change", args=[picture.pk])
    ).content.decode()

    address = reverse("admin:articles_article_change", args=[mine.pk])
    assert f'<a href="{address}"><bdi>Mine</bdi></a>' in page
    assert "1 other story" in page
    assert "Top secret" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_picture_page_query_count(client, editor, django_assert_num_queries, count):
    picture = PictureFactory()
    for _ in range(count):
        ArticleFactory(body=figure(picture))
        PageFactory(body=figure(picture))
    address = reverse("admin:articles_picture_change", args=[picture.pk])
    client.get(address)

    with django_assert_num_queries(12):
        client.get(address)


def test_list_shows_unused_pictures_alone(client, editor):
    used, unused = PictureFactory.create_batch(2)
    ArticleFactory(body=figure(used))

    page = client.get(reverse("admin:articles_picture_changelist"), {"use": "none"})

    assert list(page.context["cl"].queryset) == [unused]


def test_import_notes_uses_in_a_fixed_number_of_statements(
    django_assert_max_num_queries,
):
    picture = PictureFactory()
    Section.objects.create(name="World", slug="world")
    lines = [
        {
            "id": str(number),
            "section": "World",
            "headline": f"Story {number}",
            "body_html": figure(picture),
        }
        for number in range(30)
    ]

    with django_assert_max_num_queries(30):
        Loader(".", report=print, warn=print).load(enumerate(lines))

    assert PictureUse.objects.count() == 30


def test_migration_notes_the_pictures_of_texts_of_before():
    body, lead = PictureFactory.create_batch(2)
    _in_body(body)
    _in_page(body)
    _as_lead_of_copy(lead)
    columns = ["picture", "article", "draft", "page"]
    expected = set(PictureUse.objects.values_list(*columns))
    PictureUse.objects.all().delete()
    migration = importlib.import_module("articles.migrations.0009_trail")

    migration.record_uses(apps, connection.schema_editor())

    assert len(expected) == 3
    assert set(PictureUse.objects.values_list(*columns)) == expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="connections to a database in memory lock it whole",
)
def test_of_a_deletion_and_a_save_at_one_moment_one_gives_way():
    picture = PictureFactory()
    is_locked, outcomes = Event(), []

    def delete():
        is_locked.wait(5)
        try:
            pictures.delete_pictures(Picture.objects.filter(pk=picture.pk))
        except ProtectedError:
            outcomes.append("kept")
        finally:
            connection.close()

    deleting = Thread(target=delete)
    deleting.start()
    with transaction.atomic():
        article = ArticleFactory(body=figure(picture))
        is_locked.set()
        # The deletion waits for this transaction, or has not begun yet.
        deleting.join(0.5)
    deleting.join(20)

    assert outcomes == ["kept"]
    assert shown_in(article) == {picture.pk}
