from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from articles.models import Article
from newsletter import issues
from newsletter.models import Issue
from tests.factories.articles import ArticleFactory, CorrectionFactory
from tests.factories.newsletter import IssueFactory, IssueItemFactory, NewsletterFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def test_past_issues_stand_on_their_newsletters_page(client):
    newsletter = NewsletterFactory()
    older = IssueFactory(
        newsletter=newsletter, sent=True, started_at=timezone.now() - timedelta(days=7)
    )
    newer = IssueFactory(newsletter=newsletter, sent=True)
    IssueFactory(newsletter=newsletter)
    IssueFactory(newsletter=newsletter, scheduled=True)
    IssueFactory(newsletter=newsletter, sent=True, is_public=False)
    IssueFactory(sent=True)

    response = client.get(newsletter.get_absolute_url())

    assert list(response.context["page"]) == [newer, older]


@pytest.mark.parametrize(
    ("issue", "status"),
    [
        ({"sent": True}, 200),
        ({"sent": True, "status": "sending"}, 200),
        ({"sent": True, "status": "cancelled"}, 200),
        ({"sent": True, "is_public": False}, 404),
        ({"scheduled": True}, 404),
        ({}, 404),
    ],
)
def test_issue_is_on_the_web_from_its_first_mail_on(client, issue, status):
    issue = IssueFactory(**issue)

    assert client.get(issue.get_absolute_url()).status_code == status


def test_withdrawn_story_vanishes_and_correction_is_marked(client):
    gone = ArticleFactory(withdrawn=True, headline="Gone story")
    unborn = ArticleFactory(scheduled=True, headline="Unborn story")
    kept = CorrectionFactory(text="It was forty.").article
    issue = IssueFactory(sent=True, stories=[gone, unborn, kept])

    page = client.get(issue.get_absolute_url()).text

    assert "Gone story" not in page
    assert "Unborn story" not in page
    assert kept.get_absolute_url() in page
    assert "It was forty." in page


def test_web_version_has_nobodys_token(client):
    issue = IssueFactory(sent=True, stories=[ArticleFactory(published=True)])

    page = client.get(issue.get_absolute_url()).text

    assert "/unsubscribe/" not in page
    assert "/preferences/" not in page


def test_issues_address_in_other_letters_leads_to_the_issue(client):
    issue = IssueFactory(sent=True)

    response = client.get(
        issue.get_absolute_url().upper().replace("NEWSLETTERS", "newsletters")
    )

    assert (response.status_code, response["Location"]) == (
        301,
        issue.get_absolute_url(),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_as_many_statements_for_three_as_for_one(
    client, django_assert_num_queries, count
):
    newsletter = NewsletterFactory()
    for _ in range(count):
        issue = IssueFactory(
            newsletter=newsletter,
            sent=True,
            stories=ArticleFactory.create_batch(count, published=True),
        )
    client.get("/newsletters/")

    with django_assert_num_queries(3):
        client.get(newsletter.get_absolute_url())
    with django_assert_num_queries(4):
        client.get(issue.get_absolute_url())


@pytest.mark.parametrize("query", ["", "?format=rss"])
def test_feed_holds_past_issues_without_what_was_withdrawn(client, query):
    newsletter = NewsletterFactory(name="Harbour Letter")
    gone = ArticleFactory(withdrawn=True, headline="Gone story")
    issue = IssueFactory(newsletter=newsletter, sent=True, stories=[gone])
    IssueItemFactory(issue=issue, headline="A & B", text="<b>x</b>", position=3)
    IssueFactory(newsletter=newsletter, sent=True, is_public=False, subject="Hidden")

    response = client.get(
        reverse("newsletter:newsletter_feed", args=[newsletter.slug]) + query
    )

    text = response.text
    etree.fromstring(response.content)
    assert issue.subject in text
    assert issue.absolute_url in text
    assert "Gone story" not in text
    assert "Hidden" not in text
    assert "&lt;b&gt;x" not in text.replace("&amp;lt;b", "")


def test_feed_of_a_newsletter_without_issues_is_valid(client):
    newsletter = NewsletterFactory()

    response = client.get(reverse("newsletter:newsletter_feed", args=[newsletter.slug]))

    feed = etree.fromstring(response.content)
    assert feed.findtext(f"{ATOM}title") == newsletter.name
    assert Issue.objects.count() == 0


def test_feed_takes_as_many_statements_for_three_issues_as_for_one(
    client, django_assert_max_num_queries
):
    newsletter = NewsletterFactory()
    for _ in range(3):
        IssueFactory(
            newsletter=newsletter,
            sent=True,
            stories=[ArticleFactory(published=True)],
        )
    url = reverse("newsletter:newsletter_feed", args=[newsletter.slug])

    with django_assert_max_num_queries(3 + 2 * 3):
        client.get(url)


@pytest.mark.parametrize("page", ["issue", "feed"])
def test_web_says_what_was_mailed_whatever_becomes_of_the_stories(client, page):
    issue = IssueFactory(scheduled=True, readers=1)
    told = ArticleFactory(published=True, headline="As mailed", standfirst="")
    left_out = ArticleFactory(withdrawn=True, headline="Left out")
    IssueItemFactory(issue=issue, article=told)
    IssueItemFactory(issue=issue, article=left_out)
    issues.start(issue)

    Article.objects.filter(pk=told.pk).update(headline="Anew", standfirst="Later words")
    Article.objects.filter(pk=left_out.pk).update(pub_status="usable")
    issue.refresh_from_db()
    address = {
        "issue": issue.get_absolute_url(),
        "feed": reverse("newsletter:newsletter_feed", args=[issue.newsletter.slug]),
    }
    text = client.get(address[page]).text

    assert "As mailed" in text
    for later in ["Anew", "Later words", "Left out"]:
        assert later not in text
