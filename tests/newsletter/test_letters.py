import email
import re
from email.policy import default as modern

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format
from lxml import html

from newsletter import issues, letters, outcomes, tokens
from newsletter.models import IssueItem
from newsletter.templatetags.newsletter import paragraphs
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PictureFactory,
)
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_moment():
    """Links carry the second in which they were made."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def printed(issue, delivery=None):
    """An issue's mail as a mail program parses it, and the delivery it is of."""
    content = letters.compose(issue, issues.entries_of(issue))
    press = letters.Press(issue, html=content.html, text=content.text)
    delivery = delivery or DeliveryFactory(issue=issue)
    raw = press.letter(delivery).message().as_bytes()
    return email.message_from_bytes(raw, policy=modern), delivery


def bodies(message):
    return [
        message.get_body([kind]).get_content().replace("\r\n", "\n")
        for kind in ["plain", "html"]
    ]


def test_headers_are_those_that_mail_providers_ask_for(settings):
    settings.DEFAULT_FROM_EMAIL = "The Paper <news@news.example>"
    newsletter = NewsletterFactory(
        slug="harbour", from_name="Gülşen, “The Paper”", reply_to="desk@news.example"
    )
    issue = IssueFactory(newsletter=newsletter, subject="The tide is in")

    message, delivery = printed(issue)

    link = tokens.delivery_unsubscribe_url(delivery)
    assert message.defects == []
    assert [address.display_name for address in message["From"].addresses] == [
        "Gülşen, “The Paper”"
    ]
    assert message["From"].addresses[0].addr_spec == "news@news.example"
    assert {
        name: message[name]
        for name in [
            "To", "Subject", "Reply-To", "List-Id", "List-Unsubscribe",
            "List-Unsubscribe-Post", "MIME-Version",
        ]
    } == {
        "To": delivery.subscriber.email,
        "Subject": "The tide is in",
        "Reply-To": "desk@news.example",
        "List-Id": "<harbour.news.example>",
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
    }  # fmt: skip
    assert re.fullmatch(
        r"<i\d+\.d\d+\.[0-9a-f]{12}@news\.example>", message["Message-ID"]
    )
    assert abs(message["Date"].datetime - timezone.now()).total_seconds() < 60


@pytest.mark.parametrize(
    "subject",
    [
        "👩‍👩‍👧‍👦 and the tide",
        "It’s the day’s “letter” – no: letters",
        "Cafe\u0301 au lait",
        "Die längste Überschrift der Küste " * 7,
        "– a verylongwordwithoutanyblankinside 水 a “letter” 水 längste",
        "خبر المساء من الميناء",
    ],
)
def test_subject_arrives_as_it_was_written(subject):
    issue = IssueFactory(subject=subject)
    issue.refresh_from_db()

    message, _ = printed(issue)

    assert str(message["Subject"]) == issue.subject


def test_both_bodies_arrive_as_they_were_composed():
    story = ArticleFactory(
        published=True,
        headline='Q&A: AT&T <b>wins</b> = "5 > 3"',
        standfirst="Ends with a blank. \n.Begins with a dot, and é, ç, 水.",
    )
    issue = IssueFactory(stories=[story], intro="x " * 300)
    content = letters.compose(issue, issues.entries_of(issue))

    message, delivery = printed(issue)

    links = {
        letters.UNSUBSCRIBE: tokens.delivery_unsubscribe_url(delivery),
        letters.PREFERENCES: tokens.preferences_url(delivery.subscriber),
    }
    expected = [content.text, content.html]
    for mark, link in links.items():
        expected = [body.replace(mark, link) for body in expected]
    assert [body.rstrip("\n") for body in bodies(message)] == [
        body.rstrip("\n") for body in expected
    ]


def test_no_line_is_longer_than_mail_allows():
    issue = IssueFactory(intro="word " * 500, subject="Ü" * 250)

    content = letters.compose(issue, [])
    press = letters.Press(issue, html=content.html, text=content.text)
    raw = press.letter(DeliveryFactory(issue=issue)).message().as_bytes()

    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_text_twin_is_for_people():
    story = ArticleFactory(published=True, headline="Q&A", standfirst="All’s well.")
    story.contributions.create(author=AuthorFactory(name="Ada Writer"))
    CorrectionFactory(article=story, text="It was Friday.")
    issue = IssueFactory(
        newsletter__name="Harbour Letter",
        subject="The tide",
        stories=[story],
        intro="One.\n\nTwo.",
    )
    IssueItemFactory(issue=issue, headline="And", text="A & B", position=5)

    message, delivery = printed(issue)

    text = bodies(message)[0]
    unsubscribe = tokens.delivery_unsubscribe_url(delivery)
    preferences = tokens.preferences_url(delivery.subscriber)
    today = date_format(timezone.localdate(), "j F Y")
    assert text == (
        f"Harbour Letter\nNewsroom · {today}\n\nThe tide\n\nOne.\n\nTwo.\n\n* * *\n\n"
        f"{story.section.name}\nQ&A\nAll’s well.\nAda Writer\n{story.absolute_url}\n\n"
        "Correction: It was Friday.\n\n* * *\n\nAnd\n\nA & B\n\n-- \n\n"
        "You get this because you signed up for Harbour Letter at Newsroom.\n"
        f"Leave this newsletter: {unsubscribe}\nYour newsletters: {preferences}\n"
        f"Read on the web: {issue.absolute_url}\n"
    )


def test_every_address_is_absolute_and_every_picture_described():
    story = ArticleFactory(published=True, lead_picture=PictureFactory(rendered=True))
    issue = IssueFactory(stories=[story], intro="See https://news.example/x?a=1&b=2#c")

    message, _ = printed(issue)

    page = html.fromstring(bodies(message)[1])
    addresses = page.xpath("//a/@href | //img/@src")
    assert len(addresses) > 5
    assert [
        url for url in addresses if not url.startswith("https://news.example/")
    ] == []
    [picture] = page.xpath("//img")
    assert (picture.get("alt"), picture.get("width"), picture.get("height")) == (
        "A white ferry under a red sky",
        "560",
        "315",
    )
    assert "https://news.example/x?a=1&b=2#c" in addresses


def test_picture_whose_rights_ended_is_not_mailed():
    picture = PictureFactory(rendered=True, rights_expire_at=timezone.now())
    issue = IssueFactory(stories=[ArticleFactory(published=True, lead_picture=picture)])

    message, _ = printed(issue)

    assert "<img" not in bodies(message)[1]


@pytest.mark.parametrize(
    ("medium", "is_mailed"), [("allows_newsletter", False), ("allows_site", True)]
)
def test_picture_is_mailed_where_newsletters_may_show_it(medium, is_mailed):
    picture = PictureFactory(rendered=True, **{medium: False})
    issue = IssueFactory(stories=[ArticleFactory(published=True, lead_picture=picture)])

    message, _ = printed(issue)

    page = html.fromstring(bodies(message)[1])
    alt = ["A white ferry under a red sky"]
    assert page.xpath("//img/@alt") == (alt if is_mailed else [])
    assert ("Ada Writer / Newsroom" in bodies(message)[1]) is is_mailed


def test_issues_own_words_go_before_the_storys():
    story = ArticleFactory(published=True, headline="Long", standfirst="Dull")
    issue = IssueFactory()
    IssueItemFactory(issue=issue, article=story, headline="Short", standfirst="Bright")

    [entry] = issues.entries_of(issue)

    assert (entry.headline, entry.standfirst) == ("Short", "Bright")


def test_correction_of_a_story_stands_in_the_issue():
    story = CorrectionFactory(text="It was forty.").article
    issue = IssueFactory(stories=[story])

    message, _ = printed(issue)

    assert "It was forty." in bodies(message)[1]


def test_letter_has_the_newsletters_language_and_each_storys_direction():
    story = ArticleFactory(published=True, language="ar", headline="خبر")
    issue = IssueFactory(newsletter__language="fr", stories=[story])

    message, _ = printed(issue)

    page = html.fromstring(bodies(message)[1])
    assert (page.get("lang"), page.get("dir")) == ("fr", "ltr")
    [cell] = page.xpath("//td[@lang='ar']")
    assert cell.get("dir") == "rtl"


def test_private_issue_has_no_link_to_the_web():
    issue = IssueFactory(is_public=False)

    message, _ = printed(issue)

    assert issue.absolute_url not in "".join(bodies(message))


def test_preheader_is_the_headlines_where_none_is_written():
    found = [
        letters.Entry(headline, "", "", "en", "ltr") for headline in ["First", "Second"]
    ]

    written = letters.preheader(IssueFactory.build(preheader="Read me"), found)
    made = letters.preheader(IssueFactory.build(), found)

    assert (written, made) == ("Read me", "First · Second")


def test_test_mail_has_nobodys_links():
    issue = IssueFactory(stories=[ArticleFactory(published=True)])

    content = letters.compose(issue, issues.entries_of(issue), is_test=True)
    message = letters.test_letter(issue, content, to="desk@example.org")

    assert message.subject == f"[Test] {issue.subject}"
    assert "/unsubscribe" not in content.html + content.text
    assert ".invalid" not in content.html + content.text
    assert "List-Unsubscribe" not in message.extra_headers


def test_entries_take_two_statements_however_many(django_assert_num_queries):
    issue = IssueFactory(stories=ArticleFactory.create_batch(4, published=True))
    items = list(IssueItem.objects.filter(issue=issue))

    with django_assert_num_queries(2):
        letters.entries(items, newsletter=issue.newsletter)


def test_mail_providers_backend_finds_the_parts():
    issue = IssueFactory(stories=[ArticleFactory(published=True)])
    content = letters.compose(issue, issues.entries_of(issue))
    delivery = DeliveryFactory(issue=issue)

    press = letters.Press(issue, html=content.html, text=content.text)
    letter = press.letter(delivery)

    link = tokens.delivery_unsubscribe_url(delivery)
    assert link in letter.body
    assert link in letter.alternatives[0].content
    assert letter.metadata == {"delivery": outcomes.key_of(delivery)}
    assert letter.extra_headers["Message-ID"] == press.message_id(delivery)


def test_english_words_keep_their_direction_in_a_letter_from_right_to_left():
    issue = IssueFactory(
        newsletter__language="ar", stories=[ArticleFactory(published=True)]
    )

    found = letters.entries(issue.items.all(), newsletter=issue.newsletter)
    made = letters.compose(issue, found, is_test=True)
    content = " ".join(made.html.split())

    assert re.search(r'<span lang="en" dir="ltr"> ?This is a test\.', content)
    assert re.search(r'<span dir="auto">\d+ \w+ \d{4}</span>', content)


def test_each_paragraph_runs_as_its_letters_do():
    html = paragraphs("Hello, 3 <b>.\r\n\r\nمرحبا، 3 ferries.\nثانيا.\n\n ")

    assert html.split("\n") == [
        '<p dir="ltr">Hello, 3 &lt;b&gt;.</p>',
        '<p dir="rtl">مرحبا، 3 ferries.<br>ثانيا.</p>',
    ]
    assert paragraphs("") == ""
