"""An issue as a mail: composed once, then printed for each reader in microseconds.

Everything but two links and four headers is the same for everybody, so it is rendered,
inlined and encoded once; a reader's mail is joined from those bytes.
"""

import quopri
import re
import textwrap
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import EmailAlternative
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from articles.models import Article, Correction, Medium, Publication
from articles.renditions import rendition_sizes, rendition_url
from newsletter import outcomes, tokens
from newsroom.lib import mail
from newsroom.lib.text import summary
from newsroom.lib.urls import absolute

# Stand in the composed issue where a reader's own links go; no host can have the name
# (RFC 6761).
UNSUBSCRIBE = "https://unsubscribe.invalid/"
PREFERENCES = "https://preferences.invalid/"
_PERSONAL = re.compile(f"({re.escape(UNSUBSCRIBE)}|{re.escape(PREFERENCES)})")
# A letter's pictures are 560 pixels wide, twice that on fine screens.
PICTURE_WIDTH = 640
TEXT_WIDTH = 72
LONGEST_LINE = 72
# What may stand in an SMTP command and in a header; stored addresses are ASCII.
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")


class NoAddressError(ValueError):
    """What is stored is no address that mail can go to."""


@dataclass(frozen=True)
class Entry:
    """One story, or one text, of an issue."""

    headline: str
    standfirst: str
    text: str
    language: str
    direction: str
    article: Article | None = None
    url: str = ""
    section: str = ""
    byline: str = ""
    picture: dict | None = None
    corrections: list = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """What an issue says: the two bodies, and the stories that stand in them."""

    html: str
    text: str
    stories: list


def entries(items, *, newsletter, at=None, is_mailed=False):
    """The entries of an issue's items; a story that readers may not see is left out.

    `at` is the moment for which that is asked. The first story that has a picture
    shows it. `is_mailed` is for an issue that has begun: its items say all that was
    said, and what was empty stays so. Two statements.
    """
    items = list(items)
    keys = [item.article_id for item in items if item.article_id]
    stories = Article.objects.published(at=at).filter(pk__in=keys).for_cards().in_bulk()
    notes = {}
    for note in Correction.objects.shown(at=at).filter(article__in=stories):
        notes.setdefault(note.article_id, []).append(note)
    made, has_picture = [], False
    for item in items:
        if not item.article_id:
            made.append(
                Entry(
                    headline=item.headline,
                    standfirst=item.standfirst,
                    text=item.text,
                    language=newsletter.language,
                    direction=newsletter.direction,
                )
            )
        elif story := stories.get(item.article_id):
            picture = None if has_picture else _picture(story, at=at)
            has_picture = has_picture or picture is not None
            entry = _story_entry(item, story, picture, notes.get(story.pk, []))
            if is_mailed:
                entry = replace(
                    entry, headline=item.headline, standfirst=item.standfirst
                )
            made.append(entry)
    return made


def compose(issue, found, *, is_test=False):
    """The Content of an issue from its `entries`.

    A test has no links to leave or to choose: they would be those of nobody.
    """
    context = {
        "issue": issue,
        "newsletter": issue.newsletter,
        "publication": Publication.objects.current(),
        "entries": found,
        "preheader": preheader(issue, found),
        "day": timezone.localdate(timezone=issue.newsletter.zone),
        "issue_url": issue.absolute_url if issue.is_public and issue.slug else "",
        "site_url": settings.SITE_URL,
        "unsubscribe_url": "" if is_test else UNSUBSCRIBE,
        "preferences_url": "" if is_test else PREFERENCES,
    }
    html = mail.inline(render_to_string("newsletter/emails/issue.html", context))
    stories = [entry.article for entry in found if entry.article]
    return Content(html=html, text=_text(context), stories=stories)


def preheader(issue, found):
    """What an inbox shows after the subject."""
    headlines = [entry.headline for entry in found if entry.headline]
    return issue.preheader or summary(" · ".join(headlines), max_length=140)


class Press:
    """Prints the mails of one issue from its copy."""

    def __init__(self, issue, *, html, text):
        newsletter = issue.newsletter
        self.issue, self.html, self.text = issue, html, text
        self.from_email = mail.sender(newsletter.from_name, newsletter.from_email)
        self.host = newsletter.list_id.partition(".")[2]
        shared = {
            "Subject": issue.subject,
            "From": self.from_email,
            "List-Id": f"<{newsletter.list_id}>",
            "Precedence": "bulk",
        }
        if newsletter.reply_to:
            shared["Reply-To"] = newsletter.reply_to
        self.shared = shared
        boundary = f"=_{issue.uuid.hex}"
        self._head = _header_bytes(shared)
        self._pieces = [
            b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n"
            b' boundary="%b"\r\n\r\n' % boundary.encode(),
            *_part("text/plain", text, boundary),
            *_part("text/html", html, boundary),
            f"--{boundary}--\r\n".encode(),
        ]

    def letter(self, delivery):
        """The mail of one delivery. Raises NoAddressError."""
        to = delivery.subscriber.email
        if not _ADDRESS.fullmatch(to):
            raise NoAddressError("This is no address that mail can go to.")
        links = {
            UNSUBSCRIBE: tokens.delivery_unsubscribe_url(delivery),
            PREFERENCES: tokens.preferences_url(delivery.subscriber),
        }
        own = {
            "To": to,
            "Date": _date(int(time.time())),
            "Message-ID": self.message_id(delivery),
            "List-Unsubscribe": f"<{links[UNSUBSCRIBE]}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        raw = b"".join(
            [
                self._head,
                *(f"{name}: {value}\r\n".encode() for name, value in own.items()),
                *(
                    _soft(links[piece]) if piece in links else piece
                    for piece in self._pieces
                ),
            ]
        )
        return Letter(self, delivery, links=links, headers=own, raw=raw)

    def message_id(self, delivery):
        """The same at every attempt, so that mailboxes can show a double once."""
        return f"<{outcomes.key_of(delivery)}@{self.host}>"


class Letter(EmailMultiAlternatives):
    """A mail whose bytes are ready; backends that want its parts find them too.

    The parts are made when they are asked for: SMTP never does.
    """

    def __init__(self, press, delivery, *, links, headers, raw):
        shared = press.shared
        super().__init__(
            subject=shared["Subject"],
            from_email=press.from_email,
            to=[headers["To"]],
            reply_to=[shared["Reply-To"]] if "Reply-To" in shared else None,
        )
        del self.body, self.alternatives, self.extra_headers
        self.raw, self._press, self._links = raw, press, links
        self._headers = {**shared, **headers}
        # Mail providers' backends hand it back with what they report of the mail.
        key = outcomes.key_of(delivery)
        self.metadata = {"delivery": key}
        if settings.NEWSLETTER_BOUNCES_TO:
            self.envelope_sender = settings.NEWSLETTER_BOUNCES_TO.replace(
                "@", f"+{key}@"
            )

    @cached_property
    def body(self):
        return _filled(self._press.text, self._links)

    @cached_property
    def alternatives(self):
        html = _filled(self._press.html, self._links)
        return [EmailAlternative(html, "text/html")]

    @cached_property
    def extra_headers(self):
        known = {"Subject", "From", "To", "Reply-To"}
        return {name: v for name, v in self._headers.items() if name not in known}

    def message(self, **kwargs):
        return _Ready(self.raw)


class _Ready:
    """As much of an `email.message.Message` as Django's backends ask for."""

    def __init__(self, raw):
        self._raw = raw

    def as_bytes(self, **kwargs):
        return self._raw

    def get_charset(self):
        return None


def test_letter(issue, content, *, to):
    """A test mail of an issue, unsent: as readers get it, but for their own links."""
    newsletter = issue.newsletter
    message = EmailMultiAlternatives(
        subject=f"[Test] {issue.subject}",
        body=content.text,
        from_email=mail.sender(newsletter.from_name, newsletter.from_email),
        to=[to],
        reply_to=[newsletter.reply_to] if newsletter.reply_to else None,
        headers={"List-Id": f"<{newsletter.list_id}>"},
    )
    message.attach_alternative(content.html, "text/html")
    return message


# Parts ------------------------------------------------------------------------------


def _story_entry(item, story, picture, corrections):
    return Entry(
        headline=item.headline or story.headline,
        standfirst=item.standfirst or story.standfirst,
        text=item.text,
        language=story.language,
        direction=story.direction,
        article=story,
        url=story.absolute_url,
        section=story.section.name,
        byline=", ".join(_writers(story)),
        picture=picture,
        corrections=corrections,
    )


def _writers(story):
    """Who stands first in the byline, and all others without another role."""
    return [
        by["name"]
        for number, by in enumerate(story.byline())
        if number == 0 or not by["role"]
    ]


def _picture(story, *, at=None):
    picture = story.lead_picture
    if picture is None or not picture.is_usable(at=at, medium=Medium.NEWSLETTER):
        return None
    sizes = rendition_sizes(picture, "16x9")
    if not sizes:
        return None
    width, height = next(
        (size for size in sizes if size[0] >= PICTURE_WIDTH), sizes[-1]
    )
    return {
        "url": absolute(rendition_url(picture, "16x9", width, "jpg")),
        "width": 560,
        "height": round(560 * height / width),
        "alt": story.lead_alt,
        "credit_line": story.lead_credit,
    }


def _text(context):
    """The issue for people who read mail as text: all that the HTML says, in words."""
    issue, newsletter = context["issue"], context["newsletter"]
    publication = context["publication"].name
    head = [newsletter.name, f"{publication} · {date_format(context['day'], 'j F Y')}"]
    blocks = ["\n".join(head), _wrapped(issue.subject), *_paragraphs(issue.intro)]
    for entry in context["entries"]:
        lines = [entry.section, entry.headline, entry.standfirst, entry.byline]
        lines = [_wrapped(line) for line in lines if line] + [entry.url]
        notes = [_wrapped(f"{note.label}: {note.text}") for note in entry.corrections]
        text = "\n".join(filter(None, lines))
        blocks += ["* * *", text, *notes, *_paragraphs(entry.text)]
    links = [
        f"{words}: {context[name]}"
        for words, name in [
            ("Leave this newsletter", "unsubscribe_url"),
            ("Your newsletters", "preferences_url"),
            ("Read on the web", "issue_url"),
        ]
        if context[name]
    ]
    why = f"You get this because you signed up for {newsletter.name} at {publication}."
    if not context["unsubscribe_url"]:
        why = "This is a test. Readers find their link to leave here."
    blocks += ["-- ", "\n".join([_wrapped(why), *links])]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _paragraphs(value):
    return [_wrapped(part) for part in re.split(r"\n\s*\n", value.strip()) if part]


def _wrapped(value):
    """Lines of a text's length; an address is never broken."""
    return textwrap.fill(
        value, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False
    )


def _filled(value, links):
    return _PERSONAL.sub(lambda found: links[found[0]], value)


@lru_cache(maxsize=1)
def _date(seconds):
    """The Date header of this second; many mails share it."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


# Bytes ------------------------------------------------------------------------------


class _Policy(EmailPolicy):
    """Long subjects in other letters than ASCII as an older part of Python writes them.

    Its newer one loses blanks between words, in 3.12.1 and in 3.13.0 too.
    """

    def fold_binary(self, name, value):
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        words = Header(str(value), "utf-8", header_name=name).encode(linesep="\r\n")
        return f"{name}: {words}\r\n".encode()


_POLICY = _Policy(linesep="\r\n")


def _header_bytes(headers):
    message = EmailMessage(policy=_POLICY)
    for name, value in headers.items():
        message[name] = value
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n"


def _part(content_type, value, boundary):
    """One body as pieces: bytes, and the two marks as they are.

    Each piece is quoted-printable (RFC 2045, section 6.7) by itself and ends in a soft
    line break, so that a link of any length can stand between two.
    """
    yield (
        f"--{boundary}\r\nContent-Type: {content_type}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
    for piece in _PERSONAL.split(value):
        if _PERSONAL.fullmatch(piece):
            yield piece
        else:
            quoted = quopri.encodestring(piece.encode(), quotetabs=False)
            yield quoted.replace(b"\n", b"\r\n") + b"=\r\n"
    yield b"\r\n"


def _soft(link):
    """A link as quoted-printable lines that join again to one."""
    quoted = link.replace("=", "=3D").encode()
    lines = [
        quoted[start : start + LONGEST_LINE]
        for start in range(0, len(quoted), LONGEST_LINE)
    ]
    return b"=\r\n".join(lines) + b"=\r\n"
