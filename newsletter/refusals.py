"""What an error says that a mail server, or a provider, gave for one mail.

Providers' errors are those of django-anymail: each has the `status_code` of the
provider's answer, or None where there was none.
"""

import re
import smtplib

from newsroom.lib.smtp import UncertainError
from newsroom.lib.text import clean_line

SERVICE_NOT_AVAILABLE = 421
# RFC 3463: 5.7 is a policy and 5.2.2 a full mailbox; neither says that it is gone.
_NOT_GONE = re.compile(rb"\b5\.(7\.\d+|2\.2)\b")
MAILBOX_GONE = {550, 551, 553}
# A provider that wants a key, money or patience; not this mail is at fault.
PROVIDER_AWAY = {401, 402, 403, 404, 408, 429}


def is_uncertain(error):
    """Whether the mail may have been taken: the connection broke after it was given."""
    if isinstance(error, UncertainError):
        return True
    return _is_of_provider(error) and error.status_code is None and not _at_once(error)


def is_away(error):
    """Whether it is the server that is gone, and not this mail that is refused."""
    if _is_of_provider(error):
        code = error.status_code
        return code is None or code >= 500 or code in PROVIDER_AWAY
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return code_of(error)[0] == SERVICE_NOT_AVAILABLE
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == SERVICE_NOT_AVAILABLE
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return True
    is_of_smtp = isinstance(error, smtplib.SMTPException)
    return isinstance(error, OSError) and not is_of_smtp


def is_hung_up(error):
    """Whether a server that was there ended the connection at this mail."""
    if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
        return code_of(error)[0] == SERVICE_NOT_AVAILABLE
    broken = smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError
    return isinstance(error, broken)


def code_of(error):
    """The server's code and words; 0 where it said nothing.

    A provider's refusal of one mail counts as SMTP's 554.
    """
    if _is_of_provider(error):
        return 554, clean_line(str(error)).encode()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return error.smtp_code, words if isinstance(words, bytes) else words.encode()
    return 0, b""


def is_gone(error, code, words):
    """Whether the refusal says that the address does not exist."""
    is_of_address = isinstance(error, smtplib.SMTPRecipientsRefused)
    return is_of_address and code in MAILBOX_GONE and not _NOT_GONE.search(words)


def said(error):
    """An error's words in one line."""
    return clean_line(str(error))


def _is_of_provider(error):
    # The library is there only where somebody wants it.
    return isinstance(error, OSError) and hasattr(error, "status_code")


def _at_once(error):
    """Whether no connection came about, so that nothing was given."""
    words = f"{error.__cause__!r} {error.__cause__}"
    return "ConnectTimeout" in words or "NewConnectionError" in words
