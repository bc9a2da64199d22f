"""What the licensing desk keeps of those who ask to republish."""

import re
import secrets

from django.db.models import Q
from django.utils import timezone

from articles.models import Republication
from newsroom.lib.people import Kept, Line, each, rows
from republishing import naming
from republishing.models import (
    CopyDownload,
    Grant,
    Invoice,
    Partner,
    Payment,
    Placement,
    Quote,
    RepublishingRequest,
    RequestEvent,
    UpdateNotice,
)
from republishing.models.request import new_key

OURS = "Words of the newsroom about its licences."
RANDOM = "A random number or key."
MACHINE = "Written by the program, of no person."
ACCOUNTS = "The law asks for the accounts: the licence stays, without the person."
INVOICED = (
    "Tax law asks an invoice for its buyer: the organisation, which here is the "
    "person's own name, stays on it, with the country."
)
PERSON = "Erased person"
ANSWER = "To answer your request to republish a story, and to license it"
CONTRACT = "the contract with you"


KEPT = [
    Kept(
        "republishing.RepublishingRequest",
        purpose=ANSWER,
        personal={
            "name": "your name",
            "email": "your email address",
            "organisation": "your organisation",
            "website": "its website",
            "country": "its country",
            "network_address": "the network address you asked from",
        },
        free_text={"message": "what you wrote to us"},
        other={
            **each("reference key", RANDOM),
            "fingerprint": "A hash that knows the same form sent twice.",
            "languages": "The languages to publish in.",
        },
        rule="closed_requests",
        kept="what was licensed or paid for as long as the law on accounts asks; what "
        "came to nothing",
        also={"the network address": "request_network_addresses"},
        basis=CONTRACT,
    ),
    Kept(
        "republishing.RequestEvent",
        purpose=ANSWER,
        free_text={"note": "", "text": "the messages between you and our desk"},
        kept="with the request",
        basis=CONTRACT,
    ),
    Kept("republishing.AnswerTemplate", other=each("name text", OURS)),
    Kept(
        "republishing.Partner",
        purpose="To give partners the stories they have a standing licence for",
        personal={
            "name": "the partner's name",
            "email": "the email address of its contact",
        },
        other={**each("number key pixel_key", RANDOM), "languages": OURS},
        kept="as long as the licence",
        basis=CONTRACT,
    ),
    Kept("republishing.License", other=each("name slug usage_terms url", OURS)),
    Kept("republishing.Fee", other={"currency": OURS}),
    Kept(
        "republishing.Quote",
        other={
            "number": RANDOM,
            **each("license_name usage_terms currency lines", OURS),
        },
    ),
    Kept("republishing.Payment", other={"currency": OURS}),
    Kept(
        "republishing.Grant",
        other={
            **each("number key pixel_key", RANDOM),
            "text_given": "The story's words.",
            "credit_url": "The page of a publication that a story may link to.",
        },
    ),
    Kept(
        "republishing.Invoicing",
        other=each("payment_details tax_number tax_name closing", OURS),
    ),
    Kept(
        "republishing.Invoice",
        other=each("seller tax_number payment_details closing", OURS),
    ),
    Kept(
        "republishing.CopyDownload",
        purpose="To see whether a licensed copy was passed on",
        personal={"network_address": "the neighbourhood of your network"},
        other={"format": MACHINE},
        rule="copy_downloads",
        basis="our interest in licences that are kept",
    ),
    Kept(
        "republishing.Placement",
        purpose="To see whether the terms of a licence are kept",
        personal={"url": "the page on which you publish the story"},
        other=each("findings error", MACHINE),
        kept="with the licence",
        basis=CONTRACT,
    ),
    Kept("republishing.UpdateNotice", other={"text": "What changed in a story."}),
]


def _requests(address):
    return RepublishingRequest.objects.filter(email__iexact=address.email)


def export(address):
    """All requests under an address, with what came of them."""
    asked = _requests(address)
    grants = Grant.objects.filter(quote__request__in=asked)
    events = RequestEvent.objects.filter(request__in=asked)
    return {
        "republishing: requests": rows(asked),
        # Internal notes are the desk's; they hold nothing the requester gave.
        "republishing: steps and messages": rows(
            events.exclude(kind=RequestEvent.Kind.NOTED)
        ),
        "republishing: offers": rows(Quote.objects.filter(request__in=asked)),
        "republishing: payments": rows(
            Payment.objects.filter(quote__request__in=asked)
        ),
        "republishing: licences": rows(grants, leave_out=["text_given"]),
        "republishing: copies taken": rows(
            CopyDownload.objects.filter(grant__in=grants)
        ),
        "republishing: places of publication": rows(
            Placement.objects.filter(grant__in=grants)
        ),
        "republishing: named under stories": rows(
            Republication.objects.filter(source__in=grants.values("number"))
        ),
        "republishing: changes told": rows(
            UpdateNotice.objects.filter(grant__in=grants)
        ),
        "republishing: partner": rows(
            Partner.objects.filter(email__iexact=address.email)
        ),
    }


def erase(address):
    """Delete what came to nothing; of licences leave what the accounts need."""
    asked = list(_requests(address).select_for_update())
    kept = set(with_accounts(_requests(address)).values_list("pk", flat=True))
    gone = [request.pk for request in asked if request.pk not in kept]
    delete(gone)
    named = sum(_make_anonymous(request) for request in asked if request.pk in kept)
    partners = Partner.objects.filter(email__iexact=address.email)
    return [
        Line("Requests to republish", len(gone)),
        Line("Licences and offers accepted", len(kept), "made anonymous", ACCOUNTS),
        Line("Buyers on invoices", named, "kept", INVOICED),
        Line(
            "Partners' contacts",
            partners.update(email=""),
            "made anonymous",
            "The standing licence of the publication stays.",
        ),
    ]


def with_accounts(requests):
    """Those whose offer was accepted or paid: they belong to the accounts."""
    quotes = Quote.objects.filter(
        Q(accepted_at__isnull=False)
        | Q(payments__isnull=False)
        | Q(grant__isnull=False)
    )
    return requests.filter(pk__in=quotes.values("request"))


def delete(keys):
    """Delete requests without accounts, with all that hangs on them."""
    Quote.objects.filter(request__in=keys).delete()
    RepublishingRequest.objects.filter(pk__in=keys).delete()


def _is_own_name(request):
    """Whether the organisation bears the person's name, as “Boss, Berta” or more."""
    name, organisation = (
        set(re.findall(r"\w+", text.casefold()))
        for text in (request.name, request.organisation)
    )
    return name == organisation or (len(name) > 1 and name < organisation)


def _make_anonymous(request):
    """Returns whether the person's own name stays, as the buyer on an invoice."""
    now = timezone.now()
    is_own_name = _is_own_name(request)
    is_billed = Invoice.objects.filter(quote__request=request).exists()
    request.events.update(text="", note="")
    request.events.filter(mailed_at=None).update(mailed_at=now)
    RequestEvent.objects.create(
        request=request,
        kind=RequestEvent.Kind.NOTED,
        note="The requester's data was erased.",
        mailed_at=now,
    )
    CopyDownload.objects.filter(grant__quote__request=request).update(
        network_address=None
    )
    naming.forget(request)
    Grant.objects.filter(quote__request=request).update(
        is_credited=False, credit_url="", agreed_to_credit_at=None
    )
    RepublishingRequest.objects.filter(pk=request.pk).update(
        name=PERSON,
        email=f"{request.reference.lower()}@erased.invalid",
        organisation=PERSON if is_own_name and not is_billed else request.organisation,
        website="",
        message="",
        network_address=None,
        key=new_key(),
        fingerprint=secrets.token_hex(32),
    )
    return is_own_name and is_billed
