"""The way of a story from draft to readers, as editors of each role walk it."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from articles import copies, workflow
from articles.models import Article, ArticleDraft, Section, Status
from articles.search import index
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "admin:articles_article_changelist"
ADD = "admin:articles_article_add"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# How a story comes to be in each status.
IN = {
    Status.DRAFT: {},
    Status.IN_REVIEW: {"desk_status": "in_review"},
    Status.READY: {"desk_status": "ready"},
    Status.SCHEDULED: {"scheduled": True},
    Status.PUBLISHED: {"published": True},
    Status.EXPIRED: {"published": True, "expires_at": NOW - timedelta(days=900)},
    Status.WITHDRAWN: {"withdrawn": True},
}


@pytest.fixture
def login(client):
    def log_in(role):
        user = UserFactory(role=role)
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def editor(login):
    return login("Editor")


@pytest.fixture
def reporter(login):
    return login("Reporter")


def change_url(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def opened(client, url):
    """What a browser would send of the form at this address, as lists by name."""
    page = lxml.html.fromstring(client.get(url).content.decode())
    [form] = page.xpath("//form[@id='article_form']")
    sent = {}
    for name, value in form.form_values():
        # Browsers leave out the line break that a textarea begins with.
        sent.setdefault(name, []).append(value.removeprefix("\n"))
    for field in page.xpath("//input[@form='article_form'][@type='hidden']"):
        sent.setdefault(field.get("name"), []).append(field.get("value"))
    return sent


def press(client, article, button, **typed):
    """Open the story's form, type, press a button; return the fresh story."""
    url = change_url(article)
    client.post(url, {**opened(client, url), **typed, "_transition": button})
    return Article.objects.get(pk=article.pk)


def save(client, article, **typed):
    url = change_url(article)
    return client.post(url, {**opened(client, url), **typed, "_continue": "1"})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def kinds(article):
    return list(article.events.order_by("pk").values_list("kind", flat=True))


# The word for a story ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        *[(fields, status) for status, fields in IN.items()],
        ({"published": True, "embargoed_until": timezone.now() + HOUR}, "scheduled"),
        ({"scheduled": True, "expires_at": timezone.now() + HOUR}, "scheduled"),
        ({"scheduled": True, "expires_at": timezone.now() - HOUR}, "expired"),
        ({"desk_status": "ready", "expires_at": timezone.now() - HOUR}, "ready"),
        ({"withdrawn": True, "desk_status": "ready"}, "withdrawn"),
    ],
)
def test_row_and_query_agree_on_the_word(fields, expected):
    article = ArticleFactory(**fields)

    found = [
        status for status in Status if Article.objects.with_status(status).exists()
    ]

    assert found == [article.status] == [expected]


def test_published_is_what_readers_may_see():
    for fields in IN.values():
        ArticleFactory(**fields)

    published = Article.objects.published()

    assert list(Article.objects.with_status(Status.PUBLISHED)) == list(published)


def test_saving_untouched_moves_no_time(client, editor):
    at = datetime(2026, 11, 16, 7, 15, 0, 250_000, tzinfo=UTC)
    article = ArticleFactory(scheduled=True, published_at=at, expires_at=at + HOUR)

    with time_machine.travel(datetime(2025, 10, 20, tzinfo=UTC)):
        save(client, article)

    article.refresh_from_db()
    assert (article.published_at, article.expires_at) == (at, at + HOUR)


# The table --------------------------------------------------------------------------

EDITOR_MAY = {
    Status.DRAFT: ["submit", "mark_ready", "publish", "schedule"],
    Status.IN_REVIEW: ["hold", "mark_ready", "publish", "schedule"],
    Status.READY: ["hold", "publish", "schedule"],
    Status.SCHEDULED: ["hold", "publish", "schedule", "withdraw"],
    Status.PUBLISHED: ["publish_changes", "withdraw"],
    Status.EXPIRED: ["withdraw"],
    Status.WITHDRAWN: ["hold", "publish", "schedule"],
}
REPORTER_MAY = {Status.DRAFT: ["submit"], Status.IN_REVIEW: ["hold"]}
LOOKERS = ["Front-page editor", "Newsletter editor", "Rights manager"]
LEADS_TO = {
    "submit": Status.IN_REVIEW,
    "hold": Status.DRAFT,
    "mark_ready": Status.READY,
    "publish": Status.PUBLISHED,
    "schedule": Status.SCHEDULED,
    "withdraw": Status.WITHDRAWN,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("Reporter", REPORTER_MAY),
        ("Editor", EDITOR_MAY),
        ("Administrator", EDITOR_MAY),
        *[(role, {}) for role in LOOKERS],
    ],
)
def test_buttons_of_each_role_and_status(client, login, role, may, status):
    article = CompleteArticleFactory(created_by=login(role), **IN[status])

    response = client.get(change_url(article))

    page = lxml.html.fromstring(response.content.decode())
    shown = page.xpath("//button[@name='_transition']/@value")
    assert sorted(shown) == sorted(may.get(status, []))


@pytest.mark.parametrize("name", LEADS_TO)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("role", ["Reporter", "Editor", *LOOKERS])
def test_step_is_taken_by_those_who_may_and_by_nobody_else(role, status, name):
    user = UserFactory(role=role)
    article = CompleteArticleFactory(created_by=user, **IN[status])
    if name == "schedule":
        Article.objects.filter(pk=article.pk).update(
            published_at=timezone.now() + timedelta(days=1)
        )
        article.refresh_from_db()
    before = article.status
    may = {"Reporter": REPORTER_MAY, "Editor": EDITOR_MAY}.get(role, {})

    if name in may.get(before, []):
        article = workflow.perform(article, name, by=user)
        expected = LEADS_TO[name]
    else:
        expected = before
        is_there = LEADS_TO[name] == before and user.has_perm(
            next(row for row in workflow.TRANSITIONS if row.name == name).permission
        )
        if is_there:
            article = workflow.perform(article, name, by=user)
        else:
            with pytest.raises(workflow.RefusedError):
                workflow.perform(article, name, by=user)

    article.refresh_from_db()
    assert article.status == expected
    assert len(kinds(article)) == (name in may.get(before, []))


@pytest.mark.parametrize("name", LEADS_TO)
@pytest.mark.parametrize("status", Status)
def test_reporter_takes_no_step_with_a_story_of_others(client, reporter, status, name):
    article = CompleteArticleFactory(**IN[status])

    client.post(change_url(article), {"headline": "Mine", "_transition": name})
    client.post(
        reverse(LIST),
        {"action": f"{name}_selected", "_selected_action": [article.pk]},
    )

    article.refresh_from_db()
    assert (article.status, article.headline == "Mine", kinds(article)) == (
        status,
        False,
        [],
    )


def test_every_bulk_action_and_button_is_of_the_table(client, editor):
    names = {row.name for row in workflow.TRANSITIONS if row.bulk_label}

    choices = client.get(reverse(LIST)).context["action_form"].fields["action"].choices

    assert {value for value, _ in choices} - {"", "delete_selected"} == {
        f"{name}_selected" for name in names
    }


# Buttons that save and step ---------------------------------------------------------


def test_story_walks_from_reporter_to_readers(client, login):
    reporter = login("Reporter")
    section = SectionFactory()
    form = opened(client, reverse(ADD))
    typed = {"headline": "Harbour opens", "body": "<p>One.</p>", "section": section.pk}
    client.post(reverse(ADD), {**form, **typed, "_transition": "submit"})
    article = Article.objects.get()
    assert (article.status, article.created_by) == (Status.IN_REVIEW, reporter)

    editor = login("Editor")
    article = press(client, article, "mark_ready", body="<p>One. Two.</p>")
    assert (article.status, article.body) == (Status.READY, "<p>One. Two.</p>")

    article = press(client, article, "publish", despite_points="on")
    assert client.get(article.get_absolute_url()).status_code == 200
    assert list(article.events.order_by("pk").values_list("kind", "by")) == [
        ("submitted", reporter.pk),
        ("ready", editor.pk),
        ("published", editor.pk),
    ]


def test_refused_publication_keeps_the_text_and_says_why(client, editor):
    article = ArticleFactory()
    url = change_url(article)
    form = opened(client, url)

    response = client.post(
        url, {**form, "body": "<p>Much typing.</p>", "_transition": "publish"}
    )

    article.refresh_from_db()
    assert (article.status, article.body) == (Status.DRAFT, "<p>Much typing.</p>")
    [message] = told(response)
    assert "all you typed is saved" in message
    assert "tags" in message
    page = client.get(url).content.decode()
    assert 'href="#id_lead_picture"' in page
    assert 'href="#contributions-group"' in page


def test_refused_step_by_permission_keeps_the_text(client, reporter):
    article = CompleteArticleFactory(created_by=reporter)

    article = press(client, article, "publish", body="<p>Much typing.</p>")

    assert (article.status, article.body) == (Status.DRAFT, "<p>Much typing.</p>")


def test_form_with_errors_shows_what_was_typed_and_takes_no_step(client, editor):
    article = CompleteArticleFactory()
    url = change_url(article)
    typed = {"headline": "", "body": "<p>Much typing.</p>", "_transition": "publish"}

    response = client.post(url, {**opened(client, url), **typed})

    assert response.status_code == 200
    assert "Much typing." in response.content.decode()
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_withdrawal_works_although_the_form_has_errors(client, editor):
    article = CompleteArticleFactory(published=True)

    article = press(client, article, "withdraw", headline="")

    assert article.status == Status.WITHDRAWN
    assert client.get(article.get_absolute_url()).status_code == 404


def test_open_points_are_left_aside_by_those_who_may_and_remembered(client, editor):
    article = ArticleFactory()

    article = press(client, article, "publish", despite_points="on")

    assert article.status == Status.PUBLISHED
    assert article.events.get().note == "without tags, a byline, a lead picture"


def test_what_must_be_there_is_never_left_aside(client, editor):
    article = CompleteArticleFactory(lead_picture=PictureFactory(alt_text=""))

    article = press(client, article, "publish", despite_points="on")

    assert article.status == Status.DRAFT


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("day", "hour", "status"),
    [
        ("2026-05-05", "07:15:00", Status.SCHEDULED),
        ("2026-05-04", "12:59:00", Status.DRAFT),
        ("", "", Status.DRAFT),
    ],
)
def test_schedule_takes_the_typed_time_if_it_is_to_come(
    client, editor, day, hour, status
):
    article = CompleteArticleFactory()

    article = press(
        client, article, "schedule", published_at_0=day, published_at_1=hour
    )

    assert article.status == status
    if status == Status.SCHEDULED:
        # Readers' time zone is London's.
        assert article.published_at == datetime(2026, 5, 5, 6, 15, tzinfo=UTC)


def test_scheduled_story_appears_at_its_second(client, editor):
    at = datetime(2026, 11, 30, 7, 15, tzinfo=UTC)
    with time_machine.travel(NOW, tick=False):
        article = CompleteArticleFactory()
        workflow.perform(article, "schedule", by=editor, at=at)
    path = article.get_absolute_url()

    found = []
    for instant in [at - timedelta(seconds=1), at]:
        with time_machine.travel(instant, tick=False):
            found.append(client.get(path).status_code)

    assert found == [404, 200]


@time_machine.travel(NOW, tick=False)
def test_publish_now_brings_a_scheduled_story_forward(editor):
    article = CompleteArticleFactory(scheduled=True)

    article = workflow.perform(article, "publish", by=editor)

    assert (article.status, article.published_at) == (Status.PUBLISHED, NOW)


@time_machine.travel(NOW, tick=False)
def test_embargo_outlasts_publish_now(editor):
    article = CompleteArticleFactory(embargoed_until=NOW + HOUR)

    article = workflow.perform(article, "publish", by=editor)

    assert (article.status, article.published_at) == (Status.SCHEDULED, NOW + HOUR)


@time_machine.travel(NOW, tick=False)
def test_planned_time_that_has_passed_is_not_when_readers_saw_it(editor):
    article = CompleteArticleFactory(published_at=NOW - timedelta(days=3))

    article = workflow.perform(article, "publish", by=editor)

    assert article.published_at == NOW


def test_held_story_forgets_a_time_to_come_and_keeps_one_readers_know(editor):
    scheduled = CompleteArticleFactory(scheduled=True)
    seen = CompleteArticleFactory(withdrawn=True)
    known = seen.published_at

    scheduled = workflow.perform(scheduled, "hold", by=editor)
    seen = workflow.perform(seen, "hold", by=editor)

    assert (scheduled.published_at, seen.published_at) == (None, known)


# Pressed twice ----------------------------------------------------------------------


def test_new_story_sent_twice_is_one_story(client, reporter):
    section = SectionFactory()
    form = opened(client, reverse(ADD))
    typed = {"headline": "Harbour opens", "body": "<p>One.</p>", "section": section.pk}

    sent = [
        client.post(reverse(ADD), {**form, **typed, "_transition": "submit"})
        for _ in range(2)
    ]

    article = Article.objects.get()
    assert [response.url for response in sent] == [change_url(article)] * 2
    assert kinds(article) == ["submitted"]


def test_other_text_from_the_same_page_is_another_story(client, reporter):
    section = SectionFactory()
    form = opened(client, reverse(ADD))
    for headline in ["Harbour opens", "Harbour closes"]:
        typed = {"headline": headline, "section": section.pk, "_continue": "1"}
        client.post(reverse(ADD), {**form, **typed})

    found = set(Article.objects.values_list("headline", flat=True))

    assert found == {"Harbour opens", "Harbour closes"}


def test_key_of_a_story_of_others_makes_a_story_of_ones_own(client, reporter):
    other = ArticleFactory()
    form = opened(client, reverse(ADD))
    typed = {
        "headline": "Mine", "section": other.section_id, "key": str(other.uuid),
        "_continue": "1",
    }  # fmt: skip

    client.post(reverse(ADD), {**form, **typed})

    other.refresh_from_db()
    assert other.headline != "Mine"
    assert Article.objects.get(headline="Mine").created_by == reporter


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-00000000000", "\0"])
def test_odd_key_does_no_harm(client, reporter, key):
    form = opened(client, reverse(ADD))
    typed = {"headline": "Mine", "section": SectionFactory().pk, "key": key}

    response = client.post(reverse(ADD), {**form, **typed, "_continue": "1"})

    assert response.status_code in {200, 302}


def test_copy_asked_for_twice_is_one_story(client, editor):
    article = ArticleFactory(headline="Harbour opens")
    url = change_url(article)
    page = client.get(url).content.decode()
    [key] = re.findall(r'name="_saveasnew"\s+value="([^"]+)"', page)
    form = {**opened(client, url), "_saveasnew": key}

    sent = [client.post(url, form) for _ in range(2)]
    client.post(url, {**form, "headline": "Another"})
    other_page = re.findall(
        r'name="_saveasnew"\s+value="([^"]+)"', client.get(url).content.decode()
    )
    client.post(url, {**form, "_saveasnew": other_page})

    copies = Article.objects.exclude(pk=article.pk).order_by("pk")
    assert [copy.headline for copy in copies] == [
        "Harbour opens", "Another", "Harbour opens",
    ]  # fmt: skip
    assert sent[1].url == change_url(copies[0])
    assert article.uuid not in {copy.uuid for copy in copies}


@pytest.mark.parametrize("button", ["publish", "withdraw", "submit", "mark_ready"])
def test_button_pressed_twice_steps_once(client, editor, button):
    fields = {"published": True} if button == "withdraw" else {}
    article = CompleteArticleFactory(**fields)
    url = change_url(article)
    form = {**opened(client, url), "headline": "New", "_transition": button}

    for _ in range(2):
        client.post(url, form)

    article.refresh_from_db()
    assert len(kinds(article)) == 1
    assert not ArticleDraft.objects.exists() or button == "withdraw"


# The working copy of a live story ---------------------------------------------------


@pytest.fixture
def live(editor):
    article = CompleteArticleFactory(
        published=True, headline="Old words", slug="old-words", body="<p>Old body.</p>"
    )
    index([article])
    return article


NEW = {
    "headline": "New words",
    "body": "<p>New body.</p>",
    "standfirst": "New standfirst.",
    "typed_tags": "Newtag",
    "slug": "new-words",
}


def everything_readers_see(client, article):
    section = Section.objects.get(pk=article.section_id).slug
    paths = [
        "/", f"/{section}/", f"/{section}/old-words/", f"/{section}/feed/", "/feed/",
        "/search/?q=words", "/sitemap-news.xml", "/sitemap-articles-1.xml", "/tags/",
        "/archive/",
    ]  # fmt: skip
    return "".join(client.get(path).content.decode() for path in paths)


def test_saving_a_live_story_changes_nothing_for_readers(client, live):
    before = everything_readers_see(client, live)
    author, picture = AuthorFactory(name="Newname"), PictureFactory(caption="Newpic")
    byline = {"contributions-0-author": author.pk}

    response = save(client, live, **NEW, lead_picture=picture.pk, **byline)

    assert "working copy" in told(response)[0]
    after = everything_readers_see(client, live)
    assert after.count("Old words") >= 5
    assert after == before


def test_form_shows_the_working_copy(client, live):
    author = AuthorFactory()
    save(client, live, **NEW, **{"contributions-0-author": author.pk})

    form = opened(client, change_url(live))

    assert {name: form[name] for name in NEW} == {
        name: [value] for name, value in NEW.items()
    }
    assert form["contributions-0-author"] == [str(author.pk)]


def test_published_changes_reach_readers_with_byline_tags_and_address(client, live):
    author, picture = AuthorFactory(name="Newname"), PictureFactory()
    old = live.get_absolute_url()
    save(client, live, lead_picture=picture.pk, **{"contributions-0-author": author.pk})

    article = press(client, live, "publish_changes", **NEW)

    assert (article.headline, article.body) == ("New words", "<p>New body.</p>")
    assert article.lead_picture == picture
    assert [line["name"] for line in article.byline()] == ["Newname"]
    assert [tag["name"] for tag in article.tag_links()] == ["Newtag"]
    assert client.get(old).url == article.get_absolute_url()
    assert "New words" in client.get("/search/?q=new+words").content.decode()
    assert not ArticleDraft.objects.exists()
    assert kinds(article) == ["changed"]


@pytest.mark.parametrize(
    ("ticked", "told_at"), [({}, None), ({"is_significant": "on"}, NOW)]
)
def test_readers_are_told_of_a_change_only_when_the_editor_says_so(
    client, live, ticked, told_at
):
    with time_machine.travel(NOW, tick=False):
        Article.objects.filter(pk=live.pk).update(published_at=NOW - HOUR)
        save(client, live, headline="New words")
        article = press(client, live, "publish_changes", **ticked)

    assert article.modified_at == told_at


def test_discard_is_offered_only_where_there_is_something_to_discard(client, live):
    buttons = [
        step.name for step in workflow.possible(UserFactory(role="Editor"), live)
    ]
    save(client, live, **NEW)
    later = [step.name for step in workflow.possible(UserFactory(role="Editor"), live)]

    assert set(later) - set(buttons) == {"discard_changes"}


def test_discarded_changes_are_gone_also_from_a_form_with_errors(client, live):
    save(client, live, **NEW)

    article = press(client, live, "discard_changes", headline="")

    assert article.headline == "Old words"
    assert opened(client, change_url(live))["headline"] == ["Old words"]
    assert kinds(article) == ["discarded"]


def test_live_story_saved_unchanged_has_no_working_copy(client, live):
    save(client, live, **NEW)
    assert ArticleDraft.objects.exists()

    save(client, live, headline="Old words", body=live.body, slug="old-words",
         standfirst=live.standfirst, typed_tags="Harbour")  # fmt: skip

    assert not ArticleDraft.objects.exists()


def test_refused_changes_stay_in_the_working_copy(client, live):
    article = press(client, live, "publish_changes", standfirst="", headline="New")
    assert article.headline == "Old words"

    # The save comes first, so the copy is there when the button is pressed.
    assert copies.copy_of(live).content["headline"] == "New"


def test_fault_that_readers_see_already_does_not_hold_back_a_correction(client, editor):
    article = ArticleFactory(published=True)  # no tags, no picture, no byline

    article = press(client, article, "publish_changes", headline="Corrected")

    assert article.headline == "Corrected"


def test_address_taken_meanwhile_keeps_the_working_copy(client, live):
    save(client, live, slug="wanted")
    ArticleFactory(section=live.section, slug="wanted")

    with pytest.raises(workflow.RefusedError, match="wanted"):
        copies.publish_changes(live, by=None)

    assert copies.copy_of(live).content["slug"] == "wanted"


def test_picture_lost_meanwhile_keeps_the_working_copy(client, live):
    picture = PictureFactory()
    save(client, live, lead_picture=picture.pk)
    picture.uses.all().delete()
    picture.delete()

    with pytest.raises(workflow.RefusedError, match="picture"):
        copies.publish_changes(live, by=None)

    assert copies.copy_of(live)


def test_times_of_a_live_story_count_at_once(client, live):
    save(client, live, expires_at_0="2020-01-01", expires_at_1="00:00:00")

    live.refresh_from_db()
    assert live.status == Status.EXPIRED
    assert not ArticleDraft.objects.exists()


def test_copy_of_a_story_that_was_withdrawn_is_saved_into_it(client, live):
    save(client, live, headline="New words")
    press(client, live, "withdraw")

    save(client, live)

    live.refresh_from_db()
    assert live.headline == "New words"
    assert not ArticleDraft.objects.exists()


def test_correction_is_public_at_once_and_its_author_is_known(client, live, editor):
    save(
        client,
        live,
        headline="New words",
        **{
            "corrections-TOTAL_FORMS": "1",
            "corrections-0-kind": "correction",
            "corrections-0-text": "Forty, not four hundred.",
            "corrections-0-placement": "bottom",
            "corrections-0-published_at_0": "2026-01-05",
            "corrections-0-published_at_1": "09:30:00",
        },
    )

    page = client.get(live.get_absolute_url()).content.decode()
    assert "Forty, not four hundred." in page
    assert "New words" not in page
    live.refresh_from_db()
    assert live.modified_at == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert list(live.events.values_list("kind", "by")) == [("corrected", editor.pk)]


# The byline -------------------------------------------------------------------------


def test_byline_is_kept_in_the_typed_order(client, editor):
    first, second = AuthorFactory(name="First"), AuthorFactory(name="Second")
    article = ArticleFactory(by=[first])

    save(
        client,
        article,
        **{
            "contributions-TOTAL_FORMS": "2",
            "contributions-0-position": "5",
            "contributions-1-author": second.pk,
            "contributions-1-role": "Photography",
            "contributions-1-position": "1",
        },
    )

    assert [(line["name"], line["role"]) for line in article.byline()] == [
        ("Second", "Photography"),
        ("First", ""),
    ]
    assert opened(client, change_url(article))["contributions-TOTAL_FORMS"] == ["2"]


def test_name_twice_in_the_byline_is_refused(client, editor):
    author = AuthorFactory()
    article = ArticleFactory(by=[author])

    response = save(
        client,
        article,
        **{
            "contributions-TOTAL_FORMS": "2",
            "contributions-1-author": author.pk,
            "contributions-1-position": "1",
        },
    )

    assert "stands in the byline twice" in response.content.decode()
    assert article.contributions.count() == 1


def test_new_story_has_its_writer_in_the_byline(client, reporter):
    author = AuthorFactory(user=reporter)

    form = opened(client, reverse(ADD))

    assert form["contributions-0-author"] == [str(author.pk)]


# Who sees and changes what ----------------------------------------------------------


def test_reporter_sees_own_stories_only_by_any_address(client, reporter):
    own = ArticleFactory(created_by=reporter, headline="Own story")
    shared = ArticleFactory(by=[AuthorFactory(user=reporter)], headline="Shared story")
    hidden = ArticleFactory(headline="Hidden story")
    autocomplete = (
        reverse("admin:autocomplete")
        + "?app_label=articles&model_name=frontpageslot&field_name=article&term=story"
    )
    addresses = [
        reverse(f"admin:articles_article_{name}", args=[hidden.pk])
        for name in ["change", "history", "delete"]
    ]

    listed = list(client.get(reverse(LIST)).context["cl"].result_list)
    texts = [
        client.get(url, follow=True).content.decode()
        for url in [*addresses, autocomplete, f"{reverse(LIST)}?q=hidden"]
    ]

    assert {article.pk for article in listed} == {own.pk, shared.pk}
    assert [text for text in texts if "Hidden story" in text] == []


@pytest.mark.parametrize("status", [Status.READY, Status.SCHEDULED, Status.PUBLISHED])
def test_reporter_cannot_touch_an_own_story_that_is_past_review(
    client, reporter, status
):
    article = CompleteArticleFactory(created_by=reporter, **IN[status])
    before = Article.objects.filter(pk=article.pk).values().get()
    typed = {
        "headline": "Mine", "slug": "mine", "section": SectionFactory().pk,
        "published_at_0": "2020-01-01", "published_at_1": "00:00:00",
        "key": uuid.uuid4(),
    }  # fmt: skip
    bulk = {"_selected_action": [article.pk], "post": "yes"}

    shown = client.get(change_url(article)).status_code
    sent = [
        client.post(change_url(article), {**typed, **button}).status_code
        for button in [{"_continue": "1"}, {"_transition": "discard_changes"}]
    ]
    delete_url = reverse("admin:articles_article_delete", args=[article.pk])
    sent.append(client.post(delete_url, {"post": "yes"}).status_code)
    for action in ["delete_selected", "withdraw_selected", "publish_selected"]:
        client.post(reverse(LIST), {"action": action, **bulk})

    assert (shown, sent) == (200, [403, 403, 403])
    assert Article.objects.filter(pk=article.pk).values().get() == before


def test_reporter_cannot_set_the_publication_time_of_a_draft(client, reporter):
    article = ArticleFactory(created_by=reporter)

    save(client, article, published_at_0="2020-01-01", published_at_1="00:00:00")

    article.refresh_from_db()
    assert article.published_at is None


@pytest.mark.parametrize("role", LOOKERS)
def test_other_roles_read_stories_and_change_none(client, login, role):
    login(role)
    article = ArticleFactory(headline="Shown story")

    shown = client.get(change_url(article))
    changed = client.post(change_url(article), {"headline": "Changed"})

    assert "Shown story" in shown.content.decode()
    assert changed.status_code == 403


def test_front_page_editor_finds_every_story_for_a_slot(client, login):
    login("Front-page editor")
    article = ArticleFactory(headline="Hidden story")
    url = reverse("admin:autocomplete")

    found = client.get(
        f"{url}?app_label=articles&model_name=frontpageslot&field_name=article&term=hid"
    ).json()

    assert [row["id"] for row in found["results"]] == [str(article.pk)]


def test_list_is_filtered_by_the_word(client, editor):
    stories = {status: ArticleFactory(**fields) for status, fields in IN.items()}

    found = {
        status: client.get(f"{reverse(LIST)}?status={status.value}").context["cl"]
        for status in Status
    }

    assert {status: list(cl.result_list) for status, cl in found.items()} == {
        status: [story] for status, story in stories.items()
    }
