"""The front page's desk: who places what where, and what readers see of it."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import placing
from articles.actions import RefusedError
from articles.front_page import arrange, edition
from articles.models import Article, FrontPageEvent, FrontPageSlot
from articles.placing import FrontPageChangedError
from articles.search import index
from tests.factories.articles import (
    ArticleFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DESK = reverse("admin:articles_frontpageslot_changelist")
PREVIEW = reverse("admin:articles_frontpageslot_preview")
HOUR = timedelta(hours=1)


@pytest.fixture
def user():
    return UserFactory(role="Front-page editor", username="ayla")


@pytest.fixture
def section():
    return SectionFactory(name="Politics")


@pytest.fixture
def newest(section):
    """Twenty stories that readers see, the newest first."""
    return stories(20, section)


@pytest.fixture
def desk(client, user):
    client.force_login(user)
    return client


def stories(count, section, **fields):
    now = timezone.now()
    return [
        ArticleFactory(
            published=True,
            section=section,
            published_at=now - HOUR * (number + 1),
            **fields,
        )
        for number in range(count)
    ]


def page_now():
    now = timezone.now()
    slots = FrontPageSlot.objects.unended(at=now)
    return arrange(slots.with_stories(Article.objects.published(at=now)), at=now)


def put(article, area, position, user, **fields):
    return placing.place(
        article,
        area=area,
        position=position,
        by=user,
        seen_version=page_now().version(),
        **fields,
    )


def shown(area="secondary"):
    return edition()[area]


def press(client, value, *, version=None):
    version = page_now().version() if version is None else version
    return client.post(DESK, {"press": value, "version": version})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def rows():
    fields = ["article", "area", "position"]
    return list(FrontPageSlot.objects.order_by("pk").values_list(*fields))


def notes():
    return list(FrontPageEvent.objects.order_by("pk").values_list("kind", "note"))


# Places -----------------------------------------------------------------------------


def test_pinned_story_keeps_its_place_among_automatic_ones(newest, user):
    put(newest[15], "secondary", 2, user)

    assert shown() == [newest[1], newest[2], newest[15], newest[3]]


def test_automatic_story_is_pinned_where_it_stands(newest, user):
    before = edition()

    put(before["secondary"][1], "secondary", 1, user)
    put(before["latest"][6], "latest", 6, user)
    put(before["rails"][0]["articles"][3], "rail", 3, user)

    assert edition() == before


def test_new_pin_pushes_those_below_it_down_until_it_ends(newest, user):
    first, second, third = newest[17:]
    put(first, "secondary", 0, user)
    put(second, "secondary", 1, user)
    ends_at = timezone.now() + HOUR

    put(third, "secondary", 0, user, times=(None, ends_at))

    assert shown()[:3] == [third, first, second]
    assert edition(at=ends_at)["secondary"][:2] == [first, second]


def test_new_pin_stands_exactly_where_it_was_put_among_pushed_ones(newest, user):
    for article in newest[15:18]:
        put(article, "secondary", 0, user)
    assert shown()[:3] == [newest[17], newest[16], newest[15]]

    put(newest[19], "secondary", 1, user)

    assert shown() == [newest[17], newest[19], newest[16], newest[15]]


def test_new_lead_pushes_the_old_one_to_the_top_of_the_area_below(newest, user):
    put(newest[18], "secondary", 0, user)
    put(newest[17], "lead", 0, user)

    put(newest[19], "lead", 0, user)

    assert shown("lead") == newest[19]
    assert shown()[:2] == [newest[17], newest[18]]


def test_moving_exchanges_two_pinned_stories_and_touches_no_other(newest, user):
    for position, article in enumerate(newest[16:19]):
        put(article, "secondary", position, user)

    put(newest[18], "secondary", 0, user)

    assert shown()[:3] == [newest[18], newest[17], newest[16]]


def test_moving_one_that_was_pushed_down_exchanges_what_is_seen(newest, user):
    put(newest[17], "lead", 0, user)
    put(newest[18], "lead", 0, user)
    assert (shown("lead"), shown()[0]) == (newest[18], newest[17])

    put(newest[17], "lead", 0, user)

    assert (shown("lead"), shown()[0]) == (newest[17], newest[18])


def test_moved_story_has_its_place_before_one_that_was_pushed_from_it(newest, user):
    first, pushed, last = newest[17:]
    put(first, "secondary", 2, user)
    put(pushed, "secondary", 0, user)
    put(last, "secondary", 0, user)
    assert shown()[:3] == [last, pushed, first]

    put(first, "secondary", 0, user)

    assert shown()[:3] == [first, pushed, last]


def test_move_past_an_automatic_story_leaves_its_place_to_the_newest(newest, user):
    put(newest[19], "lead", 0, user)

    put(newest[19], "latest", 7, user)

    assert shown("lead") == newest[0]
    assert shown("latest")[7] == newest[19]


def test_story_of_another_section_cannot_go_to_a_section_by_exchange(newest, user):
    other = ArticleFactory(published=True)
    put(other, "latest", 7, user)
    put(newest[19], "rail", 0, user)
    before = rows()

    with pytest.raises(RefusedError, match="not of the section Politics"):
        put(newest[19], "latest", 7, user)

    assert rows() == before


def test_pin_in_its_section_needs_a_section_in_the_navigation(user):
    section = SectionFactory(is_in_navigation=False)
    article = ArticleFactory(published=True, section=section)

    with pytest.raises(RefusedError, match="not in the navigation"):
        put(article, "rail", 0, user)

    assert rows() == []


@pytest.mark.parametrize(
    ("area", "position"),
    [("lead", 1), ("secondary", 4), ("latest", -1), ("rail", 5), ("cellar", 0)],
)
def test_place_that_is_not_there_is_refused(newest, user, area, position):
    with pytest.raises(RefusedError, match="no such place"):
        put(newest[0], area, position, user)

    assert (rows(), notes()) == ([], [])


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"withdrawn": True}, "withdrawn"),
        ({"published": True, "expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "exp"),
    ],
)
def test_story_that_readers_will_not_see_gets_no_place(user, fields, word):
    with pytest.raises(RefusedError, match=word):
        put(ArticleFactory(**fields), "lead", 0, user)

    assert rows() == []


def test_page_with_stories_has_a_lead_wherever_they_are_pinned(user):
    article = ArticleFactory(published=True)
    put(article, "latest", 5, user)

    assert edition() == {"lead": article, "secondary": [], "latest": [], "rails": []}


def test_no_story_stands_twice_whatever_the_slots_say(newest):
    for number, article in enumerate(newest[:12]):
        area = ["lead", "secondary", "latest", "rail"][number % 4]
        FrontPageSlot.objects.create(article=article, area=area, position=number % 3)

    found = edition()

    keys = [
        article.pk
        for block in [
            found["secondary"],
            found["latest"],
            found["rails"][0]["articles"],
        ]
        for article in block
    ]
    assert found["lead"].pk not in keys
    assert len(keys) == len(set(keys))


# Times ------------------------------------------------------------------------------


def test_scheduled_story_takes_its_place_when_it_is_published(newest, user, section):
    article = ArticleFactory(scheduled=True, section=section)
    put(article, "lead", 0, user)

    put(newest[5], "lead", 0, user)

    assert shown("lead") == newest[5]
    later = edition(at=article.published_at)
    assert (later["lead"], later["secondary"][0]) == (article, newest[5])


def test_planned_pin_comes_and_goes_at_its_times(newest, user):
    starts_at = timezone.now() + HOUR
    put(newest[9], "lead", 0, user, times=(starts_at, starts_at + HOUR))

    leads = [
        edition(at=at)["lead"]
        for at in [
            starts_at - timedelta(seconds=1),
            starts_at,
            starts_at + HOUR - timedelta(seconds=1),
            starts_at + HOUR,
        ]
    ]

    assert leads == [newest[0], newest[9], newest[9], newest[0]]


def test_time_that_is_past_means_at_once(newest, user):
    put(newest[8], "lead", 0, user)

    put(newest[9], "lead", 0, user, times=(timezone.now() - 9 * HOUR, None))

    assert shown("lead") == newest[9]


def test_preview_of_a_time_knows_embargoes_expiries_and_picture_rights(section):
    now = timezone.now()
    picture = PictureFactory(rights_expire_at=now + 3 * HOUR)
    old = ArticleFactory(
        published=True, section=section, lead_picture=picture, published_at=now - HOUR
    )
    embargoed = ArticleFactory(
        published=True, section=section, embargoed_until=now + HOUR
    )
    expiring = ArticleFactory(published=True, section=section, expires_at=now + HOUR)

    soon, later, last = (edition(at=now + HOUR * hours) for hours in [0, 1, 4])

    assert {soon["lead"], *soon["secondary"]} == {expiring, old}
    assert {later["lead"], *later["secondary"]} == {embargoed, old}
    pictures = {
        name: next(
            story.lead_picture
            for story in [found["lead"], *found["secondary"]]
            if story == old
        )
        for name, found in [("later", later), ("last", last)]
    }
    assert pictures == {"later": picture, "last": None}


def test_ended_pin_does_not_bar_its_story_from_a_new_place(newest, user):
    ended = timezone.now() - HOUR
    FrontPageSlot.objects.create(
        article=newest[9], area="lead", starts_at=ended - HOUR, pinned_until=ended
    )

    put(newest[9], "secondary", 3, user)

    assert rows() == [(newest[9].pk, "secondary", 3)]


# Two editors, and two presses -------------------------------------------------------


def test_stale_change_is_refused_and_nothing_is_overwritten(newest, user):
    seen = page_now().version()
    put(newest[3], "lead", 0, user)
    before = rows()

    for change in [
        lambda: placing.place(
            newest[4], area="lead", position=0, by=user, seen_version=seen
        ),
        lambda: placing.take_off(newest[3], by=user, seen_version=seen),
    ]:
        with pytest.raises(FrontPageChangedError):
            change()

    assert rows() == before
    assert [kind for kind, _ in notes()] == ["placed"]


def test_change_by_the_clock_makes_a_page_stale(newest, user):
    starts_at = timezone.now() + HOUR
    put(newest[9], "lead", 0, user, times=(starts_at, None))
    seen = page_now().version()

    with time_machine.travel(starts_at), pytest.raises(FrontPageChangedError):
        placing.place(newest[4], area="lead", position=0, by=user, seen_version=seen)


def test_second_press_of_the_same_button_changes_and_says_nothing(newest, user):
    ends_at = timezone.now() + HOUR
    for _ in range(2):
        seen = page_now().version()
        for times in [None, (None, ends_at)]:
            placing.place(
                newest[3], area="lead", position=0, by=user,
                seen_version=seen if times is None else page_now().version(),
                times=times,
            )  # fmt: skip
    seen = page_now().version()
    for _ in range(2):
        placing.place(newest[3], area="latest", position=2, by=user, seen_version=seen)
    seen = page_now().version()
    for _ in range(2):
        placing.take_off(newest[3], by=user, seen_version=seen)

    assert [kind for kind, _ in notes()] == ["placed", "timed", "moved", "removed"]


def test_first_placing_with_times_pressed_twice_is_one(newest, user):
    seen, ends_at = page_now().version(), timezone.now() + HOUR

    for _ in range(2):
        placing.place(
            newest[3], area="lead", position=0, by=user, seen_version=seen,
            times=(None, ends_at),
        )  # fmt: skip

    assert [kind for kind, _ in notes()] == ["placed"]


@time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False)
def test_history_says_who_changed_what_in_words(newest, user):
    friday = datetime(2026, 11, 27, 7, tzinfo=UTC)
    put(newest[3], "secondary", 1, user, times=(friday, friday + HOUR))
    put(newest[3], "lead", 0, user)
    put(newest[3], "lead", 0, user, times=(None, None))
    placing.take_off(newest[3], by=user, seen_version=page_now().version())

    assert notes() == [
        ("placed", "Secondary 2 from 27 November 2026, 07:00"
                   " until 27 November 2026, 08:00"),
        ("moved", "Secondary 2 → Lead"),
        ("timed", "Lead"),
        ("removed", "Lead"),
    ]  # fmt: skip
    assert {event.by for event in FrontPageEvent.objects.all()} == {user}
    newest[3].delete()
    assert set(FrontPageEvent.objects.values_list("headline", "article")) == {
        (newest[3].headline, None)
    }


# The desk ---------------------------------------------------------------------------


def lines_of(response):
    """What stands on the desk: area, story and whether it is pinned."""
    return [
        (line["label"], line["place"].article, line["place"].slot is not None)
        for area in response.context["blocks"]
        for line in area["lines"]
        if line["place"].article
    ]


def test_desk_shows_what_readers_see(desk, newest, user):
    put(newest[9], "secondary", 1, user)

    found = desk.get(DESK)

    assert lines_of(found)[:5] == [
        ("Lead", newest[0], False),
        ("Secondary 1", newest[1], False),
        ("Secondary 2", newest[9], True),
        ("Secondary 3", newest[2], False),
        ("Secondary 4", newest[3], False),
    ]
    page = lxml.html.fromstring(found.content.decode())
    counts = [node.text_content() for node in page.find_class("desk-count")]
    assert counts == [
        "1 place, 0 pinned", "4 places, 1 pinned", "8 places, 0 pinned",
        "5 places, 0 pinned",
    ]  # fmt: skip
    assert len(page.find_class("desk-place-automatic")) == 17


def test_buttons_pin_move_and_take_off(desk, newest):
    before = lines_of(desk.get(DESK))

    def button(name):
        page = lxml.html.fromstring(desk.get(DESK).content.decode())
        label = f"{name}: {newest[0]}" if ":" not in name else name
        [found] = page.xpath("//button[@aria-label=$label]", label=label)
        [version] = page.xpath("//form[@id='arrangement']/input[@name='version']")
        return desk.post(
            DESK, {"press": found.get("value"), "version": version.get("value")}
        )

    button("Pin here")
    assert lines_of(desk.get(DESK)) == [
        (label, article, article == newest[0]) for label, article, _ in before
    ]

    response = button("Move down")
    focused = lxml.html.fromstring(desk.get(response.url).content.decode())
    assert focused.xpath("//*[@autofocus]/@aria-label") == [f"Move down: {newest[0]}"]
    assert rows() == [(newest[0].pk, "secondary", 0)]

    button("Move up")
    assert rows() == [(newest[0].pk, "lead", 0)]

    desk.post(
        DESK,
        {"press": f"remove:{newest[0].pk}", "version": page_now().version()},
    )
    assert rows() == []
    events = desk.get(DESK).context["events"]
    assert [event.kind for event in events] == ["removed", "moved", "moved", "placed"]


def test_stale_press_is_told_and_the_present_page_shown(desk, newest, user):
    seen = page_now().version()
    put(newest[5], "lead", 0, user)

    response = press(desk, f"put:{newest[6].pk}:lead:0:up", version=seen)

    assert rows() == [(newest[5].pk, "lead", 0)]
    assert "Nothing was overwritten" in told(response)[0]
    assert lines_of(desk.get(response.url))[0] == ("Lead", newest[5], True)


def typed(article, **fields):
    return {
        "press": "form",
        "story": article.pk,
        "version": page_now().version(),
        "place": "lead:0",
        "starts_at_0": "",
        "starts_at_1": "",
        "pinned_until_0": "",
        "pinned_until_1": "",
        **fields,
    }


@time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False)
def test_front_page_is_planned_in_the_publication_s_zone(desk, section):
    article = ArticleFactory(section=section)
    times = {
        "starts_at_0": "2026-07-03", "starts_at_1": "07:00",
        "pinned_until_0": "2026-07-03", "pinned_until_1": "12:00",
    }  # fmt: skip

    desk.post(DESK, typed(article, **times))

    slot = FrontPageSlot.objects.get()
    zone = timezone.get_current_timezone()
    assert (slot.starts_at, slot.pinned_until) == (
        datetime(2026, 7, 3, 7, tzinfo=zone),
        datetime(2026, 7, 3, 12, tzinfo=zone),
    )
    [line] = desk.get(DESK).context["waiting"]
    assert (line["slot"], line["wanted"], line["why"]) == (
        slot,
        "Lead",
        "comes at its time",
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"place": "cellar:0"}, "place"),
        ({"place": "lead:²"}, "place"),
        ({"starts_at_0": "soon"}, "starts_at"),
        ({"pinned_until_0": "2020-01-01", "pinned_until_1": "07:00"}, "pinned_until"),
        (
            {
                "starts_at_0": "2100-01-02",
                "starts_at_1": "07:00",
                "pinned_until_0": "2100-01-01",
                "pinned_until_1": "07:00",
            },
            "pinned_until",
        ),
        ({"version": "old", "pinned_until_0": "2100-01-01"}, "pinned_until"),
    ],
)
def test_refused_form_keeps_what_was_typed_and_says_why(desk, newest, fields, field):
    response = desk.post(DESK, typed(newest[3], **fields))

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert {name: form.data[name] for name in fields} == {
        name: str(value) for name, value in fields.items()
    }
    assert rows() == []


def test_stale_form_keeps_what_was_typed(desk, newest, user):
    until = {"pinned_until_0": "2100-01-01", "pinned_until_1": "07:00"}
    sent = typed(newest[3], **until)
    put(newest[5], "lead", 0, user)

    response = desk.post(DESK, sent)

    page = lxml.html.fromstring(response.content.decode())
    form = page.get_element_by_id("place-form")
    assert "Nothing was overwritten" in form.text_content()
    assert form.fields["pinned_until_0"] == "2100-01-01"
    assert form.fields["version"] == page_now().version()
    assert rows() == [(newest[5].pk, "lead", 0)]


def test_form_of_a_pin_left_alone_changes_nothing(desk, newest, user):
    put(newest[3], "lead", 0, user, times=(None, timezone.now() + HOUR))
    before = FrontPageSlot.objects.values().get()
    page = lxml.html.fromstring(
        desk.get(f"{DESK}?story={newest[3].pk}").content.decode()
    )
    form = page.get_element_by_id("place-form")

    desk.post(DESK, {**dict(form.form_values()), "press": "form"})

    # Times are typed to the second.
    after = FrontPageSlot.objects.values().get()
    assert (after, len(notes())) == (before, 1)


@pytest.mark.parametrize(
    "value",
    ["", "put", "put:x", "put:²:lead:0", "put:999999:lead:0", f"put:{'9' * 40}:lead:0",
     "burn:1", "remove:999999", "put:1:lead:0:up:up:up"],
)  # fmt: skip
def test_press_of_nothing_is_told_and_changes_nothing(desk, value):
    response = press(desk, value)

    assert (response.status_code, rows(), len(told(response))) == (302, [], 1)


@pytest.mark.parametrize(
    "query", ["?story=x", "?story=999999", "?focus=up", "?q=%00", "?q=" + "a" * 900]
)
def test_desk_opens_with_any_address(desk, newest, query):
    assert desk.get(DESK + query).status_code == 200


def test_search_finds_stories_to_come_and_tells_where_they_stand(desk, newest, user):
    planned = ArticleFactory(headline="Budget vote", scheduled=True)
    gone = ArticleFactory(headline="Budget gone", withdrawn=True)
    live = ArticleFactory(headline="Budget row", published=True)
    put(live, "lead", 0, user)
    index([planned, gone, live])

    found = desk.get(f"{DESK}?q=budget").context["found"]

    assert gone not in [line["article"] for line in found]
    assert {line["article"]: (line["where"], line["is_pinned"]) for line in found} == {
        planned: ("", False),
        live: ("Lead", True),
    }


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"scheduled": True}, "appears when it is published"),
        ({}, "waits until it is published"),
        ({"withdrawn": True}, "is withdrawn: take it off"),
        ({"published": True, "expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "has ex"),
    ],
)
def test_slot_without_a_place_says_what_it_waits_for(desk, newest, fields, why):
    article = ArticleFactory(**fields)
    FrontPageSlot.objects.create(article=article, area="lead")

    [line] = desk.get(DESK).context["waiting"]

    assert line["slot"].article == article
    assert line["why"].startswith(why)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Reporter", 403),
        ("Newsletter editor", 403),
        ("Rights manager", 403),
        ("Front-page editor", 200),
        ("Editor", 200),
        ("Administrator", 200),
    ],
)
def test_desk_and_preview_are_for_those_who_decide(client, newest, role, expected):
    client.force_login(UserFactory(role=role))

    answers = [client.get(DESK), client.get(PREVIEW, {"in": "now"})]
    changed = press(client, f"put:{newest[0].pk}:lead:0:up")

    assert [answer.status_code for answer in answers] == [expected, expected]
    assert changed.status_code == (302 if expected == 200 else 403)
    assert len(rows()) == (expected == 200)


def test_desk_is_closed_to_who_does_not_see_all_stories(client):
    user = UserFactory()
    names = ["view_frontpageslot", "change_frontpageslot", "view_article"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)

    answers = [client.get(DESK), client.get(PREVIEW, {"in": "now"}), press(client, "")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_who_only_views_has_no_buttons(client, newest):
    user = UserFactory()
    names = ["view_frontpageslot", "see_others_article", "view_article"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)

    found = client.get(f"{DESK}?story={newest[0].pk}&q=harbour")

    page = lxml.html.fromstring(found.content.decode())
    assert page.xpath("//*[@name='press' or @name='q']") == []
    assert len(lines_of(found)) == 18
    assert press(client, f"put:{newest[0].pk}:lead:0").status_code == 403


def test_single_places_have_no_forms_and_lead_to_the_desk(desk, newest, user):
    slot = put(newest[0], "lead", 0, user)
    addresses = [
        reverse("admin:articles_frontpageslot_add"),
        *(
            reverse(f"admin:articles_frontpageslot_{word}", args=[slot.pk])
            for word in ["change", "delete", "history"]
        ),
    ]

    assert [desk.get(url).url for url in addresses] == [DESK] * 4
    assert [desk.post(url).status_code for url in addresses] == [405] * 4
    index = desk.get(reverse("admin:index")).content.decode()
    assert f'href="{DESK}"' in index
    assert addresses[0] not in index


def test_change_needs_the_token(client, user, newest):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    response = press(strict, f"put:{newest[0].pk}:lead:0:up")

    assert (response.status_code, rows()) == (403, [])


@pytest.mark.parametrize("count", [1, 20])
def test_desk_query_count(desk, section, user, count, django_assert_max_num_queries):
    for number, article in enumerate(stories(count, section)):
        FrontPageSlot.objects.create(article=article, area="latest", position=number)
        FrontPageEvent.objects.create(kind="placed", headline="Boats", by=user)
    desk.get(DESK)

    with django_assert_max_num_queries(10):
        desk.get(DESK)
    with django_assert_max_num_queries(15):
        desk.get(f"{DESK}?q=harbour&story={article.pk}")


# Preview ----------------------------------------------------------------------------


def test_preview_shows_what_is_scheduled_and_readers_do_not_see_it(desk, section):
    now = ArticleFactory(published=True, section=section, headline="Out already")
    later = ArticleFactory(
        section=section,
        headline="Still secret",
        pub_status="usable",
        published_at=timezone.now() + timedelta(minutes=30),
    )

    before, after = (desk.get(PREVIEW, {"in": word}) for word in ["now", "hour"])
    readers = desk.get("/")

    assert [found.context["lead"] for found in [before, after, readers]] == [
        now, later, now,
    ]  # fmt: skip
    rules = after.headers["Cache-Control"].split(", ")
    assert {"private", "no-store"} <= set(rules)
    assert "public" not in rules
    assert "Only editors see this." in after.content.decode()
    assert "noindex" in after.content.decode()
    assert "Still secret" not in readers.content.decode()
    assert "preview-banner" not in readers.content.decode()


@time_machine.travel(datetime(2026, 7, 1, 21, tzinfo=UTC), tick=False)
def test_preview_of_tomorrow_morning_is_in_the_publication_s_zone(desk):
    at = desk.get(PREVIEW, {"in": "morning"}).context["preview_at"]

    assert timezone.localtime(at).replace(tzinfo=None) == datetime(2026, 7, 2, 7)  # noqa: DTZ001 - the zone's own clock


@pytest.mark.parametrize(
    "query",
    [{}, {"at_0": "soon"}, {"at_0": "2020-01-01", "at_1": "07:00"}, {"in": "x"},
     {"at_0": "99999-01-01", "at_1": "07:00"}],
)  # fmt: skip
def test_preview_of_no_time_says_so_beside_the_field(desk, query):
    response = desk.get(PREVIEW, query)

    assert response.status_code == 200
    assert list(response.context["preview_form"].errors) == ["at"]


def test_preview_of_any_time_to_come(desk, section):
    later = ArticleFactory(
        section=section,
        pub_status="usable",
        published_at=datetime(2100, 5, 4, 6, tzinfo=UTC),
    )

    found = desk.get(PREVIEW, {"at_0": "2100-05-04", "at_1": "12:00"})

    assert found.context["lead"] == later
