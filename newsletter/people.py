"""What newsletters keep of readers, how they take it out, and how it is erased."""

from newsletter.merging import let_go
from newsletter.models import (
    ConsentEvent,
    Delivery,
    ErasedAddress,
    Subscriber,
    Subscription,
    Suppression,
)
from newsroom.lib import addresses
from newsroom.lib.people import Kept, Line, options_of, rows

OURS = "Words of the newsroom about its newsletter."
SEND = "To send you the newsletters that you asked for"
PROVE = "To prove that you asked for them"
CONSENT = "your consent"
KEPT = [
    Kept(
        "newsletter.IssueLink",
        other={
            "key": "A random key.",
            "url": "A link that all readers of an issue have; presses are one sum.",
        },
    ),
    Kept(
        "newsletter.Subscriber",
        purpose=SEND,
        personal={
            "email": "your email address",
            "email_folded": "your email address",
            "wanted_email": "an address you want to change to",
            "previous_email": "your address before a change, while you may go back",
        },
        other={"key": "A random key that means nothing by itself."},
        rule="left_readers",
        kept="as long as you take a newsletter, and after you left all of them",
        also={
            "an address that never confirmed its sign-up": "unconfirmed_sign_ups",
            "an address before or after a change": "address_changes",
        },
        basis=CONSENT,
    ),
    Kept("newsletter.PastKey", other={"key": "A random key of links in old mails."}),
    Kept(
        "newsletter.ErasedAddress",
        other={"digest": "A keyed hash; the address cannot be read from it."},
    ),
    Kept("newsletter.Subscription"),
    Kept(
        "newsletter.ConsentEvent",
        purpose=PROVE,
        personal={
            "network_address": "the network address you asked or confirmed from",
            "source_page": "the page you signed up on",
            "wording": "the words you agreed to",
        },
        rule="consent_network_addresses",
        kept="the proof as long as you are a reader; the network address only",
        basis="our duty to prove your consent",
    ),
    Kept(
        "newsletter.Delivery",
        purpose="To know which letter reached you, and to send none twice",
        free_text={"reason": "what the mail server answered"},
        other={"claim": "A random mark of the sender."},
        rule="deliveries",
        basis="our interest in mail that arrives",
    ),
    Kept(
        "newsletter.Suppression",
        purpose="Not to write to addresses that do not want or take mail",
        personal={
            "email_folded": "your email address, where mail came back or was "
            "called spam",
        },
        free_text={"note": "what the mail server said"},
        kept="until you erase it",
        basis="our duty not to write to you",
    ),
    Kept(
        "newsletter.Newsletter",
        other=dict.fromkeys(
            [
                "name",
                "slug",
                "strapline",
                "description",
                "frequency",
                "from_name",
                "from_email",
                "reply_to",
                "language",
                "time_zone",
            ],
            OURS,
        ),
    ),
    Kept(
        "newsletter.Issue",
        free_text={"problem": "", "problem_told": ""},
        other=dict.fromkeys(["subject", "preheader", "slug", "intro"], OURS),
    ),
    Kept(
        "newsletter.IssueItem",
        other=dict.fromkeys(["headline", "standfirst", "text"], OURS),
    ),
    Kept("newsletter.IssueCopy", other={"html": OURS, "text": OURS}),
    Kept("newsletter.IssueEvent", free_text={"note": ""}),
]


def export(address):
    """A reader's data by heading: all that `erase` would find."""
    readers = Subscriber.objects.filter(email_folded=address.folded)
    held_back = Suppression.objects.filter(email_folded=address.folded)
    found = {
        "newsletter: reader": rows(readers),
        "newsletter: subscriptions": _of(readers, Subscription),
        "newsletter: consents": _of(readers, ConsentEvent),
        "newsletter: mails": _of(readers, Delivery, leave_out=["claim"]),
        "newsletter: held back": rows(held_back),
        "newsletter: erased before": rows(ErasedAddress.objects.of(address)),
    }
    # An address on its way in or out of another row is the reader's as well.
    moving = Subscriber.objects.filter(
        wanted_email__iexact=address.email
    ) | Subscriber.objects.filter(previous_email__iexact=address.email)
    found["newsletter: change of address"] = list(
        moving.values("wanted_email", "wanted_at", "moved_at")
    )
    return found


def _of(readers, model, **kwargs):
    found = model.objects.filter(subscriber__in=readers).order_by("pk")
    names = {"newsletter": "newsletter__name", "issue": "issue__subject"}
    plain = rows(found, **kwargs)
    for field, path in names.items():
        if field in {column.name for column in options_of(model).fields}:
            for row, name in zip(
                plain, found.values_list(path, flat=True), strict=True
            ):
                row[field] = name
    return plain


def erase(address):
    """Forget a reader; the counts of issues stay, and a hash against later lists."""
    lines = []
    for reader in Subscriber.objects.select_for_update().filter(
        email_folded=address.folded
    ):
        lines.append(Line("Mails in the ledger", reader.deliveries.count(), **_COUNTS))
        reader.deliveries.update(reason="")
        let_go(reader.deliveries, reason="Erased at the reader's wish")
        lines.append(Line("Consents", reader.consent_events.count()))
        lines.append(Line("Subscriptions", reader.subscriptions.count()))
        reader.delete()
        lines.append(Line("Reader of newsletters", 1))
    held_back, _ = Suppression.objects.filter(email_folded=address.folded).delete()
    lines.append(Line("Held-back address", held_back))
    for name in ["wanted_email", "previous_email"]:
        moving = Subscriber.objects.filter(**{f"{name}__iexact": address.email})
        lines.append(Line("Change of address", moving.update(**{name: ""})))
    _remember(address)
    return lines


_COUNTS = {
    "fate": "made anonymous",
    "why": "Each letter's counts stay, without saying whose mail it was.",
}


def _remember(address):
    if not ErasedAddress.objects.of(address).exists():
        ErasedAddress.objects.create(digest=addresses.digest(address.folded))
