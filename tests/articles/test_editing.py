import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import revisions
from articles.models import Article, ArticleDraft, AutosavedText, EditingSession
from tests.articles.desk import change_url, form_data, opened
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CompleteArticleFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "admin:articles_article_add"


def colleague(name):
    """A browser with an editor logged in."""
    found = Client()
    found.user = User.objects.create_superuser(name.lower(), first_name=name)
    found.force_login(found.user)
    return found


@pytest.fixture
def ada():
    return colleague("Ada")


@pytest.fixture
def bob():
    return colleague("Bob")


def url(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


def beat(client, article, **more):
    data = {"tab": f"tab-{client.user.pk}", **more}
    return client.post(url("editing", article.pk), data)


def autosave(client, story, /, count=1, tab="tab-1", **typed):
    data = {**typed, "autosave_tab": tab, "autosave_count": count}
    return client.post(url("autosave", story), data)


# Two people at once -------------------------------------------------------------------


def test_second_save_overwrites_nothing_and_shows_both_versions(ada, bob):
    article = ArticleFactory(headline="Old", body="<p>One.</p><p>Two.</p>")
    hers, his = opened(ada, article), opened(bob, article)

    bob.post(change_url(article), his | {"body": "<p>One.</p><p>Second.</p>"})
    response = ada.post(change_url(article), hers | {"headline": "New"})
    page = ada.get(response.url)

    article.refresh_from_db()
    assert (article.headline, article.body) == ("Old", "<p>One.</p><p>Second.</p>")
    conflict = article.revisions.get(kind="conflict")
    assert (conflict.content["headline"], conflict.by) == ("New", ada.user)
    assert [(f["name"], f["chosen"]) for f in page.context["fields"]] == [
        ("headline", "mine"),
        ("body", "theirs"),
    ]


@pytest.mark.parametrize("seen", [{}, {"seen_version": ""}, {"seen_version": "x"}])
def test_form_that_has_seen_no_version_overwrites_nothing(ada, seen):
    article = ArticleFactory(headline="Old")
    form = opened(ada, article)
    del form["seen_version"]

    response = ada.post(change_url(article), {**form, **seen, "headline": "New"})

    article.refresh_from_db()
    assert article.headline == "Old"
    conflict = article.revisions.get(kind="conflict")
    assert response.url == url("conflict", article.pk, conflict.pk)
    assert conflict.content["headline"] == "New"


def collide(ada, bob, article, *, hers, his):
    """Both open the story, Bob saves, then Ada; returns the address of her choice."""
    forms = opened(ada, article), opened(bob, article)
    bob.post(change_url(article), forms[1] | his)
    return ada.post(change_url(article), forms[0] | hers).url


def decide(client, article, page_url, **chosen):
    data = {f"choice-{name}": value for name, value in chosen.items()}
    return client.post(page_url, data | {"seen_version": revisions.version_of(article)})


def test_choice_takes_each_field_from_whom_it_says(ada, bob):
    article = ArticleFactory(headline="Old", body="<p>Old.</p>", kicker="K")
    where = collide(
        ada, bob, article,
        hers={"headline": "Hers", "body": "<p>Hers.</p>"},
        his={"kicker": "His", "body": "<p>His.</p>"},
    )  # fmt: skip

    response = decide(
        ada, article, where, headline="mine", body="theirs", kicker="theirs"
    )

    article.refresh_from_db()
    assert response.url == change_url(article)
    assert (article.headline, article.body, article.kicker) == (
        "Hers", "<p>His.</p>", "His",
    )  # fmt: skip
    kinds = list(article.revisions.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["found", "saved", "conflict", "merged"]


def test_field_that_both_changed_asks_for_a_decision(ada, bob):
    article = ArticleFactory(headline="Old")
    where = collide(
        ada, bob, article, hers={"headline": "Hers"}, his={"headline": "His"}
    )

    response = decide(ada, article, where)

    article.refresh_from_db()
    assert response.context["problems"] == ["Choose a version of: Headline."]
    assert response.text.count("Choose one of the two.") == 1
    assert article.headline == "His"


def test_both_are_told_where_the_body_that_is_not_taken_can_be_read(ada, bob):
    article = ArticleFactory(body="<p>Old.</p>")
    where = collide(
        ada,
        bob,
        article,
        hers={"body": "<p>Hers.</p>"},
        his={"body": "<p>His.</p>", "kicker": "His"},
    )

    page = ada.get(where).text
    decide(ada, article, where, body="mine", kicker="theirs")

    article.refresh_from_db()
    bodies = [row.content["body"] for row in article.revisions.order_by("pk")]
    assert article.body == "<p>Hers.</p>"
    assert bodies == [f"<p>{words}.</p>" for words in ["Old", "His", "Hers", "Hers"]]
    assert page.count("the text that you do not take stays in the history") == 1
    assert page.count("Only one of the two has changed this.") == 1
    assert "Choose one of the two." not in page


def test_relations_and_times_collide_and_merge_as_well(ada, bob):
    article = ArticleFactory(by=[AuthorFactory()], tagged=["a"])
    author, picture = AuthorFactory(), PictureFactory()
    where = collide(
        ada, bob, article,
        hers={
            "typed_tags": "b, c",
            "contributions-TOTAL_FORMS": "1",
            "contributions-0-author": author.pk,
            "contributions-0-role": "Photos",
            "contributions-0-position": "0",
            "lead_picture": picture.pk,
            "expires_at_0": "2030-01-02",
            "expires_at_1": "03:04:05",
        },
        his={"headline": "His"},
    )  # fmt: skip
    chosen = ["lead_picture", "expires_at", "byline", "tags"]
    page = ada.get(where)

    decide(ada, article, where, headline="theirs", **dict.fromkeys(chosen, "mine"))

    assert {f["name"] for f in page.context["fields"]} == {"headline", *chosen}
    content = revisions.content_of(article)
    assert content["byline"] == [
        {"author": author.pk, "name": author.name, "role": "Photos"}
    ]
    assert [tag["name"] for tag in content["tags"]] == ["b", "c"]
    assert content["lead_picture"] == picture.pk
    assert content["expires_at"] == "2030-01-02T03:04:05+00:00"
    assert content["headline"] == "His"


def test_refused_text_that_no_story_can_hold_is_kept_and_told(ada, bob):
    article = ArticleFactory(headline="Old")
    where = collide(
        ada, bob, article, hers={"headline": "x" * 400}, his={"kicker": "His"}
    )

    response = decide(ada, article, where, headline="mine", kicker="theirs")

    article.refresh_from_db()
    assert article.headline == "Old"
    assert "300" in response.context["problems"][0]
    assert article.revisions.get(kind="conflict").content["headline"] == "x" * 400


def test_third_save_during_the_choice_is_not_overwritten(ada, bob):
    article = ArticleFactory(headline="Old")
    where = collide(
        ada, bob, article, hers={"headline": "Hers"}, his={"headline": "His"}
    )
    seen = revisions.version_of(article)
    Article.objects.filter(pk=article.pk).update(headline="Third")

    response = ada.post(where, {"seen_version": seen, "choice-headline": "mine"})

    article.refresh_from_db()
    assert "changed the story" in response.context["problems"][0]
    assert article.headline == "Third"


def test_tab_left_open_does_not_undo_what_was_published_since(ada, bob):
    article = CompleteArticleFactory(headline="Old")
    hers, his = opened(ada, article), opened(bob, article)
    bob.post(
        change_url(article),
        his | {"headline": "Out", "_transition": "publish", "despite_points": "on"},
    )

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        response = ada.post(change_url(article), hers | {"kicker": "Late"})

    article.refresh_from_db()
    assert "/conflict/" in response.url
    assert (article.pub_status, article.headline, article.kicker) == (
        "usable",
        "Out",
        "",
    )
    assert article.published_at is not None


def test_saving_the_same_form_twice_is_no_collision(ada):
    article = ArticleFactory(headline="Old")
    hers = opened(ada, article) | {"headline": "New", "typed_tags": "Zoë, b"}

    ada.post(change_url(article), hers)
    response = ada.post(change_url(article), hers)

    assert "/conflict/" not in response.url
    assert not article.revisions.filter(kind="conflict").exists()


def test_refused_text_sent_twice_is_kept_once(ada, bob):
    article = ArticleFactory(headline="Old")
    hers = opened(ada, article) | {"headline": "Hers"}
    Article.objects.filter(pk=article.pk).update(headline="His")

    first, second = [ada.post(change_url(article), hers).url for _ in range(2)]

    assert first == second


def test_collision_over_a_working_copy_leaves_readers_text_alone(ada, bob):
    article = CompleteArticleFactory(published=True, headline="Live")
    where = collide(
        ada, bob, article, hers={"headline": "Hers"}, his={"headline": "His"}
    )

    decide(ada, article, where, headline="mine")

    article.refresh_from_db()
    assert article.headline == "Live"
    assert revisions.present_content(article)["headline"] == "Hers"
    assert ArticleDraft.objects.get().saved_by == ada.user


def test_correction_in_a_refused_form_is_shown_to_be_written_again(ada, bob):
    article = CompleteArticleFactory(published=True)
    where = collide(
        ada, bob, article,
        hers={
            "headline": "Hers",
            "corrections-TOTAL_FORMS": "1",
            "corrections-0-kind": "correction",
            "corrections-0-text": "Forty, not <four> hundred.",
        },
        his={"headline": "His"},
    )  # fmt: skip

    page = ada.get(where).content.decode()

    assert not article.corrections.exists()
    assert "Forty, not &lt;four&gt; hundred." in page


def test_same_words_in_other_html_are_no_change_of_hers(ada, bob):
    article = ArticleFactory(headline="Old", body='<p lang="">One.</p>')
    where = collide(
        ada, bob, article,
        hers={"headline": "Hers", "body": "<p>One.</p>"},
        his={"body": "<p>His.</p>"},
    )  # fmt: skip

    fields = ada.get(where).context["fields"]

    assert [(field["name"], field["chosen"]) for field in fields] == [
        ("headline", "mine"),
        ("body", "theirs"),
    ]


def test_withdrawal_is_never_held_up_by_a_collision(ada, bob):
    article = CompleteArticleFactory(published=True)

    collide(
        ada, bob, article,
        hers={"headline": "Hers", "_transition": "withdraw"},
        his={"headline": "His"},
    )  # fmt: skip

    article.refresh_from_db()
    assert article.pub_status == "canceled"


def test_refused_text_is_closed_to_who_may_not_change_the_story(ada, bob, client):
    article = ArticleFactory(headline="Old")
    where = collide(
        ada, bob, article, hers={"headline": "Hers"}, his={"headline": "His"}
    )
    client.force_login(UserFactory(role="Reporter"))

    assert client.get(where).status_code in {403, 404}
    assert client.post(where, {"choice-headline": "mine"}).status_code in {403, 404}


# Who is here --------------------------------------------------------------------------


def test_first_to_open_is_named_to_the_second_who_may_take_over(ada, bob):
    article = ArticleFactory()

    with time_machine.travel("2026-03-02 14:02 +0000", tick=False):
        assert beat(ada, article).json()["is_mine"]
        seen = beat(bob, article).json()
        page = bob.get(change_url(article)).content.decode()
        taken = beat(bob, article, take_over="1").json()
        told = beat(ada, article).json()

    assert (seen["is_mine"], seen["name"], seen["since"]) == (False, "Ada", "14:02")
    assert "Ada is editing this story since 14:02." in page
    assert taken["is_mine"]
    assert (told["is_mine"], told["name"]) == (False, "Bob")


def test_who_is_not_heard_of_any_more_is_forgotten(ada, bob):
    article = ArticleFactory()
    beat(ada, article)

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        page = bob.get(change_url(article)).content.decode()
        answer = beat(bob, article).json()

    assert "Ada is editing" not in page
    assert answer["is_mine"]


def test_closing_one_of_two_pages_keeps_the_other(ada):
    article = ArticleFactory()
    beat(ada, article, tab="one")
    beat(ada, article, tab="two")

    beat(ada, article, tab="one", leave="1")
    assert EditingSession.objects.exists()

    beat(ada, article, tab="two", leave="1")
    assert not EditingSession.objects.exists()


def test_heartbeat_tells_of_a_save_by_somebody_else(ada, bob):
    article = ArticleFactory()
    seen = opened(ada, article)["seen_version"]
    before = beat(ada, article, seen_version=seen).json()
    Article.objects.filter(pk=article.pk).update(kicker="New")

    assert not before["is_changed"]
    assert beat(ada, article, seen_version=seen).json()["is_changed"]


def test_take_over_works_without_script(ada, bob):
    article = ArticleFactory()
    beat(ada, article)

    response = bob.post(url("take_over", article.pk))

    assert response.url == change_url(article)
    assert EditingSession.objects.get().by == bob.user


def test_opening_the_form_claims_nothing(ada):
    ada.get(change_url(ArticleFactory()))

    assert not EditingSession.objects.exists()
    assert not AutosavedText.objects.exists()


def test_page_is_told_that_its_story_has_gone_on(client):
    client.user = UserFactory(role="Reporter")
    client.force_login(client.user)
    article = ArticleFactory(created_by=client.user)
    beat(client, article)
    Article.objects.update(desk_status="ready")

    answers = [beat(client, article), beat(client, article, leave="1")]

    assert [answer.json() for answer in answers] == [{"is_closed": True}, {}]
    assert not EditingSession.objects.exists()


def test_presence_is_closed_to_who_may_not_change_the_story(client):
    article = ArticleFactory()
    client.user = UserFactory(role="Reporter")
    client.force_login(client.user)

    answers = [beat(client, article), beat(client, article, take_over="1")]
    refused = client.post(url("take_over", article.pk), {"tab": "t"})

    assert [answer.json() for answer in answers] == [{"is_closed": True}] * 2
    assert refused.status_code in {403, 404}
    assert not EditingSession.objects.exists()


@pytest.mark.parametrize("name", ["editing", "take_over"])
def test_presence_is_changed_by_post_only(ada, name):
    assert ada.get(url(name, ArticleFactory().pk)).status_code == 405


def test_heartbeat_query_count(ada, django_assert_num_queries):
    article = ArticleFactory()
    seen = opened(ada, article)["seen_version"]
    beat(ada, article)

    with django_assert_num_queries(11):  # two of them are savepoints
        beat(ada, article, seen_version=seen)


# Text not saved -----------------------------------------------------------------------


def test_unsaved_text_is_offered_and_comes_back_into_the_form_unsaved(ada):
    article = ArticleFactory(headline="Old", tagged=["a"])
    author = AuthorFactory()
    typed = opened(ada, article) | {
        "headline": "Typed <b>",
        "typed_tags": "b",
        "contributions-TOTAL_FORMS": "1",
        "contributions-0-author": author.pk,
        "contributions-0-role": "Photos",
        "contributions-0-position": "0",
    }
    with time_machine.travel("2026-03-02 14:02 +0000", tick=False):
        answer = autosave(ada, article.uuid, **typed).json()
        offered = ada.get(change_url(article)).content.decode()
    row = AutosavedText.objects.get()

    shown = ada.post(change_url(article), {"_show_text": row.pk})

    assert answer == {"saved_at": "14:02"}
    assert "Restore unsaved text from 14:02" in offered
    data = form_data(shown)
    assert (data["headline"], data["typed_tags"]) == ("Typed <b>", "b")
    assert data["contributions-0-role"] == "Photos"
    article.refresh_from_db()
    assert article.headline == "Old"

    saved = ada.post(change_url(article), data)
    assert saved.status_code == 302
    article.refresh_from_db()
    assert (article.headline, [c.author for c in article.contributions.all()]) == (
        "Typed <b>", [author],
    )  # fmt: skip
    assert "Restore unsaved" not in ada.get(change_url(article)).content.decode()


def test_text_of_a_story_never_saved_comes_back(ada):
    section = SectionFactory()
    data = form_data(ada.get(reverse(ADD)))
    typed = data | {"headline": "Crashed", "section": section.pk, "body": "<p>All.</p>"}
    autosave(ada, data["key"], **typed)
    row = AutosavedText.objects.get()

    offered = ada.get(reverse(ADD)).content.decode()
    shown = ada.post(reverse(ADD), {"_show_text": row.pk})
    ada.post(reverse(ADD), form_data(shown))

    assert "Restore unsaved text" in offered
    assert "Crashed" in offered
    article = Article.objects.get()
    assert (article.headline, article.body) == ("Crashed", "<p>All.</p>")
    assert "Restore unsaved text" not in ada.get(reverse(ADD)).content.decode()


def test_unsaved_text_is_shown_to_its_writer_only(ada, bob):
    article = ArticleFactory()
    autosave(ada, article.uuid, headline="Secret thought")
    row = AutosavedText.objects.get()

    page = bob.get(change_url(article)).content.decode()
    taken = bob.post(change_url(article), {"_show_text": row.pk})
    bob.post(url("discard_unsaved", row.pk))

    assert "Restore unsaved" not in page
    assert taken.status_code == 404
    assert AutosavedText.objects.filter(pk=row.pk).exists()


def test_unsaved_text_never_reaches_readers(ada, client):
    article = CompleteArticleFactory(published=True)
    autosave(ada, article.uuid, headline="Zanzibar", body="<p>Zanzibar</p>")

    for path in [article.get_absolute_url(), "/", "/feed/", "/search/?q=zanzibar"]:
        page = client.get(path).content.decode()
        assert "Zanzibar</" not in page, path


def test_late_request_never_replaces_newer_text(ada):
    article = ArticleFactory()
    autosave(ada, article.uuid, count=2, headline="Newer")

    answer = autosave(ada, article.uuid, count=1, headline="Older").json()

    assert answer == {"saved_at": None}
    assert AutosavedText.objects.get().headline == "Newer"


def test_autosave_that_comes_after_the_save_is_not_offered(ada):
    article = ArticleFactory()
    form = opened(ada, article)
    autosave(ada, article.uuid, headline="Typed")
    saving = {"headline": "Typed", "autosave_tab": "tab-1", "autosave_count": "1"}
    ada.post(change_url(article), form | saving)

    autosave(ada, article.uuid, count=2, headline="Typed")

    assert "Restore unsaved" not in ada.get(change_url(article)).content.decode()


def test_new_typing_leaves_text_from_a_crash_alone(ada):
    article = ArticleFactory()
    autosave(ada, article.uuid, tab="crashed", headline="Before the crash")

    autosave(ada, article.uuid, tab="new", headline="Typed since")

    page = ada.get(change_url(article)).content.decode()
    assert page.count("Restore unsaved text") == 2


def test_unsaved_text_is_discarded_by_a_button(ada):
    article = ArticleFactory()
    autosave(ada, article.uuid, headline="Away")
    row = AutosavedText.objects.get()

    by_get = ada.get(url("discard_unsaved", row.pk))
    response = ada.post(url("discard_unsaved", row.pk), {"back": article.pk})

    assert (by_get.status_code, response.url) == (405, change_url(article))
    assert not AutosavedText.objects.exists()


def test_form_with_errors_keeps_its_unsaved_text_until_it_is_saved(ada):
    article = ArticleFactory()
    form = opened(ada, article) | {"headline": ""}
    autosave(ada, article.uuid, headline="", kicker="Typed")

    refused = ada.post(
        change_url(article), form | {"autosave_tab": "tab-1", "autosave_count": "1"}
    )

    assert refused.status_code == 200
    assert AutosavedText.objects.get().typed["kicker"] == ["Typed"]
    data = form_data(refused)
    assert (data["autosave_tab"], data["autosave_count"]) == ("tab-1", "1")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"autosave_tab": ""}, 400),
        ({"autosave_tab": "<b>"}, 400),
        ({"autosave_count": "x"}, 400),
        ({"body": "x" * (AutosavedText.MAX_BYTES + 1)}, 413),
    ],
)
def test_autosave_refuses_what_no_page_of_ours_sends(ada, changes, status):
    data = {"headline": "H", "autosave_tab": "t", "autosave_count": "1"} | changes

    response = ada.post(url("autosave", ArticleFactory().uuid), data)

    assert response.status_code == status
    assert not AutosavedText.objects.exists()


def test_autosave_takes_text_that_the_database_could_not(ada):
    autosave(ada, ArticleFactory().uuid, headline="a\x00b\x07")

    assert AutosavedText.objects.get().headline == "ab"


def test_autosave_is_closed_to_who_may_not_change_the_story(client):
    article = ArticleFactory()
    client.force_login(UserFactory(role="Reporter"))

    response = autosave(client, article.uuid, headline="Mine now")

    assert (response.status_code, response.json()) == (403, {"error": "permission"})
    assert not AutosavedText.objects.exists()


def test_script_is_told_that_the_login_has_ended(client):
    article = ArticleFactory()

    answers = [
        autosave(client, article.uuid, headline="H"),
        client.post(url("editing", article.pk), {"tab": "t"}),
        client.get(url("token")),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert not AutosavedText.objects.exists()


def test_autosave_query_count(ada, django_assert_num_queries):
    article = ArticleFactory()
    autosave(ada, article.uuid, headline="One")

    with django_assert_num_queries(8):  # savepoints included
        autosave(ada, article.uuid, count=2, headline="Two")


# A login that ended, a token that changed ---------------------------------------------


def strict_client(user):
    found = Client(enforce_csrf_checks=True)
    found.force_login(user)
    return found


def given_back(response):
    """The fields that the page would send on, and its token."""
    content = response.content.decode()
    assert "Your text is not lost" in content
    pattern = r'<textarea name="([^"]+)" hidden>\s?([^<]*)</textarea>'
    found = re.findall(pattern, content)
    fields = {name: html.unescape(value) for name, value in found}
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', content)[1]
    return fields | {"csrfmiddlewaretoken": token, "_show_text": "posted"}


def test_save_after_the_session_ended_gives_the_text_back(ada):
    article = ArticleFactory(headline="Old")
    words = " ".join(f"word{number}" for number in range(5000))
    form = opened(ada, article) | {"headline": "Kept", "body": f"<p>{words}</p>"}
    ada.logout()

    response = ada.post(change_url(article), form)
    fields = given_back(response)
    ada.force_login(ada.user)
    shown = form_data(ada.post(change_url(article), fields))

    assert response.status_code == 401
    assert (shown["headline"], shown["body"]) == ("Kept", f"<p>{words}</p>")
    article.refresh_from_db()
    assert article.headline == "Old"
    ada.post(change_url(article), shown)
    article.refresh_from_db()
    assert article.headline == "Kept"


@pytest.mark.parametrize("is_new", [True, False])
def test_changed_token_gives_the_text_back_and_the_way_on(ada, is_new):
    article = ArticleFactory(headline="Old")
    where = reverse(ADD) if is_new else change_url(article)
    browser = strict_client(ada.user)
    form = form_data(browser.get(where)) | {
        "headline": "Kept", "body": "<p>All of it.</p>", "section": article.section_id,
    }  # fmt: skip
    browser.force_login(ada.user)  # the other tab
    browser.cookies["csrftoken"] = "b" * 32

    refused = browser.post(where, form | {"_save": "Save"})
    shown = browser.post(where, given_back(refused))

    assert refused.status_code == 403
    assert form_data(shown)["headline"] == "Kept"
    assert Article.objects.count() == 1
    browser.post(where, form_data(shown) | {"_save": "Save"})
    assert Article.objects.filter(headline="Kept", body="<p>All of it.</p>").exists()


def test_page_sent_after_the_session_ended_comes_back_into_its_form(client):
    page = PageFactory(body="<p>Old.</p>")
    where = reverse("admin:articles_page_change", args=[page.pk])
    typed = {
        "title": "About", "slug": page.slug, "position": "0",
        "body": "<p>Typed for an hour.</p>",
    }  # fmt: skip

    refused = client.post(where, {**typed, "_save": "1"})
    client.force_login(User.objects.create_superuser("ada"))
    shown = client.post(where, {**typed, "_show_text": "posted"})
    page.refresh_from_db()
    text_then = page.body
    client.post(where, {**typed, "_save": "1"})

    page.refresh_from_db()
    assert refused.status_code == 401
    assert "Typed for an hour." in html.unescape(refused.content.decode())
    assert "It is not saved yet" in shown.content.decode()
    assert shown.context["adminform"].form["body"].value() == typed["body"]
    assert (text_then, page.body) == ("<p>Old.</p>", typed["body"])


def test_other_forms_keep_the_plain_refusal(ada):
    browser = strict_client(ada.user)

    response = browser.post(reverse("admin:articles_tag_add"), {"name": "X"})

    assert response.status_code == 403
    assert "Your text is not lost" not in response.content.decode()


def test_save_after_the_right_was_lost_gives_the_text_to_copy(client):
    reporter = UserFactory(role="Reporter")
    article = CompleteArticleFactory(created_by=reporter, headline="Old")
    client.force_login(reporter)
    form = opened(client, article) | {"body": "<p>My last words</p>"}
    Article.objects.filter(pk=article.pk).update(
        pub_status="usable", published_at=timezone.now()
    )

    response = client.post(change_url(article), form)

    assert response.status_code == 403
    content = response.content.decode()
    assert "My last words" in content
    assert "Go on with this text" not in content


def test_given_back_text_is_escaped(ada):
    article = ArticleFactory()
    form = opened(ada, article) | {"body": "</textarea><script>alert(1)</script>"}
    ada.logout()

    page = ada.post(change_url(article), form).content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_form_query_count(ada, django_assert_max_num_queries, count):
    article = ArticleFactory(
        by=AuthorFactory.create_batch(count), tagged=[f"t{n}" for n in range(count)]
    )
    for number in range(count):
        autosave(ada, article.uuid, tab=f"tab-{number}", headline="H")
    ada.get(change_url(article))

    with django_assert_max_num_queries(60) as captured:
        ada.get(change_url(article))

    ours = [
        query["sql"]
        for query in captured.captured_queries
        if re.search(
            r'FROM "articles_(revision|editingsession|autosavedtext)"', query["sql"]
        )
    ]
    assert len(ours) == 3
