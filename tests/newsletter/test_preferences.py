import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from newsletter import actions, lists, outcomes, preferences, sending, tokens, why
from newsletter.models import (
    ConsentEvent,
    Delivery,
    ErasedAddress,
    Subscriber,
    Subscription,
    Suppression,
)
from newsroom.lib import addresses, people
from tests.factories.articles import ArticleFactory
from tests.factories.newsletter import (
    DeliveryFactory,
    IssueFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
SITE = "https://news.example"


@pytest.fixture
def reader():
    return SubscriptionFactory(
        confirmed=True, subscriber__email="reader@example.org"
    ).subscriber


def path(url):
    return url.removeprefix(SITE)


def own(reader, part=""):
    return path(tokens.preferences_url(reader)) + part


def link_in(message):
    return path(re.search(rf"{SITE}/newsletters/confirm/\S+", message.body)[0])


# Pausing ------------------------------------------------------------------------------


def test_paused_reader_is_passed_over_and_the_ledger_says_why(client, reader):
    newsletter = reader.subscriptions.get().newsletter
    issue = IssueFactory(
        newsletter=newsletter, scheduled=True, stories=[ArticleFactory(published=True)]
    )
    other = SubscriptionFactory(newsletter=newsletter, confirmed=True).subscriber

    response = client.post(own(reader, "pause/"), {"until": ""}, follow=True)
    sending.run()

    assert "Nothing comes until you resume." in response.text
    assert [message.to for message in mail.outbox] == [[other.email]]
    delivery = reader.deliveries.get()
    assert (delivery.status, delivery.reason) == ("skipped", "Paused by the reader")
    _, answers = why.explain(addresses.parse(reader.email))
    assert answers[0].reason == "Paused by the reader"
    assert issue.newsletter.subscriptions.receiving().count() == 1


def test_pause_ends_on_its_day(client, reader):
    with time_machine.travel("2026-03-01T10:00:00Z"):
        client.post(own(reader, "pause/"), {"until": "2026-03-05"})
        reader.refresh_from_db()
        assert reader.is_paused
        assert not Subscription.objects.receiving().exists()

    with time_machine.travel(reader.paused_until - timedelta(seconds=1)):
        assert reader.is_paused
        assert not Subscription.objects.receiving().exists()
    with time_machine.travel(reader.paused_until):
        assert not reader.is_paused
        assert Subscription.objects.receiving().count() == 1


def test_resumed_reader_gets_what_comes(client, reader):
    preferences.pause(reader)

    response = client.post(own(reader, "pause/"), {"resume": "1"}, follow=True)

    reader.refresh_from_db()
    assert not reader.is_paused
    assert "come again" in response.text
    kinds = list(reader.consent_events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["paused", "resumed"]


@pytest.mark.parametrize("day", ["yesterday", "2020-01-01", "9999-12-31", "31.12."])
def test_impossible_day_is_refused_kindly(client, reader, day):
    response = client.post(own(reader, "pause/"), {"until": day})

    assert response.status_code == 422
    assert "until" in response.context["pause_form"].errors
    reader.refresh_from_db()
    assert not reader.is_paused


def test_pages_of_preferences_change_nothing_when_read(client, reader):
    for part in ["", "pause/", "address/", "data/"]:
        client.get(own(reader, part))
        client.head(own(reader, part))

    reader.refresh_from_db()
    assert not reader.is_paused
    assert not reader.consent_events.exists()
    assert mail.outbox == []


# Another address ----------------------------------------------------------------------


def ask(client, reader, email):
    return client.post(own(reader, "address/"), {"email": email})


def test_address_changes_when_the_new_mailbox_says_yes(client, reader):
    old_link = own(reader)

    ask(client, reader, "New@Example.org")
    (asked,) = mail.outbox
    page = client.get(link_in(asked))
    reader.refresh_from_db()
    unchanged = reader.email
    done = client.post(link_in(asked))

    reader.refresh_from_db()
    assert asked.to == ["New@example.org"]
    assert "From now on your newsletters would go to" in page.text
    assert unchanged == "reader@example.org"
    assert "Your address is changed" in done.text
    assert (reader.email, reader.email_folded) == ("New@example.org", "new@example.org")
    assert client.get(old_link).status_code == 200
    assert reader.consent_events.get().kind == "moved"


def test_link_to_a_new_address_is_good_once(client, reader):
    ask(client, reader, "new@example.org")
    link = link_in(mail.outbox[0])
    client.post(link)

    response = client.post(link)

    assert response.status_code == 410
    assert "not good any more" in response.text
    assert ConsentEvent.objects.filter(kind="moved").count() == 1


def test_link_to_a_new_address_expires(client, reader):
    ask(client, reader, "new@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=2, seconds=2)):
        response = client.post(link_in(mail.outbox[0]))

    reader.refresh_from_db()
    assert response.status_code == 410
    assert reader.email == "reader@example.org"


def test_old_mailbox_hears_and_takes_it_back(
    client, reader, django_capture_on_commit_callbacks
):
    ask(client, reader, "new@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(link_in(mail.outbox[0]))
    notice = mail.outbox[1]

    client.get(link_in(notice))
    reader.refresh_from_db()
    unchanged = reader.email
    client.post(link_in(notice))

    reader.refresh_from_db()
    assert notice.to == ["reader@example.org"]
    assert "n•••@example.org" in notice.body
    assert unchanged == "new@example.org"
    assert reader.email == "reader@example.org"


def moved_and_taken_back(reader, stranger):
    """`reader` is moved to the stranger's address by their link, and goes back."""
    preferences.ask_to_move(reader, addresses.parse(stranger))
    reader.refresh_from_db()
    preferences.move(reader)
    reader.refresh_from_db()
    return preferences.move_back(reader)


@pytest.mark.parametrize("whose", ["reader", "stranger"])
@pytest.mark.parametrize("part", ["", "pause/", "address/", "data/"])
def test_way_back_shuts_who_held_a_link_out(client, reader, whose, part):
    stranger = SubscriptionFactory(
        confirmed=True, subscriber__email="stranger@example.org"
    ).subscriber
    link = own(reader if whose == "reader" else stranger, part)
    other = tokens.confirm_url(reader if whose == "reader" else stranger)

    now = moved_and_taken_back(reader, "stranger@example.org")

    pause = {"until": timezone.localdate() + timedelta(days=3)}
    assert client.post(link, pause).status_code == 410
    assert client.post(path(other)).status_code == 410
    now.refresh_from_db()
    assert (now.paused_at, now.wanted_email) == (None, "")
    assert client.get(own(now)).status_code == 200


def test_old_link_to_leave_leaves_after_the_way_back_and_does_no_more(client, reader):
    subscription = reader.subscriptions.get()
    link = path(tokens.unsubscribe_url(subscription))
    now = moved_and_taken_back(reader, "stranger@example.org")

    page = client.get(link).content.decode()
    client.post(link)
    left = client.post(link, {"undo": "1"}).content.decode()

    subscription.refresh_from_db()
    assert not subscription.is_active
    assert path(tokens.preferences_url(now)) not in page + left
    assert 'name="undo"' not in left


def test_second_change_does_not_shut_the_way_back(client, reader):
    for stranger in ["one@example.net", "two@example.net"]:
        preferences.ask_to_move(reader, addresses.parse(stranger))
        reader.refresh_from_db()
        preferences.move(reader)
        reader.refresh_from_db()

    client.post(path(tokens.way_back_url(reader)))

    reader.refresh_from_db()
    assert reader.email == "reader@example.org"


@pytest.mark.parametrize(
    "known", ["unknown", "subscribed", "left", "suppressed", "own"]
)
def test_answer_does_not_tell_whether_an_address_is_known(client, reader, known):
    email = "reader@example.org" if known == "own" else "other@example.org"
    if known in {"subscribed", "left"}:
        SubscriptionFactory(
            subscriber__email=email, confirmed=True, left=known == "left"
        )
    if known == "suppressed":
        Suppression.objects.create(email_folded=email)

    response = ask(client, reader, email)

    assert response.status_code == 303
    assert response["Location"].endswith("?asked=1")
    mails = [message.to for message in mail.outbox]
    assert mails == ([] if known in {"suppressed", "own"} else [[email]])


def test_address_of_another_row_becomes_one_with_it(client, reader):
    other = SubscriptionFactory(
        confirmed=True, subscriber__email="other@example.org"
    ).subscriber
    other_link = own(other)
    ask(client, reader, "other@example.org")

    client.post(link_in(mail.outbox[0]))

    kept = Subscriber.objects.get()
    assert (kept.pk, kept.email) == (reader.pk, "other@example.org")
    assert kept.subscriptions.active().count() == 2
    assert client.get(other_link).status_code == 200


def test_mails_to_new_addresses_are_few(client, reader):
    statuses = [
        ask(client, reader, f"new{n}@example.org").status_code for n in range(4)
    ]

    assert statuses == [303, 303, 303, 422]
    assert len(mail.outbox) == 3


# One's data ---------------------------------------------------------------------------


def data_link(client, reader):
    client.post(own(reader, "data/"))
    return link_in(mail.outbox[-1])


def test_data_is_mailed_a_link_and_downloaded(client, reader):
    subscriber = actions.sign_up(
        addresses.parse("reader@example.org"),
        [reader.subscriptions.get().newsletter],
        network_address="192.0.2.7",
    )
    ConsentEvent.objects.create(
        subscriber=subscriber, kind="confirmed", network_address="192.0.2.7"
    )
    SubscriptionFactory(confirmed=True, subscriber__email="someone@example.org")
    link = data_link(client, reader)

    page = client.get(link)
    response = client.post(link)

    assert mail.outbox[-1].to == ["reader@example.org"]
    assert "reader@example.org" not in page.text
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    found = json.loads(response.content)
    assert found["address"] == "reader@example.org"
    consents = found["data"]["newsletter: consents"]
    assert consents[0]["network_address"] == "192.0.2.7"
    assert "someone" not in response.text
    assert reader.key not in response.text


def test_preference_link_does_not_open_the_data(client, reader):
    token = own(reader).split("/")[-2]

    response = client.get(f"/newsletters/confirm/{token}/data/")

    assert response.status_code == 404


def test_reader_is_erased_after_a_page_that_says_what_goes(client, reader):
    sent = DeliveryFactory(subscriber=reader, status="sent", reason="said 250")
    link = data_link(client, reader).replace("/data/", "/erase/")

    page = client.get(link)
    still_there = Subscriber.objects.filter(pk=reader.pk).exists()
    done = client.post(link)

    sent.refresh_from_db()
    assert "Reader of newsletters" in page.text
    assert still_there
    assert "You are forgotten" in done.text
    assert not Subscriber.objects.exists()
    assert (sent.status, sent.subscriber, sent.reason) == ("sent", None, "")
    assert client.post(link).status_code == 410
    assert client.get(own(reader)).status_code == 404


def test_erased_reader_is_not_revived_by_a_list(reader):
    newsletter = reader.subscriptions.get().newsletter
    people.erase(addresses.parse("READER@example.org"))

    report = lists.bring_in(
        b"email\nReader@Example.org\n", newsletter, source="old.csv"
    )

    assert (report.new, report.kept_out) == (0, 1)
    assert not Subscriber.objects.exists()
    assert "reader" not in ErasedAddress.objects.get().digest


def test_erased_reader_comes_back_by_own_will(reader):
    newsletter = reader.subscriptions.get().newsletter
    address = addresses.parse("reader@example.org")
    people.erase(address)

    back = actions.sign_up(address, [newsletter])
    assert ErasedAddress.objects.exists()
    actions.confirm(back)

    assert back.subscriptions.active().exists()
    assert not ErasedAddress.objects.exists()


def test_mail_about_to_go_is_stopped_by_erasure(monkeypatch):
    issue = IssueFactory(
        scheduled=True, stories=[ArticleFactory(published=True)], readers=2
    )
    victim = Subscriber.objects.order_by("pk").last()
    begin = sending._sent_and_attempt

    def erase_first(done, row):
        assert row.subscriber.pk == victim.pk
        people.erase(addresses.parse(victim.email))
        return begin(done, row)

    monkeypatch.setattr(sending, "_sent_and_attempt", erase_first)
    sending.run()

    assert victim.email not in [message.to[0] for message in mail.outbox]
    assert len(mail.outbox) == 1
    assert sorted(issue.deliveries.values_list("status", flat=True)) == [
        "sent",
        "skipped",
    ]
    issue.refresh_from_db()
    assert issue.status == "sent"


def test_bounce_of_an_erased_readers_mail_is_counted_and_names_nobody(reader):
    delivery = DeliveryFactory(subscriber=reader, status="sent")
    people.erase(addresses.parse(reader.email))
    key = delivery.issue.uuid.hex[:12]

    name = f"<i{delivery.issue_id}.d{delivery.pk}.{key}@news.example>"
    is_ours = [
        outcomes.take_note(outcomes.Report(name, kind, words=f"<{reader.email}> gone"))
        for kind in outcomes.Kind
    ]

    assert all(is_ours)
    assert Delivery.objects.get().reason == ""
    assert Delivery.objects.get().complained_at
    assert not Suppression.objects.exists()


def test_two_erasures_are_one(reader):
    address = addresses.parse(reader.email)

    first, second = people.erase(address), people.erase(address)

    assert first
    assert second == []
    assert ErasedAddress.objects.count() == 1


def test_own_address_is_kept_apart_from_similar_ones(reader):
    for email in ["read.er@example.org", "reader+news@example.org"]:
        SubscriberFactory(email=email)

    people.erase(addresses.parse(reader.email))

    assert Subscriber.objects.count() == 2
