"""What an invoice says, and once it is paid the receipt: for its page and its PDF."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Publication
from newsroom.lib import money
from republishing import people
from republishing.models import Grant, RepublishingRequest

_GREY = (83, 93, 95)
_BLACK = (20, 25, 27)
_ACCENT = (244, 180, 0)
_HAIRLINE = (205, 211, 205)
_LEFT, _WIDTH = 20, 170
_MISSING = (
    "Some letters of a name are not in the fonts of this file. The page at the "
    "address below shows them all."
)


# Nothing is to be paid any more for a request that ended so.
_OVER = {RepublishingRequest.State.DECLINED, RepublishingRequest.State.WITHDRAWN}


@dataclass(frozen=True)
class Bill:
    """The words of an invoice; `facts` and `lines` are dicts of two texts."""

    publication: str
    kind: str
    number: str
    day: str
    seller: str
    buyer: str
    subject: str
    facts: list
    lines: list
    total: str
    payment: str
    closing: str
    is_paid: bool
    is_void: bool
    page_url: str

    @property
    def outcome(self):
        if self.is_void:
            return "Void: the request is over, and nothing is to be paid."
        return "Paid, with thanks." if self.is_paid else ""

    @property
    def title(self):
        return f"{self.kind} {self.number}"


def bill_of(quote):
    """The Bill of a quote with an invoice."""
    invoice, request = quote.invoice, quote.request
    payment = quote.payments.first()
    is_void = payment is None and request.state in _OVER
    return Bill(
        publication=Publication.objects.current().name,
        kind="Receipt" if payment else "Invoice",
        number=invoice.number,
        day=_day(invoice.issued_at),
        seller=invoice.seller,
        buyer=_buyer(request),
        subject=request.article.headline if request.article else "",
        facts=_facts(quote, invoice, payment),
        lines=[
            {
                "text": line["text"],
                "amount": money.exact(line["amount"], quote.currency),
            }
            for line in quote.lines
        ],
        total=money.exact(quote.amount, quote.currency),
        payment="" if payment or is_void else invoice.payment_details,
        closing=invoice.closing,
        is_paid=payment is not None,
        is_void=is_void,
        page_url=request.absolute_url,
    )


def _buyer(request):
    """Who is billed: of an erased person what tax law asks for, and no more."""
    name = "" if request.name == people.PERSON else request.name
    return "\n".join(filter(None, [request.organisation, name, request.country]))


def _facts(quote, invoice, payment):
    grant = Grant.objects.filter(quote=quote).first()
    paid = ("Paid on", _day(payment.received_at)) if payment else None
    facts = [
        ("Date", _day(invoice.issued_at)),
        paid or ("To be paid by", date_format(invoice.due_on)),
        ("Your request", quote.request.reference),
        ("Our offer", quote.number),
        ("Licence", f"{quote.license_name}{f', {grant.number}' if grant else ''}"),
        ("Our tax number", invoice.tax_number),
    ]
    return [{"name": name, "text": text} for name, text in facts if text]


def _day(at):
    return date_format(timezone.localdate(at))


def as_pdf(bill):
    """The bill as a PDF of one or more A4 pages."""
    from newsroom.lib import pdf  # noqa: PLC0415 -- 20 MiB that few processes need

    sheet = pdf.Sheet(
        title=f"{bill.title}, {bill.publication}",
        author=bill.publication,
        language=settings.LANGUAGE_CODE,
        words=str(bill),
    )
    sheet.add_page()
    _head(sheet, bill)
    _parties(sheet, bill)
    _table(sheet, bill)
    _foot(sheet, bill, _MISSING if pdf.missing_letters(_names(bill)) else "")
    return bytes(sheet.output())


def _head(sheet, bill):
    sheet.set_text_color(*_BLACK)
    sheet.set_font("display", "B", 24)
    sheet.write_lines(bill.publication, width=110, height=10)
    end = sheet.get_y()
    sheet.set_xy(_LEFT + 110, 20)
    sheet.set_font("text", "B", 15)
    sheet.write_lines(bill.title, width=60, height=10, align="R")
    sheet.set_fill_color(*_BLACK)
    sheet.rect(_LEFT, end + 2, _WIDTH, 0.8, style="F")
    sheet.set_fill_color(*_ACCENT)
    sheet.rect(_LEFT, end + 2, 16, 0.8, style="F")
    sheet.set_xy(_LEFT, end + 12)


def _parties(sheet, bill):
    top = sheet.get_y()
    ends = []
    for left, label, words in [
        (_LEFT, "From", bill.seller),
        (_LEFT + 60, "To", bill.buyer),
    ]:
        sheet.set_xy(left, top)
        _label(sheet, label, 54)
        name, _, rest = words.partition("\n")
        sheet.set_font("text", "B", 10.5)
        sheet.write_lines(name, width=54)
        sheet.set_font("text", size=10.5)
        sheet.write_lines(rest, width=54)
        ends.append(sheet.get_y())
    sheet.set_xy(_LEFT + 120, top)
    for fact in bill.facts:
        _label(sheet, fact["name"], 50)
        sheet.set_font("text", size=10.5)
        sheet.write_lines(fact["text"], width=50)
        sheet.set_xy(_LEFT + 120, sheet.get_y() + 1.5)
    sheet.set_xy(_LEFT, max(*ends, sheet.get_y()) + 8)
    if bill.subject:
        _label(sheet, "For the story", _WIDTH)
        sheet.set_font("text", "B", 12)
        sheet.write_lines(bill.subject, width=_WIDTH, height=6)
        sheet.ln(6)


def _table(sheet, bill):
    sheet.set_draw_color(*_HAIRLINE)
    _label(sheet, "What it is for", 120)
    sheet.set_xy(_LEFT + 120, sheet.get_y() - 4.5)
    _label(sheet, "Amount", 50, align="R")
    for line in bill.lines:
        sheet.set_font("text", size=10.5)
        _row(sheet, line["text"], line["amount"], height=5.5)
    sheet.set_font("text", "B", 14)
    _row(sheet, "Together", bill.total, height=7)
    sheet.set_fill_color(*_BLACK)
    sheet.rect(_LEFT, sheet.get_y(), _WIDTH, 0.5, style="F")
    sheet.ln(10)


def _row(sheet, words, amount, *, height):
    """Words to the left and an amount to the right, below a hairline."""
    if sheet.will_page_break(4 * height):
        sheet.add_page()
    top = sheet.get_y() + 1.5
    sheet.line(_LEFT, top, _LEFT + _WIDTH, top)
    sheet.set_xy(_LEFT, top + 1.5)
    sheet.write_lines(words, width=120, height=height)
    end = sheet.get_y()
    sheet.set_xy(_LEFT + 120, top + 1.5)
    sheet.write_lines(amount, width=50, height=height, align="R")
    sheet.set_xy(_LEFT, end)


def _foot(sheet, bill, note):
    sheet.set_x(_LEFT)
    for label, words in [
        ("", bill.outcome),
        ("How to pay", bill.payment),
        ("", bill.closing),
        ("", note),
    ]:
        if words:
            if label:
                _label(sheet, label, _WIDTH)
            sheet.set_font("text", size=10.5)
            sheet.write_lines(words, width=_WIDTH)
            sheet.ln(4)
    _label(sheet, f"This {bill.kind.lower()}, and your licence, on the web:", _WIDTH)
    sheet.set_font("text", size=9)
    sheet.write_lines(bill.page_url, width=_WIDTH)


def _names(bill):
    return f"{bill.publication}{bill.seller}{bill.buyer}{bill.subject}{bill.closing}"


def _label(sheet, words, width, *, align="L"):
    sheet.set_font("sans", size=8.5)
    sheet.set_text_color(*_GREY)
    sheet.write_lines(words, width=width, height=4.5, align=align)
    sheet.set_text_color(*_BLACK)
