"""The mail server, and what the DNS says of who may send for us."""

import re
from contextlib import closing
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.apps import apps
from django.conf import settings
from django.core import mail

from newsroom import health
from newsroom.doctor.asking import (
    BROKEN,
    OK,
    PATIENCE,
    UNKNOWN,
    WARNING,
    database_answers,
    said,
    within,
)

DNS_PATIENCE = 3
# The names under which most mail servers publish the key that they sign with.
DKIM_SELECTORS = re.findall(
    r"\w+",
    "default dkim mail google selector1 selector2 s1 s2 k1 k2 k3 pm mx sm scph mta "
    "resend mandrill fm1 protonmail sig1 20230601",
)


def check_mail():
    addresses = {}
    for name, entry in settings.MAILERS.items():
        addresses.setdefault(str(entry), []).append(name)
    for names in addresses.values():
        yield _mailer(names[0], " and ".join(names))


def _mailer(name, words):
    entry = settings.MAILERS[name]
    module = entry["BACKEND"].rpartition(".")[0]
    if module.endswith(("console", "filebased", "dummy", "locmem")):
        fate = "printed" if module.endswith("console") else "kept on this machine"
        return (
            BROKEN if settings.SITE_IS_SECURE else WARNING,
            f"Mails ({words}) reach nobody: they are {fate}.",
            "Set EMAIL_URL to your mail server's smtp:// address.",
        )
    if not module.endswith("smtp"):
        return (
            UNKNOWN,
            f"Mails ({words}) go by {module}, which can only be asked by sending one.",
        )
    options = entry["OPTIONS"]
    place = f"{options['host']}:{options['port'] or 25}"
    try:
        within(PATIENCE, lambda: _log_in(name))
    except Exception as error:  # noqa: BLE001 -- of sockets, TLS and SMTP
        return (
            BROKEN,
            f"The mail server {place} ({words}) does not let us in: {said(error)}.",
            "Look at EMAIL_URL (and EMAIL_NEWS_URL): host, port (587 smtp://, 465 "
            "smtps://), user and password, percent-encoded; some hosting firms close "
            "these ports until asked. Mails wait and are tried again.",
        )
    return OK, f"The mail server {place} ({words}) takes mails."


def _log_in(name):
    backend = mail.mailers[name]
    with closing(backend):
        backend.open()


def check_mail_domain():
    domains = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()}
    if database_answers() and not health.ask_migrations():
        senders = apps.get_model("newsletter", "Newsletter").objects.values_list(
            "from_email", flat=True
        )
        domains |= {sender.rpartition("@")[2].lower() for sender in senders if sender}
    for domain in sorted(domains):
        if "." not in domain:
            yield (
                WARNING,
                f"Mails come from {domain or 'nobody'}, which is no domain.",
                "Set DEFAULT_FROM_EMAIL to an address of your own domain.",
            )
        else:
            yield from _domain(domain)


def _domain(domain):
    try:
        texts = _texts(domain)
        dmarc = [_texts(f"_dmarc.{name}") for name in _parents(domain)]
        signed = any(_texts(f"{name}._domainkey.{domain}") for name in DKIM_SELECTORS)
    except dns.exception.DNSException as error:
        yield (
            UNKNOWN,
            f"{domain}: could not ask the DNS ({type(error).__name__}).",
            "Look at /etc/resolv.conf; until then letters may not go out either.",
        )
        return
    yield _spf(domain, [text for text in texts if text.lower().startswith("v=spf1")])
    yield _dmarc(
        domain, is_there=any(t.startswith("v=DMARC1") for found in dmarc for t in found)
    )
    yield _dkim(domain, is_signed=signed)


def _spf(domain, records):
    if len(records) == 1:
        return OK, f"{domain} has an SPF record."
    has = f"{len(records)} SPF records, which count as none" if records else "no SPF"
    return (
        WARNING,
        f"{domain} has {has}; large providers refuse bulk mail then.",
        f"Let {domain} have one TXT record that begins with v=spf1 and names all who "
        "send for it; your mail provider says which words (include:…).",
    )


def _dmarc(domain, *, is_there):
    if is_there:
        return OK, f"{domain} has a DMARC record."
    return (
        WARNING,
        f"{domain} has no DMARC record; large providers refuse bulk mail then.",
        f"Begin with a TXT record at _dmarc.{domain}: v=DMARC1; p=none",
    )


def _dkim(domain, *, is_signed):
    if is_signed:
        return OK, f"{domain} has a DKIM key."
    return (
        UNKNOWN,
        f"{domain}: no DKIM key under the usual names; only who signs knows which.",
        "Send yourself a letter and look for dkim=pass in its source. Without it, "
        "enter in the DNS the key that your mail provider shows under DKIM.",
    )


def _parents(domain):
    """The domain, and those above it that can be somebody's."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _texts(name):
    """The TXT records of a name; none where it does not exist."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=DNS_PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
