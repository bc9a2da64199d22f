import pytest
from django.core.management import CommandError, call_command

from newsletter import lists
from newsletter.models import ConsentEvent, Subscriber, Subscription, Suppression
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
