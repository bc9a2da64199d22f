"""Unpublished stories for people without an account."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from articles import preview_links, workflow
from articles.accounts import remove_account
from articles.models import Article, ArticleEvent, PreviewLink, PreviewVisit, Status
from articles.preview_links import NoPreviewError
from tests.articles.test_desk import IN, NOW, opened
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    PictureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
SHOWN = {Status.DRAFT, Status.IN_REVIEW, Status.READY, Status.SCHEDULED}


def make(article=None, **more):
    article = article or ArticleFactory()
    return preview_links.make(
        article, **{"name": "Anna Kaya", "lifetime": WEEK, "by": None, **more}
    )


def page_url(article):
    return reverse("admin:articles_article_preview_links", args=[article.pk])


def revoke_url(link):
    return reverse(
        "admin:articles_article_revoke_link", args=[link.article_id, link.pk]
    )


def words(response):
    page = lxml.html.fromstring(response.content.decode())
    return " ".join(page.text_content().split())


# The page behind a link ---------------------------------------------------------------


def test_link_shows_the_story_to_a_stranger(client):
    article = ArticleFactory(lead_picture=PictureFactory(rendered=True))
    link = make(article)

    response = client.get(link.get_absolute_url())

    page = lxml.html.fromstring(response.content.decode())
    assert page.xpath("//h1/text()") == [article.headline]
    assert len(page.xpath("//*[@class='story-picture']//img")) == 1
    assert "Preview – not published. For Anna Kaya, until" in words(response)


def test_page_of_a_link_tells_nobody_else_of_it(client):
    link = make()

    response = client.get(link.get_absolute_url())

    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    page = lxml.html.fromstring(response.content.decode())
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    assert page.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]
    rels = {"canonical", "alternate"} & set(page.xpath("//link/@rel"))
    assert rels == set()
    assert page.xpath("//script[not(@src)] | //meta[@property] | //form") == []
    assert page.xpath("//*[@class='share' or @class='republish-notice']") == []
    assert link.token not in response.content.decode()


@pytest.mark.parametrize("status", Status)
@time_machine.travel(NOW, tick=False)
def test_link_follows_the_status(client, status):
    article = ArticleFactory()
    link = make(article)
    made = ArticleFactory(**IN[status])
    PreviewLink.objects.filter(pk=link.pk).update(article=made)

    response = client.get(link.get_absolute_url())

    expected = 200 if status in SHOWN else 404
    if status == Status.PUBLISHED:
        expected = 302
        assert response["Location"] == made.get_absolute_url()
        assert response["Cache-Control"] == "private, no-store"
    assert response.status_code == expected


def test_embargoed_story_is_shown(client):
    later = timezone.now() + WEEK
    link = make(ArticleFactory(scheduled=True, embargoed_until=later))

    assert client.get(link.get_absolute_url()).status_code == 200


def test_draft_past_its_expiry_is_not_shown(client):
    link = make(ArticleFactory(expires_at=timezone.now() - WEEK))

    assert client.get(link.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("days", [1, 7, 30])
def test_link_ends_at_its_time(client, days):
    with time_machine.travel(NOW, tick=False) as clock:
        link = make(lifetime=timedelta(days=days))
        clock.shift(timedelta(days=days, seconds=-1))
        before = client.get(link.get_absolute_url()).status_code
        clock.shift(timedelta(seconds=1))
        after = client.get(link.get_absolute_url())

    assert (before, after.status_code) == (200, 404)
    assert after["Cache-Control"] == "private, no-store"


def test_other_tokens_lead_nowhere(client):
    link = make()
    wrong = [
        link.key,
        link.token[:-1],
        f"{link.key}.",
        signing.Signer(salt="other", sep=".").sign(link.key),
        PreviewLink(key="another", article=link.article).token,
        "ümlaut.٣",
        "%00",
        "a" * 3000,
        "..",
    ]

    found = {client.get(f"/preview/{token}/").status_code for token in wrong}

    assert found == {404}
    assert client.get("/preview/").status_code == 404
    assert PreviewVisit.objects.count() == 0


def test_tokens_differ_and_are_not_in_the_database(client):
    article = ArticleFactory()
    links = [make(article), make(article)]

    tokens = {link.token for link in links}

    assert len(tokens) == 2
    assert all(len(link.key) == 22 and link.key != link.token for link in links)


def test_former_secret_key_keeps_links_working(client, settings):
    address = make().get_absolute_url()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-one-" + "9876543210" * 4

    assert client.get(address).status_code == 200


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")],
)
def test_visit_is_kept_once_without_the_visitors_address(
    client, method, address, network
):
    link = make()

    getattr(client, method)(link.get_absolute_url(), REMOTE_ADDR=address)

    [visit] = PreviewVisit.objects.all()
    assert (visit.link, visit.network) == (link, network)


def test_post_to_a_link_is_refused(client):
    assert client.post(make().get_absolute_url()).status_code == 405


# Made and revoked ---------------------------------------------------------------------


def test_making_and_revoking_are_events():
    user, other = UserFactory(), UserFactory()
    link = make(by=user)

    preview_links.revoke(link, by=other)
    preview_links.revoke(link, by=user)

    link.refresh_from_db()
    assert (link.created_by, link.revoked_by) == (user, other)
    events = ArticleEvent.objects.order_by("pk").values_list("kind", "by", "note")
    until = timezone.localtime(link.expires_at)
    assert list(events) == [
        ("link_made", user.pk, f"For Anna Kaya, until {until:%-d %B %Y, %H:%M}"),
        ("link_revoked", other.pk, "For Anna Kaya"),
    ]


def test_revoked_link_is_dead_at_once(client):
    link, kept = make(), make()

    preview_links.revoke(link, by=None)

    assert client.get(link.get_absolute_url()).status_code == 404
    assert client.get(kept.get_absolute_url()).status_code == 200


def test_withdrawal_ends_the_links_for_good(client):
    boss = UserFactory(is_superuser=True)
    article = ArticleFactory(scheduled=True)
    link = make(article)

    workflow.perform(article, "withdraw", by=boss)
    during = client.get(link.get_absolute_url()).status_code
    workflow.perform(article, "hold", by=boss)
    after = client.get(link.get_absolute_url()).status_code

    assert (during, after) == (404, 404)
    assert article.events.filter(kind="link_revoked", by=boss).count() == 1


def test_deleted_story_takes_its_links_with_it(client):
    link = make()

    link.article.delete()

    assert client.get(link.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.EXPIRED, Status.WITHDRAWN])
def test_no_link_to_a_story_that_was_out(status):
    article = ArticleFactory(**IN[status])

    with pytest.raises(NoPreviewError):
        make(article)

    assert not PreviewLink.objects.exists()


# In the admin -------------------------------------------------------------------------


def test_reporter_makes_copies_and_revokes_a_link_to_an_own_draft(client):
    reporter = UserFactory(role="Reporter")
    client.force_login(reporter)
    article = ArticleFactory(created_by=reporter)

    client.post(page_url(article), {"name": " Anna  Kaya ", "lifetime": "1"})

    [link] = article.preview_links.all()
    assert (link.name, link.created_by) == ("Anna Kaya", reporter)
    assert link.expires_at - link.created_at < timedelta(days=1, minutes=1)
    page = lxml.html.fromstring(client.get(page_url(article)).content.decode())
    assert page.xpath(f"//input[@id='link-{link.pk}']/@value") == [link.absolute_url]
    assert link.absolute_url.startswith("https://news.example/preview/")

    client.post(revoke_url(link))

    link.refresh_from_db()
    assert link.revoked_by == reporter
    assert link.token not in client.get(page_url(article)).content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "", "lifetime": "7"}, "This field is required."),
        ({"name": "\u200b ", "lifetime": "7"}, "Write a name."),
        ({"name": "x" * 121, "lifetime": "7"}, "at most 120 characters"),
        ({"name": "Anna", "lifetime": "9999"}, "Select a valid choice."),
        ({"name": "Anna"}, "This field is required."),
    ],
)
def test_bad_input_is_told_beside_its_field(client, typed, message):
    client.force_login(UserFactory(role="Editor"))
    article = ArticleFactory()

    response = client.post(page_url(article), typed)

    assert response.status_code == 200
    assert message in words(response)
    assert not PreviewLink.objects.exists()


def test_form_of_a_story_that_readers_see_meanwhile_says_so(client):
    client.force_login(UserFactory(role="Editor"))
    article = ArticleFactory(published=True)

    response = client.post(page_url(article), {"name": "Anna", "lifetime": "7"})

    assert "Readers see this story already" in words(response)
    assert not PreviewLink.objects.exists()


def test_others_stories_have_no_page_of_links(client):
    client.force_login(UserFactory(role="Reporter"))
    link = make()

    assert client.get(page_url(link.article)).status_code == 404
    assert client.post(page_url(link.article), {"name": "x"}).status_code == 404
    assert client.post(revoke_url(link)).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_who_may_only_read_a_story_sees_no_address_and_changes_nothing(client):
    client.force_login(UserFactory(role="Newsletter editor"))
    link = make()

    response = client.get(page_url(link.article))

    assert link.token not in response.content.decode()
    assert "Anna Kaya" in words(response)
    typed = {"name": "x", "lifetime": "7"}
    assert client.post(page_url(link.article), typed).status_code == 403
    assert client.post(revoke_url(link)).status_code == 403


def test_reporter_may_revoke_an_own_link_after_review_began(client):
    reporter = UserFactory(role="Reporter")
    client.force_login(reporter)
    article = ArticleFactory(created_by=reporter)
    own, other = make(article, by=reporter), make(article)
    Article.objects.filter(pk=article.pk).update(desk_status="ready")

    assert client.post(revoke_url(own)).status_code == 302
    assert client.post(revoke_url(other)).status_code == 403


def test_get_revokes_nothing(client):
    client.force_login(UserFactory(role="Editor"))
    link = make()

    assert client.get(revoke_url(link)).status_code == 405


def test_editors_see_when_a_link_was_opened(client):
    link = make()
    with time_machine.travel(datetime(2026, 5, 4, 9, 30, tzinfo=UTC)):
        preview_links.record_visit(link, network="203.0.113.0/24")
    client.force_login(UserFactory(role="Editor"))

    page = words(client.get(page_url(link.article)))
    beside = words(
        client.get(reverse("admin:articles_article_change", args=[link.article_id]))
    )

    assert "Opened 1 time, last 4 May 2026, 10:30." in page
    assert "4 May 2026, 10:30, 203.0.113.0/24" in page
    assert "opened 1 time, last 4 May, 10:30" in beside


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_links_query_count(client, django_assert_num_queries, count):
    client.force_login(UserFactory(is_superuser=True))
    article = ArticleFactory()
    for _ in range(count):
        link = make(article, by=UserFactory())
        preview_links.record_visit(link, network="")
    client.get(page_url(article))

    with django_assert_num_queries(7):
        client.get(page_url(article))


def test_copy_of_a_story_has_no_links(client):
    client.force_login(UserFactory(is_superuser=True))
    link = make()

    url = reverse("admin:articles_article_change", args=[link.article_id])
    client.post(url, opened(client, url) | {"_saveasnew": ["1"]})

    [copy] = Article.objects.exclude(pk=link.article_id)
    assert not copy.preview_links.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_preview_query_count(client, django_assert_num_queries, count):
    article = ArticleFactory(
        tagged=[f"Tag {number}" for number in range(count)],
        by=[AuthorFactory() for _ in range(count)],
        lead_picture=PictureFactory(rendered=True),
    )
    ArticleFactory.create_batch(count, section=article.section, published=True)
    link = make(article)
    client.get(link.get_absolute_url())

    with django_assert_num_queries(13):
        client.get(link.get_absolute_url())


def test_links_of_somebody_who_has_left_work_no_more():
    leaver, editor = UserFactory(), UserFactory()
    draft = ArticleFactory()
    kept = preview_links.make(draft, name="A", lifetime=timedelta(days=1), by=editor)
    gone = preview_links.make(draft, name="B", lifetime=timedelta(days=1), by=leaver)

    remove_account(leaver, by=editor)

    assert list(PreviewLink.objects.working()) == [kept]
    gone.refresh_from_db()
    assert gone.revoked_by == editor
