"""Whatever is sent to the editors' pages, the answer is never a server error."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article
from tests.factories.articles import ArticleFactory, UserFactory
from tests.newsroom.every_address import arguments, desk, filled
from tests.newsroom.odd import FEW, answer, forms_in, odd_form, raw_values, world
from tests.newsroom.test_odd_requests import BODIES, TYPES

pytestmark = pytest.mark.django_db
__all__ = ["world"]

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ADDRESSES = [one for one in desk() if one[0] != "admin:logout"]
NAMES = [
    *["q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "ids"],
    *["id", "pk__in", "id__exact", "id__isnull", "created_by__password", "_facets"],
    *["from", "to", "month", "year", "section", "state", "status", "view", "term"],
    *["app_label", "model_name", "field_name", "next", "pub_status__exact", "tag"],
]


def filters_of(model_admin):
    """The names of the query that a list's own filters and its calendar read."""
    names = []
    for one in model_admin.get_list_filter(None):
        name = one[0] if isinstance(one, tuple) else one
        name = getattr(name, "parameter_name", name)
        if isinstance(name, str):
            names += [name, f"{name}__exact", f"{name}__id__exact", f"{name}__gte"]
            names += [f"{name}__isnull", f"{name}__in", f"{name}__range"]
            names += [f"{name}__{one}" for one in ("regex", "contains", "date", "lt")]
    if calendar := model_admin.date_hierarchy:
        names += [f"{calendar}__{part}" for part in ("year", "month", "day", "gte")]
    return names


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss"))
    return client


@FEW
@given(model=st.sampled_from(MODELS), data=st.data())
def test_odd_query_of_a_list_is_no_error(world, boss, model, data):
    names = NAMES + filters_of(admin.site._registry[model]) * 3
    pairs = data.draw(
        st.lists(st.tuples(st.sampled_from(names), raw_values), min_size=1, max_size=4)
    )
    query = "&".join(f"{name}={value}" for name, value in pairs)
    label = model._meta.label_lower.replace(".", "_")

    answer(boss, "GET", f"{reverse(f'admin:{label}_changelist')}?{query}")


@FEW
@given(address=st.sampled_from(ADDRESSES), data=st.data())
def test_odd_address_is_no_error(world, boss, address, data):
    name, route = address
    right = world.values(name, route)
    values = {
        argument: data.draw(st.one_of(raw_values, st.just(right[argument])))
        for argument in arguments(route)
    }
    query = f"{data.draw(st.sampled_from(NAMES))}={data.draw(raw_values)}"

    answer(boss, "GET", f"{filled(route, values)}?{query}")


@FEW
@given(
    address=st.sampled_from(ADDRESSES),
    content_type=st.sampled_from(TYPES),
    body=st.sampled_from(BODIES),
)
def test_odd_body_is_no_error(world, boss, address, content_type, body):
    name, route = address

    path = world.path(name, route)

    answer(boss, "POST", path, data=body, content_type=content_type)


@FEW
@given(address=st.sampled_from(ADDRESSES), data=st.data())
def test_odd_answer_to_a_form_is_no_error(world, boss, address, data):
    path = world.path(*address)
    page = answer(boss, "GET", path)
    if page.status_code != 200 or not page.content.lstrip().startswith(b"<!"):
        return
    for fields in forms_in(page.content):
        answer(boss, "POST", path, **data.draw(odd_form(fields)))


@FEW
@given(model=st.sampled_from(MODELS), data=st.data())
def test_odd_action_is_no_error(world, boss, model, data):
    label = model._meta.label_lower.replace(".", "_")
    actions = st.sampled_from(
        ["delete_selected", *[name for name in vars(type(admin.site._registry[model]))
         if not name.startswith("_")]]
    )  # fmt: skip
    fields = {
        "action": data.draw(actions),
        "_selected_action": data.draw(raw_values),
        "select_across": data.draw(st.sampled_from(["0", "1", "x"])),
        "index": data.draw(st.sampled_from(["0", "9", "-1", "x", ""])),
    }
    body = "&".join(f"{name}={value}" for name, value in fields.items())

    answer(
        boss,
        "POST",
        reverse(f"admin:{label}_changelist"),
        data=body.encode(),
        content_type="application/x-www-form-urlencoded",
    )


def test_rows_chosen_by_an_impossible_key_are_nobody(boss):
    chosen = {"action": "delete_selected", "_selected_action": ["", "x", "9" * 30]}
    user = User.objects.get(username="boss")
    chosen["_selected_action"].append(str(user.pk))

    response = boss.post(reverse("admin:auth_user_changelist"), chosen)

    assert response.status_code == 200
    assert list(response.context["queryset"]) == [user]


@pytest.mark.parametrize(
    "query", ["headline__regex=(", "slug__range=", "slug__range=a", "body__contains=a"]
)
def test_comparison_that_no_filter_makes_is_not_made(boss, query):
    ArticleFactory(headline="(")

    response = boss.get(f"{reverse('admin:articles_article_changelist')}?{query}")

    assert response.status_code == 200
    assert response.context["cl"].result_count == Article.objects.count()


@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("field", ["", "password", "nothing"])
def test_field_that_is_none_hands_nothing_back(boss, page, field):
    address = reverse(f"admin:articles_author_{page}")

    assert boss.get(f"{address}?_popup=1&_to_field={field}").status_code == 200


@pytest.mark.parametrize(("role", "status"), [("Reporter", 404), ("Editor", 302)])
def test_address_of_a_draft_is_told_to_who_may_see_it(client, role, status):
    client.force_login(UserFactory(role=role))
    article = ArticleFactory(created_by=UserFactory())
    kind = ContentType.objects.get_for_model(Article).pk

    response = client.get(reverse("admin:view_on_site", args=[kind, article.pk]))

    assert response.status_code == status
