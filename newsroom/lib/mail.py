"""Mails from templates: subject, a text for people, HTML with its CSS inlined."""

from email.headerregistry import Address
from email.utils import parseaddr

import css_inline
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

from newsroom.lib.text import clean_line

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def build(template, context, *, to, from_name="", reply_to="", headers=None):
    """An unsent mail from `<template>.subject.txt`, `.txt` and `.html`.

    `from_name` stands before the address of DEFAULT_FROM_EMAIL. Links in the context
    must be absolute.
    """
    context = {**context, "site_url": settings.SITE_URL}
    message = EmailMultiAlternatives(
        subject=clean_line(render_to_string(f"{template}.subject.txt", context)),
        body=render_to_string(f"{template}.txt", context).strip() + "\n",
        from_email=sender(from_name),
        to=_reachable(to),
        reply_to=[reply_to] if reply_to else None,
        # RFC 3834: no holiday reply to a machine's mail.
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    html = inline(render_to_string(f"{template}.html", context))
    message.attach_alternative(html, "text/html")
    return message


def plain(template, context, *, to, reply_to=""):
    """An unsent mail of text alone, from `<template>.subject.txt` and `.txt`."""
    return EmailMessage(
        subject=clean_line(render_to_string(f"{template}.subject.txt", context)),
        body=render_to_string(f"{template}.txt", context).strip() + "\n",
        from_email=sender(),
        to=_reachable(to),
        reply_to=[reply_to] if reply_to else None,
        # RFC 3834: no holiday reply to a machine's mail.
        headers={"Auto-Submitted": "auto-generated"},
    )


def _reachable(to):
    """Nobody, for the addresses that stand for people who were erased (RFC 2606).

    A mail to nobody is not sent.
    """
    return [] if to.casefold().endswith(".invalid") else [to]


def inline(html):
    """The HTML with its style sheet in its elements, where any mail program looks."""
    return _INLINER.inline(html)


def sender(name="", email=""):
    """A From header: this name and address, or in their place the site's own."""
    usual_name, usual_email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = clean_line(name or usual_name)
    return str(Address(display_name=name, addr_spec=email or usual_email))
