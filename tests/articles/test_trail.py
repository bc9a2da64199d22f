"""The page "Who did what", and the log-ins it shows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from articles import accounts, trail
from articles.models import ArticleEvent, LoginEvent, Section, SectionDesk
from newsroom.roles import ROLES
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory
from tests.factories.newsletter import SubscriberFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/articles/audittrail/"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def editor(client):
    user = UserFactory(role="Editor", first_name="Ed", last_name="Itor")
    client.force_login(user)
    LoginEvent.objects.all().delete()
    return user


def event(by=None, at=NOON, **fields):
    article = ArticleFactory(headline=fields.pop("headline", "Harbour opens"))
    return ArticleEvent.objects.create(
        article=article, by=by, at=at, **{"kind": "published", **fields}
    )


def logged(by, row, flag=CHANGE, at=NOON, message="Changed."):
    return LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=flag,
        action_time=at,
        change_message=message,
    )


def shown(client, **asked):
    return [
        (entry.by, entry.what, entry.about)
        for entry in client.get(PAGE, asked).context["entries"]
    ]


def test_three_sources_are_one_list_newest_first(client, editor):
    section = SectionFactory(name="Sport")
    event(editor, at=NOON, note="twice")
    logged(editor, section, at=NOON + timedelta(minutes=1), message="Changed Name.")
    LoginEvent.objects.create(
        kind="login",
        user=editor,
        at=NOON + timedelta(minutes=2),
        network="192.0.2.0/24",
    )
    LoginEvent.objects.create(kind="failed", at=NOON - timedelta(minutes=1))

    assert shown(client) == [
        ("Ed Itor", "Logged in", "192.0.2.0/24"),
        ("Ed Itor", "Changed Name.", "Section: Sport"),
        ("Ed Itor", "Published: twice", "Article: Harbour opens"),
        ("No known account", "Failed to log in", ""),
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "story"}, ["Published"]),
        ({"kind": "added"}, ["Added."]),
        ({"kind": "changed"}, ["Changed Name."]),
        ({"kind": "deleted"}, ["Deleted."]),
        ({"kind": "login"}, ["Logged in"]),
        ({"kind": "failed"}, ["Failed to log in"]),
        ({"about": "HARBOUR"}, ["Published"]),
        ({"about": "Sport"}, ["Added.", "Changed Name.", "Deleted."]),
        ({"begin": "2026-05-06"}, ["Logged in", "Failed to log in"]),
        ({"begin": "2026-05-05", "end": "2026-05-05", "kind": "added"}, ["Added."]),
        ({"end": "2026-05-03"}, []),
        ({"about": "nothing of the kind"}, []),
    ],
)
def test_filters(client, editor, asked, expected):
    section = SectionFactory(name="Sport")
    event(editor)
    day = timedelta(days=1)
    logged(editor, section, ADDITION, at=NOON + day)
    logged(editor, section, at=NOON + day - timedelta(hours=1), message="Changed Name.")
    logged(editor, section, DELETION, at=NOON + day - timedelta(hours=2))
    LoginEvent.objects.create(kind="login", user=editor, at=NOON + 3 * day)
    LoginEvent.objects.create(kind="failed", user=editor, at=NOON + 2 * day)

    assert [what for _, what, _ in shown(client, **asked)] == expected


def test_filter_by_person(client, editor):
    colleague = UserFactory(first_name="Col", last_name="League")
    for user in [editor, colleague]:
        event(user)
        logged(user, SectionFactory())
        LoginEvent.objects.create(kind="login", user=user)

    found = shown(client, person=colleague.pk)

    assert [by for by, _, _ in found] == ["Col League"] * 3


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "abc"}, {"person": "9" * 30}, {"kind": "x"}, {"begin": "x"},
        {"end": "9999-12-31"}, {"begin": "0001-01-01"},
        {"about": "x" * 300},
    ],
)  # fmt: skip
def test_bad_filter_is_told_beside_its_field(client, editor, asked):
    event(editor)

    response = client.get(PAGE, asked)

    assert list(response.context["form"].errors) == list(asked)
    assert response.context["entries"] == []


@pytest.mark.parametrize(
    "after",
    ["x", "~~", "2026-05-04~0~1", "0001-01-01T00:00:00+14:00~0~1",
     f"2026-05-04T12:00:00+00:00~0~{'9' * 30}", "2026-99-99T12:00:00+00:00~0~1"],
)  # fmt: skip
def test_broken_link_shows_the_first_page(client, editor, after):
    event(editor)

    assert len(shown(client, after=after)) == 1


def test_pages_show_everything_once_also_at_one_instant(client, editor, monkeypatch):
    monkeypatch.setattr(trail, "PAGE_SIZE", 4)
    section = SectionFactory()
    for number in range(3):
        event(editor, note=f"step {number}")
        logged(editor, section, message=f"Changed {number}.")
        LoginEvent.objects.create(kind="login", at=NOON, network=f"192.0.{number}.0/24")
    event(editor, at=NOON - timedelta(days=1), note="step 9")

    seen, url = [], PAGE
    for _ in range(3):
        context = client.get(url).context
        seen += [(entry.what, entry.about) for entry in context["entries"]]
        url = f"{PAGE}?{context['older']}"

    assert context["older"] == ""
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(client, editor, django_assert_num_queries, count):
    for _ in range(count):
        event(editor)
        logged(editor, SectionFactory())
        LoginEvent.objects.create(kind="login", user=editor)
    client.get(PAGE)

    # Session, account, two of permissions, desks; people; three sources; publication.
    with django_assert_num_queries(9):
        client.get(PAGE)


def test_each_source_is_read_by_an_index_in_its_order():
    plans = [
        ArticleEvent.objects.order_by("-at", "-pk")[:50].explain(),
        LogEntry.objects.order_by("-action_time", "-pk")[:50].explain(),
        LoginEvent.objects.order_by("-at", "-pk")[:50].explain(),
    ]

    if connection.vendor == "sqlite":
        assert ["TEMP B-TREE" in plan for plan in plans] == [False] * 3
    names = {
        name
        for table in [
            "articles_articleevent",
            "django_admin_log",
            "articles_loginevent",
        ]
        for name in connection.introspection.get_constraints(connection.cursor(), table)
    }
    assert names >= {
        "articles_articleevent_latest",
        "articles_logentry_latest",
        "articles_loginevent_latest",
    }


# Who sees it, and what never stands in it ---------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_see_it(client, role):
    client.force_login(UserFactory(role=role))

    code = client.get(PAGE).status_code
    index = client.get("/admin/").content.decode()

    may = role in {"Editor", "Administrator"}
    assert (code, PAGE in index) == ((200, True) if may else (403, False))


def test_who_is_bound_to_a_section_does_not_see_what_all_do(client, editor):
    SectionDesk.objects.create(user=editor, section=SectionFactory())

    assert client.get(PAGE).status_code == 403


def test_permission_alone_opens_it(client):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_audit_trail"))
    client.force_login(user)

    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("path", ["", "add/", "1/change/", "1/delete/", "1/history/"])
def test_nothing_in_it_can_be_changed(client, path):
    client.force_login(User.objects.create_superuser("boss"))
    row = event(headline="Harbour")
    before = ArticleEvent.objects.count()

    code = client.post(
        PAGE + path.replace("1", str(row.pk)), {"post": "yes"}
    ).status_code

    assert code in {404, 405}
    assert ArticleEvent.objects.count() == before


def test_addresses_of_readers_are_never_shown(client, editor):
    subscriber = SubscriberFactory(email="reader@example.org")
    logged(editor, subscriber, DELETION)
    logged(editor, subscriber, message="Changed reader@example.org.")

    page = client.get(PAGE).content.decode()

    assert "reader@" not in page
    assert [about for _, _, about in shown(client)] == ["Subscriber: [address]"] * 2


def test_names_with_markup_are_text(client, editor):
    event(editor, headline="<script>alert(1)</script>")
    logged(editor, SectionFactory(name="<b>{{ 7|add:7 }}</b>"))

    page = client.get(PAGE).content.decode()

    assert "<script>alert" not in page
    assert "<b>{{ 7|add:7 }}" not in page


def test_change_of_a_role_is_told_with_before_and_after(client):
    client.force_login(UserFactory(role="Administrator"))
    colleague = UserFactory(role="Reporter")
    sent = {
        "username": colleague.username, "is_active": "on", "is_staff": "on",
        "date_joined_0": "2026-01-05", "date_joined_1": "09:30:00",
        "groups": [Group.objects.get(name="Editor").pk],
        "desks-TOTAL_FORMS": "1", "desks-INITIAL_FORMS": "0",
        "desks-0-section": Section.objects.create(name="Sport", slug="sport").pk,
        "desks-0-user": colleague.pk,
    }  # fmt: skip
    client.post(reverse("admin:auth_user_change", args=[colleague.pk]), sent)

    [(_, what, _)] = shown(client, kind="changed")

    assert "Groups (Reporter → Editor)" in what
    assert "Added section desk “Sport”" in what


# Log-ins ----------------------------------------------------------------------------


def log_in(client, name, password, address="203.0.113.77"):
    client.post(
        reverse("admin:login"),
        {"username": name, "password": password},
        REMOTE_ADDR=address,
    )


def test_log_ins_and_failures_are_rows(client):
    user = User.objects.create_superuser("boss", password="correct horse battery")

    log_in(client, "boss", "wrong")
    log_in(client, "my secret password", "boss")
    log_in(client, "boss", "correct horse battery", address="2001:db8:1:2::3")

    rows = LoginEvent.objects.order_by("pk").values_list("kind", "user", "network")
    assert list(rows) == [
        ("failed", user.pk, "203.0.113.0/24"),
        ("failed", None, "203.0.113.0/24"),
        ("login", user.pk, "2001:db8:1::/48"),
    ]


def test_log_in_without_a_request_is_a_row(client):
    user = UserFactory()

    accounts.record_login(user, RequestFactory().get("/", REMOTE_ADDR=""))
    accounts.record_failed_login({})

    assert list(LoginEvent.objects.order_by("pk").values_list("kind", "network")) == [
        ("login", ""),
        ("failed", ""),
    ]
    assert LoginEvent.objects.first().at <= timezone.now()
