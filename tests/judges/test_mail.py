"""Every HTML mail we send, judged by the HTML checkers and by “Can I email”."""

import json
import re
import shutil
import subprocess

import pytest
from django.core import mail
from django.utils import timezone

from articles import actions as article_actions
from newsletter import emails as newsletter_emails
from newsletter import issues, sending
from republishing import emails as republishing_emails
from republishing import notices
from republishing.models import RequestEvent, UpdateNotice
from tests.factories.articles import (
    CompleteArticleFactory,
    CorrectionFactory,
    UserFactory,
)
from tests.factories.newsletter import (
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
    SubscriptionFactory,
)
from tests.factories.republishing import GrantFactory
from tests.judges.conftest import HERE
from tests.judges.html_judges import ask_html_checker

pytestmark = pytest.mark.django_db

# What “Can I email” says of us and does no harm, each with its reason.
ALLOWED = {
    "<body> element": "Some programs put a div there; the table has all colours.",
    "@media": "The dark theme; a program that does not know it shows the light one.",
    "aria-hidden attribute": "Without it a screen reader reads the preheader too.",
    "<bdi> element": "A program that does not know it shows the name all the same.",
    "display:none": "Hides the preheader; its size, height and colour do so as well.",
    "overflow": "As display:none.",
    "role attribute": "Tells screen readers that a table is for layout.",
}
# What the HTML checkers say of us and does no harm in a mail.
OLD_ATTRIBUTES = (
    # Outlook reads them and no style: the checker wants styles alone.
    "attribute on the “table” element is obsolete",
    "attribute on the “td” element is obsolete",
    "attribute on the “img” element is obsolete",
    "The “role” attribute",
)


def of_newsletters():
    newsletter = NewsletterFactory(counts_opens=True, counts_clicks=True)
    story = CompleteArticleFactory(published=True)
    CorrectionFactory(article=story)
    issue = IssueFactory(
        newsletter=newsletter,
        scheduled=True,
        stories=[story, CompleteArticleFactory(published=True)],
        readers=1,
        intro="Good morning.\n\nSee https://partner.example/?a=1&b=2 first.",
    )
    IssueItemFactory(issue=issue, position=9, headline="Ours", text="Words.\n\nMore.")
    issues.send_test(issue, to="desk@paper.example", by=None)
    sending.run()
    subscription = SubscriptionFactory(newsletter=newsletter, confirmed=True)
    subscriber = subscription.subscriber
    return {
        "test": mail.outbox[0],
        "issue": mail.outbox[1],
        "confirm": newsletter_emails.confirmation(subscriber, [newsletter]),
        "already": newsletter_emails.already_subscribed(subscriber),
        "welcome": newsletter_emails.welcome(subscription),
        "problem": newsletter_emails.problem(issue, to="desk@paper.example"),
    }


def of_republishing():
    story = CompleteArticleFactory(published=True)
    grant = GrantFactory(article=story)
    quote = grant.quote
    request = quote.request
    made = {
        "received": republishing_emails.received(request, quote=quote),
        "received, no offer": republishing_emails.received(request, quote=None),
        "to desk": republishing_emails.to_desk(request, quote=quote),
    }
    for kind in RequestEvent.Kind:
        event = RequestEvent.objects.create(
            request=request, kind=kind, note="A word.\n\nAnother.", at=timezone.now()
        )
        for number, message in enumerate(republishing_emails.about(event)):
            made[f"{kind} {number}"] = message
    article_actions.correct(story, text="It was Friday.", by=UserFactory())
    notices.make_notices()
    notice = UpdateNotice.objects.first()
    for is_reminder in [False, True]:
        name = f"notice, reminder {is_reminder}"
        made[name] = republishing_emails.update_notice(notice, is_reminder=is_reminder)
    return made


@pytest.fixture
def mails():
    return {**of_newsletters(), **of_republishing()}


def html_of(message):
    [alternative] = message.alternatives
    return alternative.content


@pytest.fixture
def files(mails, tmp_path):
    names = {}
    for number, (name, message) in enumerate(mails.items()):
        path = tmp_path / f"{number}.html"
        path.write_text(html_of(message))
        names[str(path)] = name
    return names


def ask_can_i_email(node_modules, paths):
    """What mail programs do not know in these files, without what is allowed."""
    run = subprocess.run(
        [shutil.which("node"), HERE / "doiuse.mjs", node_modules.resolve(), *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return {
        path: left
        for path, errors in json.loads(run.stdout).items()
        if (left := [error for error in errors if not is_allowed(error)])
    }


def is_allowed(error):
    found = re.match(r"`(.+?)` is not supported", error)
    return found is not None and found[1] in ALLOWED


def test_can_i_email_sees_a_defect(node_modules, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text('<html><body><p style="display:grid">x</p></body></html>')

    found = ask_can_i_email(node_modules, [str(path)])

    assert "display:grid" in " ".join(found[str(path)])


def test_mail_programs_know_what_our_mails_use(node_modules, files):
    found = ask_can_i_email(node_modules, list(files))

    assert {files[path]: errors for path, errors in found.items()} == {}


def test_html_checker_finds_nothing_in_mails(node_modules, files, tmp_path):
    found = {
        files[str(tmp_path / name)]: left
        for name, messages in ask_html_checker(node_modules, tmp_path).items()
        if (left := [one for one in messages if not is_of_outlook(one)])
    }

    assert found == {}


def is_of_outlook(message):
    return any(part in message for part in OLD_ATTRIBUTES)


def test_text_of_each_mail_says_what_its_html_says(mails):
    """Spam filters compare the two; people who read text must miss nothing."""
    for name, message in mails.items():
        words = set(re.findall(r"\w{4,}", message.body.lower()))
        html = re.sub(r"(?s)<(style|title).*?</\1>|<[^>]+>", " ", html_of(message))
        missing = set(re.findall(r"\w{4,}", html.lower())) - words
        share = len(missing) / len(set(re.findall(r"\w{4,}", html.lower())))

        assert share < 0.25 or len(missing) < 8, (name, sorted(missing))
