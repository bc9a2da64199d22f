"""axe and IBM's engine over the editors' pages, as readers' pages are judged.

Both themes, three widths.

A page more is a line in PAGES: its name, and a function that makes what it shows and
returns the address.
"""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login as flows
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from articles import copies, preview_links, revisions, workflow
from articles.models import ImportedItem, ImportRun, Revision
from articles.moving import uploads
from newsroom.accounts.adapters import MFAAdapter
from republishing.models import Invoicing
from tests.articles.desk import change_url, opened
from tests.factories.articles import (
    AuthorFactory,
    CompleteArticleFactory,
    CorrectionFactory,
    PageFactory,
    PictureFactory,
    SectionFactory,
    TagFactory,
    UserFactory,
    WireItemFactory,
)
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.factories.republishing import GrantFactory, RepublishingRequestFactory
from tests.judges.engines import COLOURS, TAGS, ask_ibm, judge

pytestmark = pytest.mark.django_db(transaction=True)

BODY = """<h2>At the quay</h2><p>The first boat left, <a href="/">said</a> all.</p>
<figure data-picture="{picture}"><figcaption>Dawn</figcaption></figure>
<table><caption>Fares</caption><tbody><tr><th>A long name for a day</th>
<th>Departures</th><th>Arrivals</th><th>Cancellations</th><th>Passengers</th></tr>
<tr><td>Monday</td><td>4</td><td>4</td><td>0</td><td>160</td></tr></tbody></table>
<aside class="pullquote"><p>Said aloud.</p></aside>"""


def admin_url(name, *args):
    return reverse(f"admin:{name}", args=args)


def draft():
    body = BODY.format(picture=PictureFactory().pk)
    return CompleteArticleFactory(body=body)


def live_story():
    story = CompleteArticleFactory(published=True)
    CorrectionFactory(article=story)
    return story


def story_with_copy(editor):
    story = live_story()
    names = [(line.author, line.role) for line in story.contributions.all()]
    content = copies.typed_content(story, byline=names, tags=["Harbour"])
    copies.keep(story, {**content, "headline": "Other words"}, by=editor)
    return story


def story_with_history(editor):
    story = draft()
    for headline in ["Old words", "New words"]:
        story.headline = headline
        story.save()
        revisions.snapshot(story, by=editor, kind=Revision.Kind.SAVED)
    return story


def conflict(editor):
    """Two have changed the body, one the headline."""
    story = draft()
    client = Client()
    client.force_login(editor)
    form = opened(client, story)
    story.body = story.body.replace("first", "last")
    story.save()
    typed = {"headline": "Mine", "body": form["body"].replace("first", "slow")}
    return client.post(change_url(story), {**form, **typed}).url


def an_import(editor, **values):
    return ImportRun.objects.create(
        **{"kind": "wordpress", "file_name": "export.xml", "by": editor, **values}
    )


def checked_import(editor):
    """A preview with a mapping to choose, and one item of each outcome."""
    rows = [["category", "world", "section", "World"], ["type", "x", "nothing", ""]]
    found = {"site": "courier.example", "rows": rows, "notes": ["Two authors are odd."]}
    counts = {"story:imported": 3, "story:look": 1, "picture:failed": 1}
    run = an_import(editor, state="checked", found=found, counts=counts)
    uploads.originals().save(f"imports/{run.uuid.hex}/file/0", ContentFile(b"x"))
    for outcome in ImportedItem.Outcome:
        ImportedItem.objects.create(
            run=run,
            kind="story",
            source_id=outcome,
            outcome=outcome,
            title="Ferries return",
            reason="A picture is missing\nIt has no date",
        )
    return run


def finished_import(editor):
    run = an_import(editor, state="finished", started_at=timezone.now())
    story = story_with_history(editor)
    for number, target in enumerate([story, draft()]):
        ImportedItem.objects.create(
            run=run, kind="story", source_id=number, outcome="imported",
            title=str(target), target=target.pk, is_made=True,
        )  # fmt: skip
    return run


def comparison(editor):
    story = story_with_history(editor)
    newest = story.revisions.latest_first().first()
    return f"{admin_url('articles_article_compare', story.pk)}?to={newest.pk}"


def story_of_a_reporter(reporter):
    story = CompleteArticleFactory(created_by=reporter)
    workflow.perform(story, "mark_ready", by=User.objects.create_superuser("chief"))
    return change_url(story)


def preview_links_of(editor):
    story = draft()
    preview_links.make(story, name="Anna", lifetime=timedelta(days=1), by=editor)
    return admin_url("articles_article_preview_links", story.pk)


def licensed_request(_):
    grant = GrantFactory()
    grant.placements.create(url="https://paper.example/story")
    request = grant.quote.request
    request.events.create(kind="remind_update")
    return admin_url("republishing_republishingrequest_change", request.pk)


def invoice_settings(_):
    Invoicing.objects.create(pk=1, tax_percent=18)
    return admin_url("republishing_invoicing_change", 1)


def newsletter_with_readers():
    newsletter = NewsletterFactory(counts_opens=True, counts_clicks=True)
    SubscriptionFactory.create_batch(3, newsletter=newsletter, confirmed=True)
    issue_that_was_sent(newsletter)
    return newsletter


def issue_that_was_sent(newsletter=None):
    newsletter = newsletter or NewsletterFactory()
    issue = IssueFactory(newsletter=newsletter, sent=True)
    DeliveryFactory(issue=issue, status="sent")
    issue.links.create(key=f"a{issue.pk}", count=3)
    issue.links.create(key=f"b{issue.pk}", url="https://news.example/a/", count=2)
    return issue


def own_account(editor):
    data = {"secret": MFAAdapter().encrypt("A" * 32)}
    Authenticator.objects.create(user=editor, type="totp", data=data)
    RecoveryCodes.activate(editor)
    return reverse("mfa_index")


def without_app(editor, name):
    Authenticator.objects.filter(user=editor, type="totp").delete()
    return reverse(name)


def list_of(model):
    return lambda _: admin_url(f"{model}_changelist")


def new(model):
    return lambda _: admin_url(f"{model}_add")


def form_of(model, make):
    return lambda _: admin_url(f"{model}_change", make().pk)


# fmt: off
PAGES = {
    "desk": lambda _: admin_url("index"),
    "stories": lambda _: draft() and admin_url("articles_article_changelist"),
    "new story": new("articles_article"),
    "draft": lambda _: change_url(draft()),
    "live story": lambda editor: change_url(story_with_copy(editor)),
    "history": lambda editor: admin_url(
        "articles_article_history", story_with_history(editor).pk
    ),
    "comparison": comparison,
    "conflict": conflict,
    "tags": list_of("articles_tag"),
    "tag": form_of("articles_tag", TagFactory),
    "pictures": list_of("articles_picture"),
    "new picture": new("articles_picture"),
    "picture": form_of("articles_picture", PictureFactory),
    "authors": list_of("articles_author"),
    "author": form_of("articles_author", AuthorFactory),
    "sections": list_of("articles_section"),
    "section": form_of("articles_section", SectionFactory),
    "person": lambda _: admin_url("newsletter_person"),
    "merge": lambda _: admin_url(
        "newsletter_subscriber_merge", SubscriberFactory().pk
    ),
    "page": form_of("articles_page", PageFactory),
    "front page": list_of("articles_frontpageslot"),
    "publication": list_of("articles_publication"),
    "users": list_of("auth_user"),
    "user": form_of("auth_user", UserFactory),
    "calendar": lambda _: draft() and admin_url("articles_article_calendar"),
    "preview": lambda _: admin_url("articles_article_preview", draft().pk),
    "preview links": preview_links_of,
    "error reports": list_of("articles_errorreport"),
    "redirects": list_of("articles_pastpath"),
    "addresses not found": list_of("articles_missingpath"),
    "blocked content": list_of("articles_policyreport"),
    "who did what": list_of("articles_audittrail"),
    "imports": lambda editor: checked_import(editor) and admin_url(
        "articles_importrun_changelist"
    ),
    "new import": new("articles_importrun"),
    "import, checked": lambda editor: admin_url(
        "articles_importrun_change", checked_import(editor).pk
    ),
    "import, running": lambda editor: admin_url(
        "articles_importrun_change", an_import(editor, state="running").pk
    ),
    "import, to be undone": lambda editor: admin_url(
        "articles_importrun_undo", finished_import(editor).pk
    ),
    "several pictures": lambda _: admin_url("articles_picture_upload"),
    "rights that end": lambda _: admin_url("articles_picture_rights"),
    "leaving": lambda _: admin_url("auth_user_remove", UserFactory().pk),
    "issues": list_of("newsletter_issue"),
    "new issue": new("newsletter_issue"),
    "wire": lambda _: WireItemFactory() and admin_url("articles_wireitem_changelist"),
    "wire item": lambda _: admin_url(
        "articles_wireitem_change", WireItemFactory(attention="changed").pk
    ),
    "wire source": new("articles_wiresource"),
    "list of readers": lambda _: admin_url("newsletter_subscriber_bring_in"),
    "newsletters": list_of("newsletter_newsletter"),
    "newsletter's figures": lambda _: admin_url(
        "newsletter_newsletter_figures", newsletter_with_readers().pk
    ),
    "issue that was sent": lambda _: admin_url(
        "newsletter_issue_sending", issue_that_was_sent().pk
    ),
    "requests": list_of("republishing_republishingrequest"),
    "request": form_of(
        "republishing_republishingrequest", RepublishingRequestFactory
    ),
    "licences": list_of("republishing_grant"),
    "request that is licensed": licensed_request,
    "invoice settings": invoice_settings,
    "what licences bring": lambda _: admin_url("republishing_grant_report"),
    "password": lambda _: admin_url("password_change"),
    "own sign-in": own_account,
    "recovery codes": lambda _: reverse("mfa_view_recovery_codes"),
    "app to be removed": lambda _: reverse("mfa_deactivate_totp"),
    "is it still you, by code": lambda _: reverse("mfa_reauthenticate"),
    "new app": lambda editor: without_app(editor, "mfa_activate_totp"),
    "new passkey": lambda editor: without_app(editor, "mfa_add_webauthn"),
}
# fmt: on
# As readers' pages are looked at, and what the desk's own switch says.
LOOKS = [
    (1280, "light", "auto", TAGS),
    (1280, "light", "dark", COLOURS),
    (360, "dark", "auto", TAGS),
    (768, "dark", "light", COLOURS),
]

# What IBM's engine is asked about too: a page of each kind that people work on.
ALSO_BY_IBM = {
    *["desk", "stories", "new story", "draft", "calendar", "preview links"],
    *["front page", "several pictures", "pictures", "picture", "new import"],
    *["import, checked", "issues", "new issue", "issue that was sent", "person"],
    *["list of readers", "requests", "request", "request that is licensed"],
    *["password", "own sign-in", "recovery codes", "new app", "new passkey"],
    *["is it still you, by code", "leaving"],
}
# What it is not asked about, with the reason.
LEFT_OUT = {
    "aria_form_label_unique": "A form without a name is no landmark, so it needs none; "
    "with names, each page would have a dozen landmarks.",
    "label_ref_valid": "The label of a field that a script hides and puts a box of its "
    "own before: boxes that search, and the editor. The box has a name too.",
    "label_name_visible": "The words on the editor's buttons are names in a font of "
    "icons; nobody sees words.",
    "aria_complementary_labelled": "A pull quote in the text that is being written.",
}


@pytest.fixture
def desk(judged, live_server, settings):
    """Opens pages of the live server as a person."""
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False

    def tab_of(person):
        tab = judged(live_server.url)
        if person:
            tab.context.add_cookies([login_cookie(person, live_server.url)])
        return tab

    return tab_of


def login_cookie(person, address):
    client = Client()
    client.force_login(person)
    session = client.session
    # Typed a moment ago, so that changes of the sign-in do not ask again.
    session[flows.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


def judge_desk(tab, address):
    assert tab.goto(address).status == 200, address
    if tab.locator("[data-django-prose-editor-configurable]").count():
        tab.locator(".editor-count").first.wait_for()
    return judge(tab, LOOKS)


def ask_ibm_of_ours(tab):
    # On a narrow screen the list of stories is no table, and it takes it for one.
    tab.set_viewport_size({"width": 1280, "height": 900})
    return [
        message for message in ask_ibm(tab) if message.partition(":")[0] not in LEFT_OUT
    ]


def test_accessibility_engines_find_nothing_on_the_desk(desk):
    editor = User.objects.create_superuser("editor", "e@news.example", "secret")
    reporter = UserFactory(role="Reporter")
    found = {}

    tab = desk(editor)
    for name, make in PAGES.items():
        found[name] = judge_desk(tab, make(editor))
        if name in ALSO_BY_IBM and (messages := ask_ibm_of_ours(tab)):
            found[name]["IBM"] = messages
    tab = desk(reporter)
    found["view only"] = judge_desk(tab, story_of_a_reporter(reporter))
    tab = desk(None)
    found["log in"] = judge_desk(tab, admin_url("login"))
    if messages := ask_ibm_of_ours(tab):
        found["log in"]["IBM"] = messages
    found["lost password"] = judge_desk(tab, reverse("admin_password_reset"))
    lost = User.objects.create_user("lost", email="l@news.example", is_staff=True)
    key = urlsafe_base64_encode(str(lost.pk).encode())
    link = [key, default_token_generator.make_token(lost)]
    choose = reverse("password_reset_confirm", args=link)
    found["new password"] = judge_desk(tab, choose)
    found["link sent"] = judge_desk(tab, reverse("password_reset_done"))

    assert {name: messages for name, messages in found.items() if messages} == {}
