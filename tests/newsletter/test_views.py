import re
import time
import unicodedata
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter import tokens, views
from newsletter.models import ConsentEvent, Subscriber, Subscription
from tests.factories.newsletter import NewsletterFactory, SubscriptionFactory

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
SIGN_UP = "/newsletters/sign-up/"
DONE = "/newsletters/check-your-inbox/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(views, "ANSWER_SECONDS", 0)


@pytest.fixture
def newsletter():
    return NewsletterFactory(name="Harbour Letter", slug="harbour-letter")


def post(client, *, headers=SAME_ORIGIN, **fields):
    data = {
        "email": "reader@example.org",
        "newsletters": "harbour-letter",
        "website": "",
    }
    return client.post(SIGN_UP, {**data, **fields}, headers=headers)


def path_in_mail(message, kind):
    """The path of the one link of this kind, in the text as in the HTML."""
    pattern = rf"https://news\.example(/newsletters/{kind}/\S+/)"
    found = re.findall(pattern, message.body)
    html = unescape(message.alternatives[0].content)
    assert len(found) == 1
    assert f"https://news.example{found[0]}" in html
    return found[0]


def test_sign_up_takes_the_same_time_for_new_and_known(client, newsletter, monkeypatch):
    monkeypatch.setattr(views, "ANSWER_SECONDS", 0.1)
    times = []
    for _ in range(2):
        began = time.perf_counter()
        post(client)
        times.append(time.perf_counter() - began)

    assert min(times) >= 0.1


def test_list_offers_open_newsletters_without_cookie(client, newsletter):
    NewsletterFactory(name="Closed Letter", is_open=False)

    response = client.get("/newsletters/")

    assert response.context["newsletters"] == [newsletter]
    assert "Closed Letter" not in response.text
    assert "csrfmiddlewaretoken" not in response.text
    assert (dict(response.cookies), "public" in response["Cache-Control"]) == ({}, True)


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, django_assert_num_queries, count):
    NewsletterFactory.create_batch(count)
    client.get("/")

    with django_assert_num_queries(1):
        client.get("/newsletters/")


def test_list_without_a_newsletter_leads_on(client):
    assert "There is no newsletter yet" in client.get("/newsletters/").text


def test_newsletter_page_has_its_form(client, newsletter):
    response = client.get("/newsletters/harbour-letter/")

    assert 'name="newsletters" value="harbour-letter"' in response.text


def test_closed_newsletter_page_has_no_form(client):
    NewsletterFactory(slug="closed", is_open=False)

    response = client.get("/newsletters/closed/")

    assert (response.status_code, SIGN_UP in response.text) == (200, False)


def test_sign_up_sends_one_mail_and_answers_303(client, newsletter):
    response = post(
        client, headers={**SAME_ORIGIN, "Referer": "https://news.example/world/a/"}
    )

    assert (response.status_code, response["Location"]) == (303, DONE)
    assert client.get(DONE).status_code == 200
    assert [message.to for message in mail.outbox] == [["reader@example.org"]]
    event = ConsentEvent.objects.get()
    assert (event.source_page, event.network_address) == ("/world/a/", "127.0.0.1")


def test_answer_is_the_same_whatever_is_known(client, newsletter):
    subscriptions = [
        SubscriptionFactory(newsletter=newsletter, **state)
        for state in [{}, {"confirmed": True}, {"left": True}]
    ]
    known = [subscription.subscriber.email for subscription in subscriptions]

    answers = []
    for email in ["new@example.org", *known]:
        response = post(client, email=email)
        headers = dict(response.headers)
        del headers["X-Request-ID"]
        answers.append(
            (response.status_code, headers, response.content, dict(response.cookies))
        )

    assert answers == [answers[0]] * 4


def test_machine_that_fills_the_hidden_field_gets_the_same_answer_and_no_mail(
    client, newsletter
):
    response = post(client, website="https://spam.example")

    assert (response.status_code, response["Location"]) == (303, DONE)
    assert (Subscriber.objects.count(), mail.outbox) == (0, [])


def test_bad_address_is_explained_beside_the_field_and_kept(client, newsletter):
    response = post(client, email="reader@example")

    assert response.status_code == 422
    field = response.context["form"]["email"]
    assert field.errors == ["We cannot write to this address. Is there a slip in it?"]
    assert 'id="id_email_error"' in response.text
    tag = re.search(r'<input[^>]*name="email"[^>]*>', response.text)[0]
    for part in [
        'value="reader@example"',
        'aria-invalid="true"',
        'aria-describedby="id_email_error"',
        'autocomplete="email"',
    ]:
        assert part in tag
    summary = re.search(r'<div class="form-summary".*?</div>', response.text, re.S)[0]
    assert "autofocus" in summary
    assert 'href="#id_email"' in summary


def test_bad_address_keeps_the_chosen_newsletters(client, newsletter):
    NewsletterFactory(slug="other")

    response = post(client, email="", newsletters=["harbour-letter"])

    chosen = [
        box.data["value"]
        for box in response.context["form"]["newsletters"]
        if box.data["selected"]
    ]
    assert chosen == ["harbour-letter"]


@pytest.mark.parametrize("slug", ["", "no-such-letter", "a\x00b"])
def test_sign_up_for_no_newsletter_is_explained(client, newsletter, slug):
    response = post(client, newsletters=slug)

    assert (response.status_code, Subscriber.objects.count()) == (422, 0)
    assert "newsletters" in response.context["form"].errors


@pytest.mark.parametrize(
    "email", ["a%00b@example.org", "%ED%A0%80@example.org", "x" * 5000]
)
def test_odd_input_is_refused_kindly(client, newsletter, email):
    response = client.post(
        SIGN_UP,
        f"email={email}&newsletters=harbour-letter",
        content_type="application/x-www-form-urlencoded",
        headers=SAME_ORIGIN,
    )

    assert (response.status_code, Subscriber.objects.count()) == (422, 0)


def test_form_of_another_site_is_refused(client, newsletter):
    response = post(client, headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, Subscriber.objects.count()) == (403, 0)


def test_browser_that_says_nothing_is_asked_once_more(newsletter):
    client = Client(enforce_csrf_checks=True)
    NewsletterFactory(slug="other")
    asked = post(client, headers={}, newsletters=["harbour-letter", "other"])
    fields = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked.text
    )
    before = Subscriber.objects.count()
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)

    response = client.post(SIGN_UP, data)
    forged = Client().post(SIGN_UP, data)

    assert (asked.status_code, before, response.status_code) == (200, 0, 303)
    assert Subscription.objects.count() == 2
    assert (forged.status_code, "Location" in forged) == (200, False)


def test_get_of_the_forms_address_leads_to_the_form(client):
    assert client.get(SIGN_UP)["Location"] == "/newsletters/"


def test_network_is_stopped_after_thirty_sign_ups(client, newsletter):
    answers = [post(client, email=f"reader{n}@example.org") for n in range(32)]

    assert [response.status_code for response in answers] == [303] * 30 + [429] * 2
    assert "try again in an hour" in answers[-1].text
    assert len(mail.outbox) == 30


def test_hammered_address_gets_the_same_answer_and_no_more_rows(client, newsletter):
    letters = NewsletterFactory.create_batch(12)

    answers = {post(client, newsletters=letter.slug).status_code for letter in letters}

    assert (answers, Subscription.objects.count(), len(mail.outbox)) == ({303}, 10, 1)


def test_links_use_the_sites_own_address(client, newsletter):
    response = client.post(
        SIGN_UP,
        {"email": "reader@example.org", "newsletters": "harbour-letter"},
        headers={**SAME_ORIGIN, "Host": "localhost"},
    )

    assert response.status_code == 303
    assert path_in_mail(mail.outbox[0], "confirm")
    assert "localhost" not in mail.outbox[0].body


@pytest.mark.parametrize(
    "email",
    [
        "a+b@example.org",
        "o'hara@example.org",
        "a%b&c@example.org",
        "user@bücher.example",
    ],
)
def test_link_in_the_mail_confirms_for_every_address(client, newsletter, email):
    post(client, email=email)
    path = path_in_mail(mail.outbox[0], "confirm")

    client.post(path)

    assert Subscription.objects.active().count() == 1


def test_only_the_button_confirms(client, newsletter):
    post(client)
    path = path_in_mail(mail.outbox[0], "confirm")

    looks = [client.get(path), client.head(path), client.get(path)]
    before = Subscription.objects.active().count()
    pressed = client.post(path, {"newsletters": "harbour-letter"})
    later = client.get(path)

    assert [look.status_code for look in looks] == [200] * 3
    assert (before, Subscription.objects.active().count()) == (0, 1)
    assert "Yes, send me" in looks[0].text
    assert "Welcome aboard" in pressed.text
    assert "Already confirmed" in later.text


def test_confirming_twice_welcomes_once(client, newsletter):
    post(client)
    path = path_in_mail(mail.outbox[0], "confirm")

    client.post(path)
    client.post(path)

    subjects = [message.subject for message in mail.outbox[1:]]
    assert subjects == ["Welcome to Harbour Letter"]


def test_confirm_link_expires(client, newsletter):
    post(client)
    path = path_in_mail(mail.outbox[0], "confirm")

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        response = client.post(path)

    assert (response.status_code, Subscription.objects.active().count()) == (410, 0)
    assert "sign up again" in response.text


@pytest.mark.parametrize("kind", ["confirm", "preferences", "unsubscribe"])
def test_changed_token_is_not_found(client, newsletter, kind):
    subscription = SubscriptionFactory(newsletter=newsletter)
    other = tokens.preferences_url(subscription.subscriber).split("/")[-2]
    paths = [f"/newsletters/{kind}/{token}/" for token in ["x", other[:-1] + "!"]]
    if kind != "preferences":
        paths.append(f"/newsletters/{kind}/{other}/")

    assert [client.post(path).status_code for path in paths] == [404] * len(paths)


def test_personal_pages_keep_their_address_to_themselves(client):
    subscription = SubscriptionFactory(
        confirmed=True, subscriber__email="reader@example.org"
    )
    urls = [
        tokens.confirm_url(subscription.subscriber),
        tokens.preferences_url(subscription.subscriber),
        tokens.unsubscribe_url(subscription),
    ]

    for url in urls:
        response = client.get(url.removeprefix("https://news.example"))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Cache-Control"] == "private, no-store"
        assert "r•••@example.org" in response.text
        assert "reader@example.org" not in response.text


def test_preferences_change_only_the_owners_newsletters(client, newsletter):
    subscription = SubscriptionFactory(confirmed=True)
    victim = SubscriptionFactory(confirmed=True)
    path = tokens.preferences_url(subscription.subscriber).removeprefix(
        "https://news.example"
    )

    response = client.post(
        path,
        {
            "newsletters": ["harbour-letter"],
            "email": victim.subscriber.email,
            "subscriber": victim.subscriber.pk,
        },
    )

    assert (response.status_code, response["Location"]) == (303, f"{path}?saved=1")
    active = subscription.subscriber.subscriptions.active()
    assert [row.newsletter for row in active] == [newsletter]
    assert list(victim.subscriber.subscriptions.active()) == [victim]
    assert list(Subscriber.objects.filter(email=subscription.subscriber.email)) == [
        subscription.subscriber
    ]
    assert "Saved." in client.get(response["Location"]).text


def test_preferences_unticked_leave_everything(client):
    subscription = SubscriptionFactory(confirmed=True)

    client.post(
        tokens.preferences_url(subscription.subscriber).removeprefix(
            "https://news.example"
        )
    )

    assert not Subscription.objects.active().exists()


def unsubscribe_path(subscription):
    return tokens.unsubscribe_url(subscription).removeprefix("https://news.example")


def test_only_the_button_unsubscribes(client):
    subscription = SubscriptionFactory(confirmed=True)
    path = unsubscribe_path(subscription)

    looks = [client.get(path), client.head(path)]
    before = Subscription.objects.active().count()
    pressed = client.post(path)

    assert [look.status_code for look in looks] == [200, 200]
    assert (before, Subscription.objects.active().count()) == (1, 0)
    assert "You are out" in pressed.text
    assert "You are out" in client.get(path).text


def test_mail_providers_post_unsubscribes_without_cookie_or_token():
    subscription = SubscriptionFactory(confirmed=True)
    kept = SubscriptionFactory(subscriber=subscription.subscriber, confirmed=True)
    provider = Client(enforce_csrf_checks=True)

    statuses = [
        provider.post(
            unsubscribe_path(subscription),
            {"List-Unsubscribe": "One-Click"},
            headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"},
        ).status_code
        for _ in range(2)
    ]

    assert statuses == [200, 200]
    assert list(Subscription.objects.active()) == [kept]
    assert ConsentEvent.objects.get().wording == "List-Unsubscribe=One-Click"


def test_link_works_on_its_owner_whoever_is_signed_in(admin_client):
    subscription = SubscriptionFactory(confirmed=True)
    other = SubscriptionFactory(confirmed=True, subscriber__email="admin@example.com")

    admin_client.post(unsubscribe_path(subscription))

    assert list(Subscription.objects.active()) == [other]


def test_undo_brings_the_reader_back(client):
    subscription = SubscriptionFactory(confirmed=True)
    client.post(unsubscribe_path(subscription))

    response = client.post(unsubscribe_path(subscription), {"undo": "1"})

    assert "You are back" in response.text
    assert list(Subscription.objects.active()) == [subscription]


def test_every_link_of_the_welcome_mail_works(client, newsletter):
    post(client)
    client.post(path_in_mail(mail.outbox[0], "confirm"))
    welcome = mail.outbox[1]

    paths = [path_in_mail(welcome, kind) for kind in ["preferences", "unsubscribe"]]

    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert (
        welcome.extra_headers["List-Unsubscribe"] == f"<https://news.example{paths[1]}>"
    )
    assert (
        welcome.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    )


def test_names_with_markup_stay_text(client):
    subscription = SubscriptionFactory(
        confirmed=True, newsletter__name="<script>alert(1)</script>{{7*7}}"
    )
    pages = [
        reverse("newsletter:newsletter_list"),
        subscription.newsletter.get_absolute_url(),
        unsubscribe_path(subscription),
        tokens.preferences_url(subscription.subscriber).removeprefix(
            "https://news.example"
        ),
    ]

    for page in pages:
        text = client.get(page).text
        assert "<script>alert" not in text
        assert "{{7*7}}" in text


@pytest.mark.parametrize(
    ("slug", "typed"), [("daily", "DAILY"), ("и\u0306скра", "и\u0306скра")]
)
def test_newsletter_is_found_in_capitals_and_decomposed(client, slug, typed):
    newsletter = NewsletterFactory(slug=unicodedata.normalize("NFC", slug))

    response = client.get(f"/newsletters/{typed}/", follow=True)

    assert response.context["newsletter"] == newsletter
