import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from newsletter import issues, sending
from newsletter.models import IssueLink
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import IssueFactory, NewsletterFactory

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ODD = "https://partner.example/x?a=1&b=2#frag"


@pytest.fixture
def reader():
    return Client(headers={"user-agent": BROWSER})


def sent_issue(*, opens=True, clicks=True, intro=f"See {ODD} and write to a@b.example"):
    newsletter = NewsletterFactory(counts_opens=opens, counts_clicks=clicks)
    issue = IssueFactory(
        newsletter=newsletter,
        scheduled=True,
        stories=[ArticleFactory(published=True)],
        readers=1,
        intro=intro,
    )
    sending.run()
    return issue


def html_of_mail():
    return mail.outbox[-1].alternatives[0].content


def path_of(name, link):
    return reverse(f"newsletter:{name}", args=[link.key])


def test_nothing_is_counted_unless_the_newsletter_says_so():
    sent_issue(opens=False, clicks=False)

    assert "/count/" not in html_of_mail()
    assert not IssueLink.objects.exists()


def test_links_to_read_are_counted_and_personal_ones_are_not():
    issue = sent_issue()

    story = issue.items.get().article
    assert set(issue.links.values_list("url", flat=True)) == {
        "",
        ODD,
        story.absolute_url,
    }
    hrefs = re.findall(r'href="([^"]+)"', html_of_mail())
    others = [href for href in hrefs if "/count/" not in href]
    assert any("/unsubscribe/" in href for href in others)
    assert any("/preferences/" in href for href in others)
    assert issue.absolute_url in others
    assert "mailto:a@b.example" in others
    assert ODD in mail.outbox[-1].body
    assert "/count/" not in mail.outbox[-1].body


def test_link_leads_where_the_editor_meant_in_one_hop(reader):
    link = IssueLink.objects.get(issue=sent_issue(), url=ODD)

    answer = reader.get(path_of("count_click", link))

    assert (answer.status_code, answer["Location"]) == (302, ODD)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    link.refresh_from_db()
    assert link.count == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "curl/8"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"sec-fetch-dest": "empty"},
    ],
)
def test_machines_are_led_on_and_not_counted(headers):
    link = IssueLink.objects.get(issue=sent_issue(), url=ODD)
    client = Client(headers={"user-agent": BROWSER, **headers})

    answer = client.get(path_of("count_click", link))

    link.refresh_from_db()
    assert (answer["Location"], link.count) == (ODD, 0)


def test_head_counts_nothing(reader):
    for link in sent_issue().links.all():
        name = "count_click" if link.url else "count_open"
        assert reader.head(path_of(name, link)).status_code < 400

    assert not IssueLink.objects.exclude(count=0).exists()


def test_opened_mail_is_counted_by_a_dot(reader):
    link = IssueLink.objects.get(issue=sent_issue(), url="")
    assert f"{path_of('count_open', link)}" in html_of_mail()

    answer = reader.get(path_of("count_open", link))

    link.refresh_from_db()
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert (link.count, answer["Cache-Control"]) == (1, "private, no-store")


@pytest.mark.parametrize("name", ["count_click", "count_open"])
def test_unknown_key_leads_nowhere(reader, name):
    url = reverse(f"newsletter:{name}", args=["unknown"])

    answer = reader.get(f"{url}?next=https://evil.example&url=https://evil.example")

    assert (answer.status_code, "Location" in answer) == (404, False)


def test_key_of_the_dot_is_no_link_and_that_of_a_link_no_dot(reader):
    issue = sent_issue()
    dot, link = issue.links.get(url=""), issue.links.get(url=ODD)

    assert reader.get(path_of("count_click", dot)).status_code == 404
    assert reader.get(path_of("count_open", link)).status_code == 404


def test_counting_ends_when_it_is_turned_off_and_links_still_lead(reader):
    issue = sent_issue()
    issue.newsletter.counts_clicks = False
    issue.newsletter.save()
    link = issue.links.get(url=ODD)

    answer = reader.get(path_of("count_click", link))

    link.refresh_from_db()
    assert (answer["Location"], link.count) == (ODD, 0)


def test_copy_written_anew_keeps_the_keys():
    issue = sent_issue()
    keys = dict(issue.links.values_list("url", "key"))

    issues._keep_copy(issue)

    assert dict(issue.links.values_list("url", "key")) == keys
    assert issue.copy.html.count("/count/") == html_of_mail().count("/count/")


def test_test_mail_and_web_page_are_not_counted(client, admin_user):
    issue = sent_issue()

    page = client.get(issue.get_absolute_url()).text

    assert "/count/" not in page


def test_preview_at_the_desk_counts_nothing(admin_client):
    issue = sent_issue()
    url = reverse("admin:newsletter_issue_preview", args=[issue.pk])

    page = admin_client.get(url).text

    assert "/count/" not in page
    assert ODD.replace("&", "&amp;") in page
