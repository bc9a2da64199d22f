"""Django's SMTP backend, and one thing more: it knows when it does not know.

Where the connection breaks after a whole mail was handed over and before the server
answered, the mail may or may not have been taken. Every earlier break means that it
was not.
"""

import re
import smtplib

from django.core.mail.backends import smtp

# An address as nearly all are; what it does not match Django's own reading decides.
_PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+", re.ASCII)


class UncertainError(Exception):
    """The server was given a whole mail and has not said whether it took it."""


class _KnowsWhenItDoesNot:
    def mail(self, sender, options=()):
        """As `smtplib.SMTP.mail`, which reads a plain address's grammar as well."""
        is_plain = not options or all(option[:5] == "size=" for option in options)
        if not (is_plain and _PLAIN_ADDRESS.fullmatch(sender)):
            return super().mail(sender, options)
        return self.docmd("mail", " ".join([f"FROM:<{sender}>", *options]))

    def rcpt(self, recip, options=()):
        """As `smtplib.SMTP.rcpt`, which reads a plain address's grammar as well."""
        if options or not _PLAIN_ADDRESS.fullmatch(recip):
            return super().rcpt(recip, options)
        return self.docmd("rcpt", f"TO:<{recip}>")

    def data(self, msg):
        """As `smtplib.SMTP.data`. Raises UncertainError."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        if isinstance(msg, str):
            msg = msg.encode("ascii")
        # A dot that begins a line is doubled, and the mail ends in one alone
        # (RFC 5321, section 4.5.2).
        if msg.startswith(b"."):
            msg = b"." + msg
        msg = msg.replace(b"\r\n.", b"\r\n..")
        self.send(msg + (b".\r\n" if msg.endswith(b"\r\n") else b"\r\n.\r\n"))
        try:
            return self.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise UncertainError(str(error)) from error


class _SMTP(_KnowsWhenItDoesNot, smtplib.SMTP):
    pass


class _SMTPOverTLS(_KnowsWhenItDoesNot, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    _prepared = {}

    @property
    def connection_class(self):
        return _SMTPOverTLS if self.use_ssl else _SMTP

    def _send(self, email_message):
        """As Django's; what comes back goes to the mail's `envelope_sender`, if any."""
        if sender := getattr(email_message, "envelope_sender", ""):
            email_message.from_email = sender
        return super()._send(email_message)

    def prep_address(self, address, force_ascii=True):  # noqa: FBT002 - Django's own
        """As Django's, which reads an address's whole grammar for every mail."""
        if _PLAIN_ADDRESS.fullmatch(address):
            return address
        if address not in self._prepared:
            # One sender, again and again.
            self._prepared = {address: super().prep_address(address, force_ascii)}
        return self._prepared[address]
