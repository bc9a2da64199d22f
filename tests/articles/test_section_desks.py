"""Who is bound to sections works with the stories of those, and with their own."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from articles import workflow
from articles.models import Article, SectionDesk
from articles.models.desk import desks_of
from tests.articles.desk import form_data
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "admin:articles_article_changelist"
# Whose story, and in which section, beside who opens it.
WHERE = ["own, elsewhere", "byline, elsewhere", "others, at desk", "others, elsewhere"]
SEES = {
    ("Reporter", False): {"own, elsewhere", "byline, elsewhere"},
    ("Reporter", True): {"own, elsewhere", "byline, elsewhere"},
    ("Editor", False): set(WHERE),
    ("Editor", True): set(WHERE) - {"others, elsewhere"},
    ("Administrator", False): set(WHERE),
    ("Administrator", True): set(WHERE) - {"others, elsewhere"},
    ("Front-page editor", False): set(WHERE),
    ("Front-page editor", True): set(WHERE) - {"others, elsewhere"},
}
PUBLISH = {"Editor", "Administrator"}
CHANGE = {*PUBLISH, "Reporter"}
CASES = [
    (role, is_bound, where, where in seen)
    for (role, is_bound), seen in SEES.items()
    for where in WHERE
]
matrix = pytest.mark.parametrize(("role", "is_bound", "where", "is_seen"), CASES)


@pytest.fixture
def desk():
    return SectionFactory(name="Sport")


def bound(user, *sections):
    for section in sections:
        SectionDesk.objects.create(user=user, section=section)
    return user


@pytest.fixture
def stage(client, desk):
    """Logs a user in and makes a story; returns both."""

    def make(role, is_bound, where):
        user = UserFactory(role=role)
        if is_bound:
            bound(user, desk)
        client.force_login(user)
        fields = {"section": desk} if where == "others, at desk" else {}
        if where == "own, elsewhere":
            fields["created_by"] = user
        if where == "byline, elsewhere":
            fields["by"] = [AuthorFactory(user=user)]
        return user, CompleteArticleFactory(headline="Harbour", **fields)

    return make


def change_url(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@matrix
def test_list_and_direct_address(client, stage, role, is_bound, where, is_seen):
    _, article = stage(role, is_bound, where)

    listed = list(client.get(reverse(LIST)).context["cl"].queryset)
    code = client.get(change_url(article)).status_code

    assert (listed, code) == (([article], 200) if is_seen else ([], 302))


@matrix
def test_query_and_row_agree(stage, role, is_bound, where, is_seen):
    user, article = stage(role, is_bound, where)

    found = list(Article.objects.reachable_by(user))

    assert found == ([article] if is_seen else [])
    assert workflow.may_open(user, article) == is_seen
    assert workflow.may_change(user, article) == (is_seen and role in CHANGE)


@matrix
def test_history_compare_and_beat(client, stage, role, is_bound, where, is_seen):
    _, article = stage(role, is_bound, where)
    names = ["history", "compare"]

    codes = [
        client.get(reverse(f"admin:articles_article_{name}", args=[article.pk]))
        for name in names
    ]
    beat = client.post(
        reverse("admin:articles_article_editing", args=[article.pk]),
        {"tab": "t"},
    )

    shown = 200 if role in CHANGE else 403
    assert codes[0].status_code == (shown if is_seen else 404)
    assert [code.status_code for code in codes[1:]] == [
        (404 if role in CHANGE else 403) if is_seen else 404
    ]
    # Nothing tells a story out of reach from one that is gone.
    assert (beat.json() == {"is_closed": True}) == (not is_seen or role not in CHANGE)


@matrix
def test_bulk_publication(client, stage, role, is_bound, where, is_seen):
    _, article = stage(role, is_bound, where)

    client.post(
        reverse(LIST),
        {"action": "publish_selected", "_selected_action": [article.pk]},
    )

    article.refresh_from_db()
    assert article.is_live == (is_seen and role in PUBLISH)


@matrix
def test_bulk_and_direct_deletion(client, stage, role, is_bound, where, is_seen):
    _, article = stage(role, is_bound, where)
    sent = {
        "_selected_action": [article.pk],
        "action": "delete_selected",
        "post": "yes",
    }

    client.post(reverse(LIST), sent)
    client.post(reverse("admin:articles_article_delete", args=[article.pk]), sent)

    assert Article.objects.exists() == (not (is_seen and role in CHANGE))


@matrix
def test_forged_form_and_step(client, stage, role, is_bound, where, is_seen):
    user, article = stage(role, is_bound, where)
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    data = form_data(client.get(change_url(article)))
    client.force_login(user)

    client.post(change_url(article), {**data, "headline": "Forged", "_save": "1"})

    article.refresh_from_db()
    assert (article.headline == "Forged") == (is_seen and role in CHANGE)


@pytest.mark.parametrize("is_bound", [True, False])
def test_autocomplete_finds_what_one_may_open(client, desk, is_bound):
    user = UserFactory(role="Front-page editor")
    if is_bound:
        bound(user, desk)
    client.force_login(user)
    here, there = ArticleFactory(section=desk), ArticleFactory()

    found = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "articles",
            "model_name": "frontpageslot",
            "field_name": "article",
            "term": "Harbour",
        },
    ).json()["results"]

    keys = {int(entry["id"]) for entry in found}
    assert keys == ({here.pk} if is_bound else {here.pk, there.pk})


def test_front_page_is_not_for_those_bound_to_a_section(client, desk):
    client.force_login(bound(UserFactory(role="Front-page editor"), desk))
    ArticleFactory(headline="Top secret", published=True)

    page = client.get(reverse("admin:articles_frontpageslot_changelist"))

    assert (page.status_code, "Top secret" in page.text) == (403, False)


def test_superuser_is_bound_to_nothing(desk):
    boss = bound(User.objects.create_superuser("boss"), desk)
    article = ArticleFactory()

    assert desks_of(boss) is None
    assert list(Article.objects.reachable_by(boss)) == [article]


@pytest.mark.parametrize("is_bound", [True, False])
def test_reach_is_one_statement(desk, django_assert_num_queries, is_bound):
    user = UserFactory(role="Editor")
    if is_bound:
        bound(user, desk)
    user = User.objects.get(pk=user.pk)
    user.has_perm("articles.see_others_article")
    article = ArticleFactory(section=desk)

    with django_assert_num_queries(1):
        list(Article.objects.reachable_by(user))
    with django_assert_num_queries(1):
        for _ in range(3):
            workflow.may_open(user, article)


# The section of a story -------------------------------------------------------------


def sections_to_choose(response):
    field = response.context["adminform"].form.fields["section"]
    return set(field.queryset.values_list("name", flat=True))


def test_bound_editor_chooses_among_own_sections(client, desk):
    client.force_login(bound(UserFactory(role="Editor"), desk))
    SectionFactory(name="World")

    page = client.get(reverse("admin:articles_article_add"))

    assert sections_to_choose(page) == {"Sport"}


def test_own_story_keeps_its_present_section_and_goes_nowhere_else(client, desk):
    user = bound(UserFactory(role="Editor"), desk)
    client.force_login(user)
    world, culture = SectionFactory(name="World"), SectionFactory(name="Culture")
    article = ArticleFactory(created_by=user, section=world)
    page = client.get(change_url(article))
    data = {**form_data(page), "headline": "New words", "_continue": "1"}

    client.post(change_url(article), data)
    article.refresh_from_db()
    kept = (article.section, article.headline)
    data = form_data(client.get(change_url(article)))
    refused = client.post(
        change_url(article), {**data, "section": culture.pk, "body": "<p>Kept.</p>"}
    )

    assert sections_to_choose(page) == {"Sport", "World"}
    assert kept == (world, "New words")
    assert refused.context["adminform"].form.errors == {
        "section": ["You work for other sections. Choose one of yours."]
    }
    assert "Kept." in refused.content.decode()
    article.refresh_from_db()
    assert article.section == world


def test_refused_section_does_not_come_in_by_a_conflict(client, desk):
    user = bound(UserFactory(role="Editor"), desk)
    client.force_login(user)
    article = ArticleFactory(section=desk)
    data = form_data(client.get(change_url(article)))
    Article.objects.filter(pk=article.pk).update(headline="By somebody else")
    forged = SectionFactory()
    client.post(change_url(article), {**data, "section": forged.pk, "_save": "1"})
    conflict = article.revisions.get(kind="conflict")
    url = reverse("admin:articles_article_conflict", args=[article.pk, conflict.pk])
    seen = client.get(url).context["seen_version"]
    choices = {"choice-section": "mine", "choice-headline": "theirs"}

    page = client.post(url, {**choices, "seen_version": seen})

    assert page.context["problems"] == [
        "You work for other sections: leave it in its present one."
    ]
    article.refresh_from_db()
    assert article.section == desk


# Who gives desks --------------------------------------------------------------------


def user_form(user, *sections):
    rows = {
        "desks-TOTAL_FORMS": len(sections),
        "desks-INITIAL_FORMS": 0,
        "username": user.username,
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2026-01-05",
        "date_joined_1": "09:30:00",
        "groups": list(user.groups.values_list("pk", flat=True)),
    }
    for number, section in enumerate(sections):
        rows[f"desks-{number}-section"] = section.pk
        rows[f"desks-{number}-user"] = user.pk
    return rows


def user_url(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def desks(user):
    return set(SectionDesk.objects.filter(user=user).values_list("section", flat=True))


def test_administrator_binds_a_colleague(client, desk):
    client.force_login(UserFactory(role="Administrator"))
    colleague = UserFactory(role="Editor")

    response = client.post(user_url(colleague), user_form(colleague, desk))

    assert response.status_code == 302
    assert desks(colleague) == {desk.pk}


def test_nobody_widens_their_own_desk(client, desk):
    admin = bound(UserFactory(role="Administrator"), desk)
    client.force_login(admin)
    [row] = admin.desks.all()
    sent = {
        **user_form(admin, desk),
        "desks-INITIAL_FORMS": 1,
        "desks-0-id": row.pk,
        "desks-0-DELETE": "on",
    }

    answers = [
        client.post(user_url(admin), sent).status_code,
        client.post(user_url(UserFactory()), user_form(admin)).status_code,
        client.get(reverse("admin:auth_user_add")).status_code,
    ]

    assert answers == [403, 403, 403]
    assert desks(admin) == {desk.pk}


def test_unbound_administrator_does_not_bind_themselves(client, desk):
    admin = UserFactory(role="Administrator")
    client.force_login(admin)

    client.post(user_url(admin), user_form(admin, desk))

    assert desks(admin) == set()


@pytest.mark.parametrize("role", ["Editor", "Reporter"])
def test_other_roles_give_no_desks(client, desk, role):
    client.force_login(UserFactory(role=role))
    colleague = UserFactory()

    response = client.post(user_url(colleague), user_form(colleague, desk))

    assert response.status_code == 403
    assert desks(colleague) == set()


def test_who_changes_users_by_a_permission_of_their_own_gives_desks(client, desk):
    user = UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "view_user"])
    )
    client.force_login(user)
    colleague = UserFactory()

    client.post(user_url(colleague), user_form(colleague, desk))

    assert desks(colleague) == {desk.pk}
