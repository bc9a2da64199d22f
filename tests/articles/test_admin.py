from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.forms import SplitDateTimeField
from django.urls import reverse

from articles import revisions, search
from articles.models import Article, Publication
from newsroom.lib.forms import ZonedTimeField
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

INLINES = {
    f"{prefix}-{field}": "0"
    for prefix in ["contributions", "corrections", "events"]
    for field in ["TOTAL_FORMS", "INITIAL_FORMS"]
}


def user(*codenames):
    found = User.objects.create_user("writer", is_staff=True)
    found.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return found


@pytest.fixture
def editor(client):
    found = User.objects.create_superuser("editor")
    client.force_login(found)
    return found


@pytest.fixture
def reporter(client):
    found = user(
        "add_article",
        "change_article",
        "view_article",
        "delete_article",
        "see_others_article",
    )
    client.force_login(found)
    return found


def typed(article=None, **changes):
    """What the form sends for a story, unchanged but for `changes`."""
    data = {
        "headline": "Harbour opens",
        "body": "<p>The first boat left.</p>",
        "section": SectionFactory().pk if article is None else article.section_id,
        "language": "en",
        "is_republishable": "on",
        "typed_tags": "",
        **INLINES,
    }
    if article:
        data.update(headline=article.headline, slug=article.slug, body=article.body)
        data["seen_version"] = revisions.version_of(article)
        if article.published_at:
            data.update(published_at_0="2026-01-05", published_at_1="09:30:00")
    return {**data, **changes}


def publish_changes():
    return {"_transition": "publish_changes", "despite_points": "on"}


def change_url(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def test_new_story_gets_its_address_from_the_headline_and_its_tags(client, editor):
    data = typed(
        headline="Łódź's “new” harbour", typed_tags='Poland, poland, "Paris, Texas"'
    )

    response = client.post(reverse("admin:articles_article_add"), data)

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.slug, article.pub_status) == ("lodzs-new-harbour", "withheld")
    assert [tag["name"] for tag in article.tag_links()] == ["Poland", "Paris, Texas"]


@pytest.mark.parametrize("headline", ["ااا", "😀😀", "???", "x" * 300])
def test_any_headline_gives_an_address_that_opens(client, editor, headline):
    client.post(reverse("admin:articles_article_add"), typed(headline=headline))
    article = Article.objects.get()

    assert 0 < len(article.slug) <= 80
    assert "/" not in article.slug


def test_second_story_of_a_headline_gets_an_address_of_its_own(client, editor):
    section = SectionFactory()
    for _ in range(2):
        client.post(reverse("admin:articles_article_add"), typed(section=section.pk))

    assert sorted(Article.objects.values_list("slug", flat=True)) == [
        "harbour-opens",
        "harbour-opens-2",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "feed"}, "slug"),
        ({"slug": '"><script>'}, "slug"),
        ({"canonical_url": "javascript:alert(1)"}, "canonical_url"),
        ({"language": "<b>"}, "language"),
        ({"typed_tags": "x" * 101}, "typed_tags"),
        ({"body": "<div>" * 200}, "body"),
        (
            {"published_at_0": "2026-03-29", "published_at_1": "01:30:00"},
            "published_at",
        ),
    ],
)
def test_bad_input_is_refused_beside_the_field_and_kept(client, editor, changes, field):
    response = client.post(reverse("admin:articles_article_add"), typed(**changes))

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert "Harbour opens" in response.content.decode()


def test_changed_address_of_a_live_story_leads_to_the_new_one(client, editor):
    article = ArticleFactory(published=True)
    old = article.get_absolute_url()

    client.post(change_url(article), typed(article, slug="new-address"))
    client.post(
        change_url(article), typed(article, slug="new-address", **publish_changes())
    )

    assert client.get(old).url == f"/{article.section.slug}/new-address/"


def test_saving_unchanged_keeps_tags_and_times(client, editor):
    article = ArticleFactory(tagged=["Paris, Texas", 'The "wall"'])
    form = client.get(change_url(article)).context["adminform"].form

    client.post(
        change_url(article), typed(article, typed_tags=form["typed_tags"].value())
    )

    assert [tag["name"] for tag in article.tag_links()] == [
        "Paris, Texas",
        'The "wall"',
    ]


@pytest.fixture
def paris(settings):
    settings.TIME_ZONE = "Europe/Paris"


def shown_times(client, article):
    """The times in a story's form, as it shows them."""
    form = client.get(change_url(article)).context["adminform"].form
    shown = {}
    for name in ["published_at", "expires_at"]:
        parts = form.fields[name].widget.decompress(form[name].value())
        shown |= {f"{name}_{n}": str(part or "") for n, part in enumerate(parts)}
    return shown


@pytest.mark.parametrize(
    "published_at",
    [
        datetime(2025, 11, 16, 6, 15, tzinfo=UTC),
        # Both of the hours that are called two o'clock, and what no input shows.
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        datetime(2025, 10, 26, 1, 30, 15, 123456, tzinfo=UTC),
    ],
)
def test_saving_unchanged_moves_no_time(client, editor, paris, published_at):
    article = ArticleFactory(published=True, published_at=published_at)

    response = client.post(
        change_url(article), typed(article, **shown_times(client, article))
    )

    article.refresh_from_db()
    assert response.status_code == 302
    assert article.published_at == published_at


def test_typed_time_is_the_publications_and_the_form_says_so(client, editor, paris):
    times = {"published_at_0": "2025-10-26", "published_at_1": "02:30"}

    client.post(reverse("admin:articles_article_add"), typed(**times))

    article = Article.objects.get()
    assert article.published_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert (
        "Time zone: Europe/Paris." in client.get(change_url(article)).content.decode()
    )


@pytest.mark.parametrize("app", ["articles", "newsletter", "republishing"])
def test_every_time_that_editors_type_names_its_zone(rf, editor, app):
    request = rf.get("/")
    request.user = editor
    forms = []
    for model in apps.get_app_config(app).get_models():
        if admin.site.is_registered(model):
            found = admin.site.get_model_admin(model)
            forms.append(found.get_form(request, change=True))
            forms += [
                inline.get_formset(request).form
                for inline in found.get_inline_instances(request)
            ]

    fields = [field for form in forms for field in form.base_fields.values()]

    times = [field for field in fields if isinstance(field, SplitDateTimeField)]
    assert fields
    assert [field for field in times if not isinstance(field, ZonedTimeField)] == []


@pytest.mark.parametrize(
    ("day", "time"),
    [("2026-03-29", "02:30"), ("9999-12-31", "23:59"), ("0001-01-01", "00:00")],
)
def test_time_that_no_clock_shows_is_refused(client, editor, paris, day, time):
    times = {"published_at_0": day, "published_at_1": time}

    response = client.post(reverse("admin:articles_article_add"), typed(**times))

    assert list(response.context["adminform"].form.errors) == ["published_at"]


def test_live_story_without_its_time_is_refused(client, editor):
    article = ArticleFactory(published=True)

    response = client.post(
        change_url(article), typed(article, published_at_0="", published_at_1="")
    )

    assert list(response.context["adminform"].form.errors) == ["published_at"]


def test_copy_of_a_live_story_is_a_draft_at_another_address(client, editor):
    article = ArticleFactory(published=True)

    client.post(change_url(article), typed(article, _saveasnew="1"))

    copy = Article.objects.exclude(pk=article.pk).get()
    assert (copy.pub_status, copy.published_at) == ("withheld", None)
    assert copy.slug != article.slug
    assert copy.uuid != article.uuid


def test_editor_publishes_and_withdraws_with_buttons(client, editor):
    article = CompleteArticleFactory()
    list_url = reverse("admin:articles_article_changelist")

    client.post(
        list_url, {"action": "publish_selected", "_selected_action": [article.pk]}
    )
    shown = client.get(article.get_absolute_url()).status_code
    client.post(
        list_url, {"action": "withdraw_selected", "_selected_action": [article.pk]}
    )
    hidden = client.get(article.get_absolute_url()).status_code

    assert (shown, hidden) == (200, 404)


def test_reporter_cannot_publish(client, reporter):
    article = CompleteArticleFactory()

    client.post(
        reverse("admin:articles_article_changelist"),
        {"action": "publish_selected", "_selected_action": [article.pk]},
    )

    article.refresh_from_db()
    assert article.pub_status == "withheld"


def test_reporter_may_read_but_not_touch_what_readers_see(client, reporter):
    article = ArticleFactory(published=True)

    shown = client.get(change_url(article))
    changed = client.post(change_url(article), typed(article, headline="Taken over"))
    deleted = client.post(
        reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"}
    )
    in_bulk = client.post(
        reverse("admin:articles_article_changelist"),
        {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"},
    )

    article.refresh_from_db()
    assert (shown.status_code, changed.status_code, deleted.status_code) == (
        200,
        403,
        403,
    )
    assert in_bulk.status_code in {200, 403}
    assert article.headline != "Taken over"


def test_reporter_changes_a_draft(client, reporter):
    article = ArticleFactory()

    client.post(change_url(article), typed(article, headline="Better"))

    article.refresh_from_db()
    assert article.headline == "Better"


@pytest.mark.parametrize("name", ["publication", "section", "page", "frontpageslot"])
def test_settings_are_closed_to_a_reporter(client, reporter, name):
    assert client.get(reverse(f"admin:articles_{name}_changelist")).status_code == 403
    assert client.get(reverse(f"admin:articles_{name}_add")).status_code == 403


def test_publication_is_one_form_and_its_name_shows_at_once(client, editor, committing):
    client.get("/")
    data = {
        "name": "The Post",
        "republishing_link_text": "this form",
        "social_links": "",
    }

    with committing():
        client.post(reverse("admin:articles_publication_add"), data)

    assert Publication.objects.get().pk == 1
    assert "The Post" in client.get("/").content.decode()
    assert (
        client.get(reverse("admin:articles_publication_changelist")).status_code == 302
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("republishing_notice", "No place for the link."),
        ("social_links", "Mastodon javascript:alert(1)"),
        ("social_links", "https://no-name.example"),
        ("corrections_policy_url", "javascript:alert(1)"),
        ("ethics_policy_url", "//elsewhere.example"),
    ],
)
def test_publication_refuses_what_would_break_pages(client, editor, field, value):
    data = {"name": "The Post", "republishing_link_text": "this form", field: value}

    response = client.post(reverse("admin:articles_publication_add"), data)

    assert list(response.context["adminform"].form.errors) == [field]


@pytest.mark.parametrize("slug", ["search", "sitemap-x", "admin", "Upper", "a b"])
def test_section_cannot_take_an_address_of_the_site(client, editor, slug):
    response = client.post(
        reverse("admin:articles_section_add"),
        {"name": "New", "slug": slug, "position": 0},
    )

    assert list(response.context["adminform"].form.errors) == ["slug"]


def test_page_cannot_take_the_address_of_a_section(client, editor):
    SectionFactory(slug="world")

    response = client.post(
        reverse("admin:articles_page_add"),
        {"title": "World", "slug": "world", "position": 0},
    )

    assert list(response.context["adminform"].form.errors) == ["slug"]


def test_renamed_section_keeps_its_old_address(client, editor):
    section = SectionFactory(name="World", slug="world")

    client.post(
        reverse("admin:articles_section_change", args=[section.pk]),
        {"name": "Planet", "slug": "planet", "position": 1, "is_in_navigation": "on"},
    )

    assert client.get("/world/").url == "/planet/"
    section.refresh_from_db()
    assert section.name == "Planet"


TAG_INLINE = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}


@pytest.mark.parametrize("name", ["SANTE", "sante\u0301", "Health"])
def test_tag_in_another_spelling_is_refused_by_name(client, editor, name):
    tag = TagFactory(name="Santé", slug="sante")
    tag.aliases.create(name="Health", slug="health")

    response = client.post(
        reverse("admin:articles_tag_add"), {"name": name, "slug": "", **TAG_INLINE}
    )

    assert list(response.context["adminform"].form.errors) == ["name"]


@pytest.mark.parametrize("count", [1, 3])
def test_article_list_query_count(client, editor, django_assert_num_queries, count):
    for _ in range(count):
        ArticleFactory(published=True, by=[AuthorFactory(), AuthorFactory()])
    url = reverse("admin:articles_article_changelist")
    client.get(url)

    with django_assert_num_queries(7):
        client.get(url)


def test_markup_in_names_is_text_everywhere_in_the_admin(client, editor):
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    article = ArticleFactory(
        headline=evil,
        section=SectionFactory(name=evil),
        tagged=[evil],
        by=[AuthorFactory(name=evil)],
    )
    paths = [
        reverse("admin:articles_article_changelist"),
        change_url(article),
        reverse("admin:articles_article_delete", args=[article.pk]),
        reverse("admin:articles_article_history", args=[article.pk]),
        reverse("admin:articles_tag_changelist"),
        reverse("admin:articles_section_changelist"),
    ]
    client.post(
        paths[0], {"action": "publish_selected", "_selected_action": [article.pk]}
    )

    for path in paths:
        assert "<script>alert" not in client.get(path).content.decode(), path


@pytest.mark.parametrize("name", ["tag", "author"])
def test_stories_are_found_by_the_new_name_of_their_tag_or_author(client, editor, name):
    tag, author = TagFactory(name="Before"), AuthorFactory(name="Before")
    article = ArticleFactory(published=True, tagged=["Before"], by=[author])
    found = {"tag": tag, "author": author}[name]

    client.post(
        reverse(f"admin:articles_{name}_change", args=[found.pk]),
        {"name": "Zanzibar", "slug": "zanzibar", **TAG_INLINE},
    )

    assert article.headline in client.get("/search/?q=zanzibar").content.decode()


@pytest.mark.parametrize("is_bulk", [True, False])
@pytest.mark.parametrize("name", ["section", "page", "tag"])
def test_what_is_deleted_is_gone_from_readers_at_once(
    client, editor, name, is_bulk, committing
):
    article = ArticleFactory(published=True, tagged=["Oddities"])
    search.index([article])
    row = {
        "section": lambda: SectionFactory(name="Oddities"),
        "page": lambda: PageFactory(title="Oddities"),
        "tag": article.tags.get,
    }[name]()
    client.get("/")
    data = {"post": "yes"}
    url = reverse(f"admin:articles_{name}_delete", args=[row.pk])
    if is_bulk:
        data |= {"action": "delete_selected", "_selected_action": [row.pk]}
        url = reverse(f"admin:articles_{name}_changelist")

    with committing():
        client.post(url, data)

    assert not type(row).objects.exists() or name == "section"
    assert "Oddities" not in client.get("/").content.decode()
    assert not search.search("oddities").hits or name != "tag"
    assert client.get(article.get_absolute_url()).status_code == 200


def test_what_stories_need_is_not_deleted(client, editor):
    picture = PictureFactory()
    article = ArticleFactory(published=True, by=[AuthorFactory()], lead_picture=picture)
    kept = [article.section, article.authors.get(), picture]

    for row in kept:
        name = row._meta.model_name
        client.post(
            reverse(f"admin:articles_{name}_delete", args=[row.pk]), {"post": "yes"}
        )

    for row in kept:
        row.refresh_from_db()
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("slug", ["a/b", "A B", "<script>", "x?y"])
def test_tag_takes_only_what_can_stand_in_an_address(client, editor, slug):
    inline = {f"aliases-{name}_FORMS": "0" for name in ["TOTAL", "INITIAL"]}

    response = client.post(
        reverse("admin:articles_tag_add"), {"name": "Ferries", "slug": slug, **inline}
    )

    assert list(response.context["adminform"].form.errors) == ["slug"]


def test_list_lets_each_headline_choose_its_direction(client, editor):
    ArticleFactory(headline="מה אמר BBC?")

    html = client.get(reverse("admin:articles_article_changelist")).content.decode()

    assert "<bdi>מה אמר BBC?</bdi>" in html
