"""What became of a mail after it left: delivered, came back, called spam.

A report is believed only where it names a mail of ours by the key in its Message-ID,
which nobody but its reader and the mail provider has seen; or by the address, where an
operator vouches for it. Reports come twice and in any order, so each fact is written
once, with its own time, and acts only then.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter import actions
from newsletter.models import Delivery, Subscriber, Suppression

# So many mails in a row that came back for now, the first and the last of them so far
# apart, say that nobody reads the mailbox. A full one is often empty a week later.
SOFT_IN_A_ROW = 5
SOFT_FOR_AT_LEAST = timedelta(days=14)
MAILS_LOOKED_AT = 100
SPAM_WORDING = "Its reader called a mail spam."
_KEY = re.compile(r"\bi(\d{1,18})\.d(\d{1,18})\.([0-9a-f]{12})\b")
# RFC 3463: bad mailboxes and domains. 5.1.7 and 5.1.8 speak of the sender, 5.2 of a
# mailbox that is there, 5.7 of a policy.
_GONE_STATUS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|4\.4)")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ :-]")
GONE_WORDS = re.compile(
    r"(?:user|recipient|addressee|address|account|mailbox)s? "
    r"(?:is |was )?(?:unknown|not known)"
    r"|unknown (?:user|recipient|address|mailbox|local)|unrouteable address"
    r"|no (?:such|valid) (?:user|recipient|person|mailbox|account|address|domain|host)"
    r"|no mailbox (?:here )?by that name|(?:does not|doesn.t|n.existe|not) exist\b"
    r"|not our customer|(?:does not|doesn.t) have an? \S+ account"
    r"|(?:user|recipient|mailbox|account|address)[^.\n]{0,60} "
    r"(?:(?:was |could |be )*not|wasn.t|couldn.t) (?:be )?(?:found|recogni[sz]ed)"
    r"|not a valid (?:user|recipient|mailbox|address)|not listed in"
    r"|no longer (?:valid|exists|in use)|invalid (?:user|recipient|mailbox|address)"
    r"|(?:account|mailbox)[^.\n]{0,40} (?:closed|deleted|discontinued)"
    r"|host (?:unknown|\S{0,80} ?not found)|domain[^.\n]{0,40} not (?:found|reachable)"
    r"|recipient address rejected: access denied"
    # German, French, Spanish, Portuguese, Italian, Dutch, Turkish, Russian, Chinese,
    # Japanese.
    r"|(?:empf.nger|benutzer|adresse)\w* (?:ist )?(?:unbekannt|existiert nicht)"
    r"|n.existe (?:pas|plus)|(?:destinataire|utilisateur|adresse) inconnue?"
    r"|(?:usuario|destinatario|buz.n) (?:desconocido|no existe|no encontrado)"
    r"|(?:usu.rio|destinat.rio) (?:desconhecido|n.o existe|n.o encontrado)"
    r"|(?:utente|destinatario|casella) (?:sconosciut|inesistent|non trovat)"
    r"|(?:gebruiker|ontvanger|adres) (?:is )?(?:onbekend|bestaat niet)"
    r"|(?:kullan.c.|al.c.|adres)\w* (?:bulunamad|bilinmiyor|mevcut de|yok)"
    r"|(?:пользователь|получатель|адрес|ящик)\w* (?:не найден|не существует|неизвест)"
    r"|不存在|找不到(?:用户|收件人|用戶)|見つかりません|存在しません|宛先不明",
    re.IGNORECASE,
)
FOR_NOW_WORDS = re.compile(
    r"spam|policy|black ?list|block(?:ed|list)|reputation|quota|full\b|insufficient"
    r"|too (?:large|big|many)|temporar|try again (?:later|in)|\brate\b|loop|virus"
    r"|(?<!rejected: access )denied|(?:can.t|cannot|couldn.t|could not) (?:create|open)"
    r"|\bsender\b|authenticat|dmarc|dkim|\bspf\b|relay",
    re.IGNORECASE,
)


class Kind(Enum):
    """What a report says of a mail."""

    DELIVERED = "delivered"
    GONE = "the address does not take mail"
    CAME_BACK = "came back for now"
    COMPLAINT = "called spam"
    LEFT = "left by the provider's link"


@dataclass(frozen=True)
class Report:
    """`key` holds a delivery's key, as its Message-ID does; `at` is its own time.

    `addresses` are those that the report may be of, the surest first.
    """

    key: str
    kind: Kind
    words: str = ""
    at: datetime | None = None
    addresses: tuple[str, ...] = ()


def bounce_kind(*, status="", words=""):
    """GONE or CAME_BACK, from an enhanced status code (RFC 3463) and a server's words.

    The words count for more: many servers give 5.1.1 to spam, and 5.0.0 to anything.
    In doubt a mail has come back for now, which counts and does no harm.
    """
    found, code = _STATUS.search(words), _CODE.search(words)
    if found and not found[1].startswith("2"):
        status = found[1]
    is_gone = GONE_WORDS.search(words) or _GONE_STATUS.fullmatch(status)
    is_of_4xx = status.startswith("4") or (code and code[1].startswith("4"))
    # Some servers answer 450 4.1.1 for ever where nobody has the name.
    is_for_now = (
        (is_of_4xx and not (is_gone and status == "4.1.1"))
        or status.startswith("5.2.")
        or FOR_NOW_WORDS.search(words)
    )
    return Kind.GONE if is_gone and not is_for_now else Kind.CAME_BACK


@transaction.atomic
def take_note(report, *, by_address=False):
    """Write down what a report says; True if it is of a mail of ours.

    `by_address`: one without a key is taken for the newest mail to the first of its
    addresses that a mail went to. Anybody can write such a report.
    """
    found = _of_ours(report.key)
    if found is None and by_address and not report.key:
        found = _newest_to(report.addresses)
    if found is None:
        return False
    # In the order in which `actions` locks: the reader, then the mail.
    # Nobody where the reader was erased since: then it counts, and that is all.
    readers = Subscriber.objects.select_for_update()
    subscriber = readers.filter(pk=found.subscriber_id).first()
    delivery = Delivery.objects.select_for_update(of=["self"]).get(pk=found.pk)
    delivery.subscriber, delivery.issue = subscriber, found.issue
    _WRITERS[report.kind](delivery, report, report.at or timezone.now())
    return True


@transaction.atomic
def suppress_refused(dead):
    """Hold back readers whose server says that they are gone: (reader, its words).

    Not who was erased or has another address by now.
    """
    locked = Subscriber.objects.select_for_update().order_by("pk")
    found = locked.in_bulk([reader.pk for reader, _ in dead])
    for reader, words in dead:
        now = found.get(reader.pk)
        if now and now.email_folded == reader.email_folded:
            _suppress(now, Suppression.Reason.BOUNCED, words)


def key_of(delivery):
    """What names a delivery in its Message-ID, its envelope and provider's reports."""
    return f"i{delivery.issue_id}.d{delivery.pk}.{delivery.issue.uuid.hex[:12]}"


def find_key(value):
    """The first delivery's key in a text, or nothing."""
    found = _KEY.search(value)
    return found[0] if found else ""


def _of_ours(value):
    found = _KEY.search(value)
    if not found:
        return None
    issue_id, delivery_id, key = found.groups()
    delivery = (
        Delivery.objects.select_related("issue__newsletter")
        .filter(pk=delivery_id, issue=issue_id)
        .first()
    )
    is_ours = delivery and delivery.issue.uuid.hex.startswith(key)
    return delivery if is_ours else None


def _newest_to(addresses):
    tried = Delivery.objects.filter(attempts__gt=0).select_related("issue__newsletter")
    for address in addresses:
        mails = tried.filter(subscriber__email_folded=address.casefold())
        if delivery := mails.order_by("-pk").first():
            return delivery
    return None


def _delivered(delivery, report, at):
    if delivery.delivered_at is None:
        delivery.delivered_at = at
        _save(delivery, "delivered_at", at=at)


def _gone(delivery, report, at):
    if delivery.bounced_at is not None:
        return
    delivery.bounced_at, delivery.reason = at, _words(delivery, report)
    _save(delivery, "bounced_at", "reason", at=at)
    if delivery.subscriber:
        _suppress(delivery.subscriber, Suppression.Reason.BOUNCED, report.words)


def _came_back(delivery, report, at):
    if delivery.soft_bounced_at is not None:
        return
    delivery.soft_bounced_at, delivery.reason = at, _words(delivery, report)
    _save(delivery, "soft_bounced_at", "reason", at=at)
    if delivery.subscriber and _is_never_read(delivery.subscriber):
        _suppress(
            delivery.subscriber,
            Suppression.Reason.UNREACHABLE,
            f"{SOFT_IN_A_ROW} mails in a row came back: {report.words}",
        )


def _words(delivery, report):
    """What the server said, which may name the reader: nothing of who was erased."""
    return report.words[:300] if delivery.subscriber else ""


def _complained(delivery, report, at):
    if delivery.complained_at is not None:
        return
    delivery.complained_at = at
    _save(delivery, "complained_at", at=at)
    if delivery.subscriber:
        _suppress(delivery.subscriber, Suppression.Reason.COMPLAINED, report.words)
        actions.unsubscribe(
            delivery.subscriber, delivery.issue.newsletter, wording=SPAM_WORDING
        )


def _left(delivery, report, at):
    if delivery.subscriber and delivery.unsubscribed_at is None:
        actions.unsubscribe(
            delivery.subscriber, delivery.issue.newsletter, delivery_id=delivery.pk
        )


_WRITERS = {
    Kind.DELIVERED: _delivered,
    Kind.GONE: _gone,
    Kind.CAME_BACK: _came_back,
    Kind.COMPLAINT: _complained,
    Kind.LEFT: _left,
}


def _save(delivery, *fields, at):
    """Save; a mail of which something is heard did leave, so it is uncertain no more.

    One that a sender has in its hands is left to the sender, or to `release_lost`.
    """
    was_tried = delivery.attempts > 0 and delivery.status in {
        Delivery.Status.UNKNOWN,
        Delivery.Status.PENDING,
    }
    if was_tried:
        delivery.status, delivery.sent_at = Delivery.Status.SENT, at
        fields = [*fields, "status", "sent_at"]
    delivery.save(update_fields=fields)


def _is_never_read(subscriber):
    """Whether the newest mails that came back are enough, with none taken since."""
    times = []
    mails = subscriber.deliveries.filter(status=Delivery.Status.SENT)
    for mail in mails.order_by(F("sent_at").desc(), "-pk")[:MAILS_LOOKED_AT]:
        is_taken = mail.delivered_at and not (
            mail.soft_bounced_at and mail.soft_bounced_at >= mail.delivered_at
        )
        if is_taken:
            break
        if mail.soft_bounced_at:
            times.append(mail.sent_at)
        elif times:
            break  # nothing was heard of it: it was taken
    times.sort()
    return len(times) >= SOFT_IN_A_ROW and times[-1] - times[0] >= SOFT_FOR_AT_LEAST


def _suppress(subscriber, reason, words):
    Suppression.objects.get_or_create(
        email_folded=subscriber.email_folded,
        defaults={"reason": reason, "note": words[:300]},
    )
