import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from newsletter import lists
from newsletter.models import ConsentEvent, Subscriber, Subscription, Suppression
from tests.factories.articles import UserFactory
from tests.factories.newsletter import NewsletterFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def bring_in(content, newsletter=None):
    if isinstance(content, str):
        content = content.encode()
    return lists.bring_in(content, newsletter or NewsletterFactory(), source="old.csv")


def folded():
    return sorted(Subscriber.objects.values_list("email_folded", flat=True))


@pytest.mark.parametrize(
    "content",
    [
        "email,name\na@x.org,Ada\nb@x.org,Bo\n",
        "\ufeffemail,name\r\na@x.org,Ada\r\n\r\nb@x.org,Bo\r\n",
        '"E-Mail","Name"\n"a@x.org","A, da"\n"b@x.org","Bo"\n',
        "EMAIL;Name\na@x.org;José\nb@x.org;Bo\n",
        "Name\tEmail Address\nAda\ta@x.org\nBo\tb@x.org\n",
        "email,name\ra@x.org,Ada\rb@x.org,Bo\r",
        "\n\nemail\n a@x.org \nB@x.org.\n",
        "email,name\na@x.org,José\nb@x.org,Bo\n".encode("cp1252"),
        "email\tname\na@x.org\tJosé\nb@x.org\tBo\n".encode("utf-16"),
    ],
)
def test_lists_of_all_makes_are_read(content):
    report = bring_in(content)

    assert (report.new, report.refused) == (2, [])
    assert folded() == ["a@x.org", "b@x.org"]
    assert Subscription.objects.active().count() == 2


def test_every_line_is_accounted_for():
    newsletter = NewsletterFactory()
    SubscriptionFactory(
        newsletter=newsletter,
        confirmed=True,
        subscriber__email="known@x.org",
    )
    lines = [f"new{number}@x.org" for number in range(8)]
    lines += ["NEW0@x.org", "no address", "é@x.org", "known@x.org"]

    report = bring_in("email\n" + "\n".join(lines), newsletter)

    assert (report.new, report.known, report.doubled, report.kept_out) == (8, 1, 1, 0)
    assert [line for line, _ in report.refused] == [11, 12]


def test_whoever_left_or_is_suppressed_or_gone_stays_out():
    newsletter = NewsletterFactory()
    left = SubscriptionFactory(
        newsletter=newsletter, left=True, subscriber__email="left@x.org"
    )
    Suppression.objects.create(email_folded="spam@x.org", reason="complained")

    report = bring_in(
        "email,status,unsubscribed_at\nleft@x.org,subscribed,\nspam@x.org,subscribed,\n"
        "gone@x.org,unsubscribed,\nwent@x.org,,2024-05-01 10:00\n",
        newsletter,
    )

    left.refresh_from_db()
    assert (report.new, report.kept_out, left.is_active) == (0, 4, False)
    assert Subscription.objects.active().count() == 0


def test_who_never_confirmed_elsewhere_is_not_confirmed_here():
    report = bring_in("email,status\na@x.org,pending\n")

    assert (report.new, report.refused) == (0, [(2, "a@x.org never confirmed.")])


def test_consent_is_kept_with_its_time_and_place():
    bring_in("email,confirmed_at\na@x.org,2024-05-01T10:00:00+02:00\n")

    event = ConsentEvent.objects.get()
    assert event.kind == "confirmed"
    assert event.at.isoformat() == "2024-05-01T08:00:00+00:00"
    assert event.wording == "Brought in from old.csv, line 2"
    assert Subscription.objects.get().confirmed_at == event.at


def test_second_run_adds_nothing():
    newsletter = NewsletterFactory()
    bring_in("email\na@x.org\n", newsletter)

    report = bring_in("email\na@x.org\n", newsletter)

    assert (report.new, report.known, ConsentEvent.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty."),
        ("\n \n", "The file is empty."),
        ("name,town\nAda,Trieste\n", "No column is headed email."),
        (b"\xff\xfe\x00", "The file is no text"),
    ],
)
def test_file_that_is_no_list_says_why(content, reason):
    with pytest.raises(lists.UnreadableListError, match=reason):
        bring_in(content)


def test_list_taken_out_comes_in_again(tmp_path, capsys):
    newsletter = NewsletterFactory(slug="harbour")
    SubscriptionFactory(
        newsletter=newsletter, confirmed=True, subscriber__email="a@x.org"
    )
    SubscriptionFactory(newsletter=newsletter, left=True, subscriber__email="b@x.org")
    SubscriptionFactory(
        newsletter=newsletter, confirmed=True, subscriber__email="=c@x.org"
    )
    SubscriptionFactory(confirmed=True)
    call_command("export_subscribers", "harbour")
    path = tmp_path / "harbour.csv"
    path.write_text(capsys.readouterr().out)
    NewsletterFactory(slug="other")

    call_command("import_subscribers", "other", str(path))

    assert capsys.readouterr().out == (
        "2 new, 0 known, 0 doubled in the file, 1 kept out, 0 refused\n"
    )
    assert "\n'=c@x.org,subscribed," in path.read_text()


def test_command_names_refused_lines_and_fails(tmp_path, capsys):
    NewsletterFactory(slug="harbour")
    path = tmp_path / "list.csv"
    path.write_text("email\nnonsense\na@x.org\n")

    with pytest.raises(CommandError, match="Some lines were refused"):
        call_command("import_subscribers", "harbour", str(path))

    assert "line 2: nonsense" in capsys.readouterr().err
    assert folded() == ["a@x.org"]


def test_command_names_the_newsletters_there_are(tmp_path):
    NewsletterFactory(slug="harbour")

    with pytest.raises(CommandError, match="there are: harbour"):
        call_command("import_subscribers", "harbor", str(tmp_path))


# What other services write ---------------------------------------------------------


GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,created_at,deleted_at\n"
    "1,in@x.org,Ada,,true,false,2023-03-24T10:23:10.000Z,\n"
    "2,out@x.org,Bo,,false,false,2023-03-24T10:23:10.000Z,\n"
)
MAILCHIMP = (
    '"Email Address",OPTIN_TIME,CONFIRM_TIME\n'
    'in@x.org,"2023-03-20 10:00:00","2023-03-24 10:23:10"\n'
)
MAILCHIMP_LEFT = (
    "Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME\n"
    "out@x.org,2018-02-12 10:54:27,2018-02-12 10:54:27,2018-07-23 12:19:27\n"
)
SUBSTACK = (
    "email,expiry,email_disabled,prefer_digests,type\n"
    "in@x.org,2021-07-06T16:20:44.000Z,false,false,paid\nout@x.org,,true,false,comp\n"
)
BEEHIIV = (
    "email,status,created_at,unsubscribed_at,Subscription Date (Substack)\n"
    "in@x.org,active,2023-03-24 10:23:10 UTC,,\n"
    "out@x.org,inactive,2023-03-24 10:23:10 UTC,,\n"
    "late@x.org,active,2023-03-24 10:23:10 UTC,2024-03-13 11:33:53 UTC,\n"
)
TINY_NEWS = (
    "email,First name,Date added,status\n"
    "in@x.org,Ada,2023-03-24T10:23:10.000Z,Subscribed\n"
    "out@x.org,Bo,2023-03-24T10:23:10.000Z,Unsubscribed\n"
)
PLAIN = "email,subscribed\nin@x.org,yes\nout@x.org,no\nsince@x.org,2023-03-24\n"


@pytest.mark.parametrize(
    ("content", "taken", "left"),
    [
        (GHOST, ["in@x.org"], ["out@x.org"]),
        (MAILCHIMP, ["in@x.org"], []),
        (MAILCHIMP_LEFT, [], ["out@x.org"]),
        (SUBSTACK, ["in@x.org"], ["out@x.org"]),
        (BEEHIIV, ["in@x.org"], ["late@x.org", "out@x.org"]),
        (TINY_NEWS, ["in@x.org"], ["out@x.org"]),
        (PLAIN, ["in@x.org", "since@x.org"], ["out@x.org"]),
    ],
)
def test_lists_of_other_services_say_who_is_in_and_who_left(content, taken, left):
    report = bring_in(content)

    active = Subscription.objects.active()
    gone = Subscription.objects.exclude(pk__in=active)
    addresses = [
        sorted(rows.values_list("subscriber__email_folded", flat=True))
        for rows in (active, gone)
    ]
    assert addresses == [taken, left]
    assert (report.new, report.kept_out, report.refused) == (len(taken), len(left), [])
    kinds = ConsentEvent.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["confirmed"] * len(taken) + ["unsubscribed"] * len(left)
    assert not Subscription.objects.pending().exists()


@pytest.mark.parametrize("content", [GHOST, BEEHIIV, TINY_NEWS])
def test_time_of_consent_is_that_of_the_list(content):
    bring_in(content)

    subscription = Subscription.objects.active().get()

    assert f"{subscription.confirmed_at:%Y-%m-%d %H:%M:%S}" == "2023-03-24 10:23:10"


def test_confirmation_counts_before_the_wish():
    bring_in(MAILCHIMP)

    assert Subscription.objects.get().confirmed_at.day == 24


def test_older_list_revives_nobody():
    newsletter = NewsletterFactory()
    bring_in(MAILCHIMP_LEFT, newsletter)

    report = bring_in("email,status\nout@x.org,subscribed\n", newsletter)

    assert (report.new, report.kept_out) == (0, 1)
    assert not Subscription.objects.active().exists()


@pytest.mark.parametrize(
    ("status", "reason"), [("cleaned", "bounced"), ("spam", "complained")]
)
def test_address_that_bounced_or_complained_elsewhere_is_suppressed(status, reason):
    newsletter = NewsletterFactory()
    bring_in(f"email,status\na@x.org,{status}\n", newsletter)

    report = bring_in("email\na@x.org\n", newsletter)

    assert (report.new, report.kept_out) == (0, 1)
    assert Suppression.objects.get().reason == reason
    assert not Subscriber.objects.exists()


def test_reader_who_takes_it_here_stays_unless_they_left_since():
    newsletter = NewsletterFactory()
    bring_in("email,confirmed_at\na@x.org,2020-05-01\nb@x.org,2020-05-01\n", newsletter)

    bring_in(
        "email,status,unsubscribed_at\na@x.org,,2019-01-01\nb@x.org,,2021-01-01\n",
        newsletter,
    )

    active = Subscription.objects.active()
    assert [row.subscriber.email for row in active] == ["a@x.org"]


@pytest.mark.parametrize("order", [1, -1])
def test_named_twice_the_line_that_says_gone_counts(order):
    lines = ["a@x.org,subscribed", "A@x.org,unsubscribed"][::order]

    report = bring_in("email,status\n" + "\n".join(lines))

    assert (report.new, report.doubled, report.kept_out) == (0, 1, 1)


def test_word_that_says_nothing_is_refused_with_it():
    report = bring_in("email,status\na@x.org,platinum\n")

    assert report.refused == [
        (2, "a@x.org: “platinum” does not say whether mail may go there.")
    ]


def test_shifted_line_says_how_many_cells_it_has():
    report = bring_in("name,email\nLee, Ann,a@x.org\nBo,b@x.org\n")

    [(line, reason)] = report.refused
    assert (report.new, line) == (1, 2)
    assert "The line has 3 cells, the first line 2." in reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04rest", "workbook or a ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"email\na@x.org\0\n", "no text"),
        (b'email\n"' + b"a" * 140_000 + b'"\n', "no table"),
    ],
)
def test_other_files_are_named_for_what_they_are(content, reason):
    with pytest.raises(lists.UnreadableListError, match=reason):
        bring_in(content)


def test_turkish_list_of_an_old_spreadsheet_is_read():
    report = bring_in("e-mail;ad\na@x.org;Işıl Çağrı\n".encode("cp1254"))

    assert (report.new, report.refused) == (1, [])


# The editors' page ------------------------------------------------------------------


URL = "/admin/newsletter/subscriber/bring-in/"


def sent(client, content, **changes):
    fields = {"newsletter": NewsletterFactory().pk, "is_consented": "on", **changes}
    file = SimpleUploadedFile("old.csv", content.encode())
    return client.post(URL, {**fields, "file": file})


def test_editor_brings_in_a_list_and_reads_what_became_of_it(client):
    client.force_login(UserFactory(role="Newsletter editor"))

    page = sent(client, "email\na@x.org\nno address\n").content.decode()

    assert "1 new, 0 here already" in page
    assert "Line 3: <bdi>no address: This is not a whole email address" in page
    assert Subscription.objects.active().count() == 1


@pytest.mark.parametrize(
    ("content", "changes", "words"),
    [
        ("name\nAda\n", {}, "No column is headed email."),
        ("email\na@x.org\n", {"is_consented": ""}, "only readers who asked"),
        ("email\na@x.org\n", {"newsletter": "999999"}, "Select a valid choice"),
    ],
)
def test_list_that_cannot_be_taken_is_told(client, content, changes, words):
    client.force_login(UserFactory(role="Newsletter editor"))

    page = sent(client, content, **changes).content.decode()

    assert words in page
    assert not Subscriber.objects.exists()


def test_other_roles_bring_in_nobody(client):
    client.force_login(UserFactory(role="Rights manager"))

    assert sent(client, "email\na@x.org\n").status_code == 403
    assert client.get(URL).status_code == 403
    assert not Subscriber.objects.exists()


def test_list_taken_out_in_the_admin_comes_back_in_and_is_noted(client):
    newsletter = NewsletterFactory()
    SubscriptionFactory(newsletter=newsletter, confirmed=True)
    client.force_login(UserFactory(role="Newsletter editor"))
    path = reverse("admin:newsletter_newsletter_take_out", args=[newsletter.pk])

    looked, taken = client.get(path), client.post(path)

    content = b"".join(taken.streaming_content)
    report = lists.bring_in(content, newsletter, source="list.csv")
    assert (looked.status_code, taken["Content-Type"]) == (
        405,
        "text/csv; charset=utf-8",
    )
    assert (report.known, report.refused) == (1, [])
    assert "Took out" in LogEntry.objects.get().get_change_message()


def test_list_is_taken_out_only_by_who_may_bring_one_in(client):
    newsletter = NewsletterFactory()
    client.force_login(UserFactory(role="Rights manager"))
    path = reverse("admin:newsletter_newsletter_take_out", args=[newsletter.pk])

    assert client.post(path).status_code in {403, 404}
