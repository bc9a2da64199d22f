"""The invoice and the receipt: numbers, tax, the page and the PDF read back."""

import io
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from articles.models import Publication
from newsroom.lib import addresses, pdf, people
from republishing import billing, invoices, licensing
from republishing.models import (
    Fee,
    Invoice,
    Invoicing,
    Quote,
    RepublishingRequest,
)
from republishing.pricing import offer_for
from tests.factories.articles import ArticleFactory, UserFactory
from tests.factories.republishing import (
    FeeFactory,
    LicenseFactory,
    RepublishingRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publication():
    Publication.objects.create(
        pk=1, name="The Roadstead", legal_name="Roadstead Trust", address="Trieste"
    )
    Invoicing.objects.create(
        pk=1, payment_details="IBAN XX12 3456", tax_number="IT 99", days_to_pay=14
    )


def accepted(*, amount=36000, **answers):
    return licensing.accept(offered(amount=amount, **answers))


def offered(*, amount=36000, **answers):
    request = RepublishingRequestFactory(
        **{"article": ArticleFactory(published=True), **answers}
    )
    lines = [
        {"text": "Publisher, Website", "amount": amount - 6000},
        {"text": "With pictures, + 50%", "amount": 6000},
    ]
    return licensing.quote(
        request, under=LicenseFactory(), amount=amount, currency="EUR", lines=lines
    )


def read(quote):
    quote = Quote.objects.get(pk=quote.pk)
    return PdfReader(io.BytesIO(invoices.as_pdf(invoices.bill_of(quote))))


def test_invoices_of_a_year_are_numbered_without_a_gap():
    with time_machine.travel("2026-12-31 12:00Z"):
        accepted()
        free = licensing.accept(
            licensing.quote(
                RepublishingRequestFactory(), under=LicenseFactory(), amount=0,
                currency="EUR",
            )
        )  # fmt: skip
        accepted()
    with time_machine.travel("2027-01-02 12:00Z"):
        accepted()

    numbers = [one.number for one in Invoice.objects.order_by("pk")]
    assert numbers == ["2026-0001", "2026-0002", "2027-0001"]
    assert not Invoice.objects.filter(quote=free).exists()


def test_what_was_sent_keeps_its_words():
    quote = accepted()

    Invoicing.objects.update(payment_details="Another bank", tax_number="")
    Publication.objects.update(legal_name="Somebody else")

    bill = invoices.bill_of(Quote.objects.get(pk=quote.pk))
    assert (bill.seller, bill.payment) == ("Roadstead Trust\nTrieste", "IBAN XX12 3456")


@pytest.mark.parametrize(
    ("amount", "percent", "total"),
    [(10000, "18", 11800), (4550, "7.7", 4900), (25, "2", 26), (10000, "0", 10000)],
)
def test_tax_is_a_line_of_its_own(amount, percent, total):
    Invoicing.objects.update(tax_percent=Decimal(percent))
    LicenseFactory(is_default=True)
    FeeFactory(amount=amount)

    offer = offer_for(RepublishingRequestFactory())

    assert offer.amount == total
    assert billing.net_of(offer.lines) == amount
    assert [line["text"] for line in offer.lines if line.get("is_tax")] == (
        [f"VAT, {percent}%"] if total != amount else []
    )


def test_nothing_bears_no_tax():
    Invoicing.objects.update(tax_percent=18)
    LicenseFactory(is_default=True)
    FeeFactory(amount=0)

    assert offer_for(RepublishingRequestFactory()).amount == 0


def test_change_of_the_tax_changes_no_quote():
    LicenseFactory(is_default=True)
    FeeFactory(amount=10000)
    quote = licensing.quote_by_schedule(RepublishingRequestFactory())

    Invoicing.objects.update(tax_percent=18)
    Fee.objects.update(amount=1)

    quote.refresh_from_db()
    assert (quote.amount, sum(line["amount"] for line in quote.lines)) == (10000, 10000)


def test_pdf_is_text_with_title_and_language():
    quote = accepted(
        organisation="Şişli Gazetesi A.Ş.", name="İğneada Çağrı", country="Türkiye"
    )

    found = read(quote)

    text = "\n".join(page.extract_text() for page in found.pages)
    invoice = quote.invoice
    for words in [
        "The Roadstead", f"Invoice {invoice.number}", "Roadstead Trust",
        "Şişli Gazetesi A.Ş.", "İğneada Çağrı", "Türkiye", "Publisher, Website",
        "€300.00", "€60.00", "€360.00", "IBAN XX12 3456", "IT 99",
        quote.number, quote.request.reference, quote.request.absolute_url,
        quote.request.article.headline,
    ]:  # fmt: skip
        assert words in text
    assert found.metadata.title == f"Invoice {invoice.number}, The Roadstead"
    assert found.trailer["/Root"]["/Lang"] == "en-gb"


def test_paid_invoice_is_a_receipt_without_the_bank():
    quote = accepted()
    licensing.record_payment(quote.request, by=UserFactory())

    text = read(quote).pages[0].extract_text()

    assert (f"Receipt {quote.invoice.number}" in text, "IBAN" in text) == (True, False)
    assert quote.request.quotes.get().grant.number in text


def test_invoice_of_a_withdrawn_request_is_void(client):
    quote = accepted()
    licensing.withdraw(quote.request)

    text = read(quote).pages[0].extract_text()
    page = client.get(quote.request.get_absolute_url())

    assert ("Void:" in text, "IBAN" in text) == (True, False)
    assert "to be paid by" not in page.text


def test_arabic_letters_are_there_and_joined():
    quote = accepted(organisation="صحيفة الشرق", name="ليلى منصور", country="مصر")

    text = read(quote).pages[0].extract_text()

    assert set("صحيفة الشرق ليلى منصور مصر") <= set(text)
    assert "Some letters" not in text


def test_letters_without_a_font_are_said():
    quote = accepted(organisation="新华社")

    text = read(quote).pages[0].extract_text()

    assert "Some letters of a name are not in the fonts of this file." in text


def test_further_fonts_bring_their_letters(settings):
    assert pdf.missing_letters("Aşب新") == ["新"]

    settings.PDF_FONTS = [settings.BASE_DIR / "static" / "fonts" / "arabic.woff2"]

    assert pdf.missing_letters("Aşب") == []


def test_long_bill_goes_over_pages():
    quote = accepted()
    lines = [{"text": f"Line {number} " * 12, "amount": 1} for number in range(40)]
    Quote.objects.filter(pk=quote.pk).update(lines=lines)

    found = read(quote)

    assert len(found.pages) > 1
    text = "\n".join(page.extract_text() for page in found.pages)
    assert all(f"Line {number} " in text for number in range(40))


@pytest.mark.parametrize("name", ["invoice", "invoice_pdf"])
def test_invoice_waits_for_acceptance_and_is_private(client, name):
    waiting = RepublishingRequestFactory()
    quote = accepted()

    early = client.get(reverse(f"republishing:{name}", args=[waiting.key]))
    response = client.get(reverse(f"republishing:{name}", args=[quote.request.key]))

    assert (early.status_code, response.status_code) == (404, 200)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_page_and_pdf_say_the_same(client):
    quote = accepted()

    page = client.get(reverse("republishing:invoice", args=[quote.request.key]))

    for words in [quote.invoice.number, "€300.00", "€360.00", "IBAN XX12 3456"]:
        assert words in page.text


def test_desk_offers_before_tax(client):
    Invoicing.objects.update(tax_percent=18)
    client.force_login(UserFactory(role="Rights manager"))
    row = RepublishingRequestFactory()
    single_use = LicenseFactory(name="Single use")

    client.post(
        reverse("admin:republishing_republishingrequest_change", args=[row.pk]),
        {
            "step": "quote", "license": single_use.pk, "price": "100",
            "currency": "EUR", "valid_days": "14",
        },
    )  # fmt: skip

    quote = row.quotes.get()
    assert (quote.amount, [line["amount"] for line in quote.lines]) == (
        11800,
        [10000, 1800],
    )


def test_settings_are_one_row_and_looking_makes_none(client):
    Invoicing.objects.all().delete()
    client.force_login(UserFactory(role="Rights manager"))
    url = reverse("admin:republishing_invoicing_changelist")
    words = {
        "payment_details": "IBAN", "days_to_pay": "10", "tax_number": "",
        "tax_name": "VAT", "tax_percent": "7.7", "closing": "",
    }  # fmt: skip

    assert client.get(url).status_code == 200
    assert not Invoicing.objects.exists()
    for percent in ["7.7", "18"]:
        client.post(url, {**words, "tax_percent": percent})

    assert [(row.pk, row.tax_in_words) for row in Invoicing.objects.all()] == [
        (1, "VAT, 18%")
    ]


def erase(**options):
    return people.erase(addresses.parse("berta@paper.example"), **options)


def bill_again(quote):
    return invoices.bill_of(Quote.objects.get(pk=quote.pk))


def test_invoice_of_an_erased_person_keeps_the_organisation_and_the_country():
    quote = accepted()

    lines = erase()

    assert bill_again(quote).buyer == "The Other Paper\nMalta"
    assert "berta" not in str(bill_again(quote)).casefold()
    assert "Buyers on invoices" not in [line.what for line in lines]


@pytest.mark.parametrize("name", ["Berta Boss", "BOSS, Berta", "Berta Boss – Photos"])
def test_buyer_who_is_the_person_stays_on_the_invoice_and_a_dry_run_says_so(name):
    quote = accepted(organisation=name)
    before = bill_again(quote).buyer

    said = {line.what: line for line in erase(dry_run=True)}["Buyers on invoices"]
    assert (said.count, said.fate) == (1, "kept")
    assert "Tax law" in said.why
    assert bill_again(quote).buyer == before
    erase()

    assert bill_again(quote).buyer == f"{name}\nMalta"
    assert not RepublishingRequest.objects.filter(name__icontains="Berta").exists()
    assert not RepublishingRequest.objects.filter(email__icontains="berta").exists()


@pytest.mark.parametrize(
    ("name", "organisation", "left"),
    [
        ("Berta Boss", "Boss, Berta", "Erased person"),
        ("Berta Boss", "Studio Berta Boss", "Erased person"),
        ("Boss", "Boss Weekly", "Boss Weekly"),
        ("Berta Boss", "Berta Weekly", "Berta Weekly"),
    ],
)
def test_own_name_goes_where_there_is_no_invoice(name, organisation, left):
    accepted(amount=0, name=name, organisation=organisation)

    erase()

    assert RepublishingRequest.objects.get().organisation == left


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="connections to a database in memory lock it whole",
)
def test_offers_accepted_at_the_same_moment_are_numbered_in_a_row():
    quotes = [offered() for _ in range(6)]
    barrier = Barrier(6)
    failed = []

    def take(quote, *, fails):
        try:
            barrier.wait()
            with transaction.atomic():
                licensing.accept(quote)
                if fails:
                    raise RuntimeError
        except RuntimeError:
            failed.append(quote)
        finally:
            connection.close()

    threads = [
        Thread(target=take, args=[quote], kwargs={"fails": number == 3})
        for number, quote in enumerate(quotes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(failed) == 1
    positions = Invoice.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4, 5]
