"""E-mail addresses: what is accepted, and when two of them are one person's."""

import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
# Format characters and controls; what people paste carries them unseen.
_INVISIBLE = {"Cf", "Cc"}


@dataclass(frozen=True)
class Address:
    """`email` is what mail is sent to, in ASCII; `folded` is equal for one person.

    Case and the two spellings of an international domain are folded. Dots and what
    follows a plus are kept: only the mail provider knows whether they matter.
    """

    email: str
    folded: str


def parse(value):
    """The Address that was typed. Raises ValidationError, with a sentence for a reader.

    Blanks around it, invisible marks anywhere and a closing full stop are dropped.
    Letters outside ASCII before the @ are refused, since few mail servers take them
    (RFC 6531). The domain is not asked for: the confirmation mail does that.
    """
    value = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", value)
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    value = value.strip().removesuffix(".")
    try:
        # The reserved domain .test passes, so that a newsroom can rehearse.
        found = validate_email(
            value,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValidationError(_reason(value), code="invalid_address") from error
    return Address(email=found.ascii_email, folded=found.ascii_email.casefold())


def mask(email):
    """What its owner recognises and nobody else can use: r•••@example.org."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def digest(folded):
    """A hash of a folded address that nobody can try addresses on without our key."""
    return _digest(folded, settings.SECRET_KEY)


def digests(folded):
    """The hash under the present key, and under each of SECRET_KEY_FALLBACKS."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_digest(folded, key) for key in keys]


def _digest(folded, key):
    made = salted_hmac("newsroom.address", folded, secret=key, algorithm="sha256")
    return made.hexdigest()


def _reason(value):
    local, at, domain = value.rpartition("@")
    if not value:
        return "Write your email address."
    if not at or not local or not domain:
        return "This is not a whole email address; it looks like name@example.org."
    if not local.isascii():
        return (
            "We cannot write to addresses with letters such as é or ü before the @. "
            "Do you have another?"
        )
    return "We cannot write to this address. Is there a slip in it?"
