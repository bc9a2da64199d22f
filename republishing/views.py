from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from newsroom.lib import pixel as dot
from newsroom.lib import throttle
from newsroom.lib.forms_guard import anonymous_form
from republishing import (
    actions,
    copies,
    invoices,
    licensing,
    naming,
    schedule,
    tasks,
    tracking,
)
from republishing.forms import (
    MessageForm,
    PlacementForm,
    PriceForm,
    RepublishingRequestForm,
)
from republishing.licensing import RefusedError
from republishing.models import (
    Grant,
    License,
    Quote,
    RepublishingRequest,
    RequestEvent,
)

FORM_METHODS = ["GET", "HEAD", "POST"]
HOUR = 3600
NETWORK_REQUESTS = 20  # an hour
ADDRESS_REQUESTS = 10  # an hour
STEPS_AN_HOUR = 60
INTERNAL = [
    RequestEvent.Kind.NOTED,
    RequestEvent.Kind.ASSIGNED,
    RequestEvent.Kind.REMIND_WAITING,
    RequestEvent.Kind.REMIND_UPDATE,
]
TOO_MANY = (
    "Too many requests came from you or your network. Please try again in an hour."
)


@require_http_methods(FORM_METHODS)
@anonymous_form
def front(request):
    """Terms, fees, how it works, and the form for what is no single story."""
    if request.method == "POST":
        return _take(request, article=None)
    return _page(request, RepublishingRequestForm(), article=None)


@require_http_methods(FORM_METHODS)
@anonymous_form
def request_create(request, section_slug, slug):
    """The form for one story; nobody learns here of a story that readers can't see."""
    offered = Article.objects.offered().for_cards()
    article = offered.filter(section__slug=section_slug, slug=slug).first()
    if article is None:
        moved = offered.once_at(section_slug, slug).first()
        if moved is None:
            return render(request, "republishing/not_available.html", status=404)
        address = [moved.section.slug, moved.slug]
        return HttpResponsePermanentRedirect(
            reverse("republishing:request_create", args=address)
        )
    if request.method == "POST":
        return _take(request, article=article)
    return _page(request, RepublishingRequestForm(), article=article)


def _take(request, *, article):
    if "show_price" in request.POST:
        return _price_page(request, article)
    form = RepublishingRequestForm(request.POST)
    network = throttle.client_network(request)
    is_allowed = throttle.allow(
        "republish", network, limit=NETWORK_REQUESTS, seconds=HOUR
    )
    is_valid = form.is_valid()
    if is_allowed and is_valid:
        folded = form.cleaned_data["email"].folded
        is_allowed = throttle.allow(
            "republish-address", folded, limit=ADDRESS_REQUESTS, seconds=HOUR
        )
    if not is_allowed:
        form.add_error(None, TOO_MANY)
        return _page(request, form, article=article, status=429)
    if not is_valid:
        return _page(request, form, article=article, status=422)
    answers = {
        name: value
        for name, value in form.cleaned_data.items()
        if name not in {"email", "accepted_terms", "fax_number"}
    }
    found, is_new = actions.request_republishing(
        article,
        address=form.cleaned_data["email"],
        network_address=throttle.client_address(request),
        **answers,
    )
    if is_new:
        tasks.mail_news.enqueue(found.pk)
    return HttpResponseRedirect(found.get_absolute_url(), status=303)


def _price_page(request, article):
    """The form as it was filled in, with the price; nothing is sent."""
    asked = PriceForm(request.POST)
    if not asked.is_valid():
        form = RepublishingRequestForm(request.POST)
        for name in set(form.errors) - set(asked.errors):
            del form.errors[name]
        return _page(request, form, article=article, status=422)
    form = RepublishingRequestForm(initial=request.POST.dict())
    price = {"offer": asked.offer(article)}
    return _page(request, form, article=article, price=price)


def _page(request, form, *, article, status=200, price=None):
    context = {
        "form": form,
        "article": article,
        "price": price,
        "licenses": License.objects.all(),
        "schedule": schedule.tables(),
    }
    template = (
        "republishing/request_create.html" if article else "republishing/front.html"
    )
    return render(request, template, context, status=status)


@require_http_methods(FORM_METHODS)
@anonymous_form
def request_detail(request, key):
    """The requester's page; the key in the address is the permission."""
    found = get_object_or_404(
        RepublishingRequest.objects.select_related("article__section"), key=key
    )
    if request.method == "POST":
        return _step(request, found)
    return _request_page(request, found, MessageForm())


def _step(request, found):
    name = request.POST.get("step")
    form = MessageForm(request.POST if name == "message" else None)
    place = PlacementForm(request.POST if name == "place" else None)
    if any(one.is_bound and not one.is_valid() for one in (form, place)):
        return _request_page(request, found, form, place=place, status=422)
    network = throttle.client_network(request)
    if not throttle.allow("republish-step", network, limit=STEPS_AN_HOUR, seconds=HOUR):
        return _request_page(request, found, form, error=TOO_MANY, status=429)
    steps = {
        "accept": lambda: _accept(found, request.POST.get("number")),
        "withdraw": lambda: licensing.withdraw(found),
        "updated": lambda: licensing.confirm_updates(found),
        "message": lambda: licensing.write_to_desk(
            found, text=form.cleaned_data["text"]
        ),
        "place": lambda: licensing.add_placement(found, url=place.cleaned_data["url"]),
        "agree": lambda: naming.agree(found),
        "object": lambda: naming.object_to(found),
    }
    try:
        if name in steps:
            steps[name]()
    except RefusedError as error:
        return _request_page(request, found, form, error=str(error), status=409)
    tasks.mail_news.enqueue(found.pk)
    return HttpResponseRedirect(found.get_absolute_url(), status=303)


def _accept(found, number):
    """Take the offer that was on the page, never one that came meanwhile."""
    quote = found.quotes.first()
    if quote is None or quote.number != number:
        raise RefusedError("There is another offer by now: look at it first.")
    licensing.accept(quote)


def _request_page(request, found, form, *, place=None, error="", status=200):
    found.refresh_from_db()
    quote = found.quotes.prefetch_related("payments").select_related("invoice").first()
    grant = Grant.objects.filter(quote__request=found).first()
    is_paid = bool(quote and quote.payments.all())
    context = {
        "request_row": found,
        "article_url": _public_url(found.article),
        "quote": quote,
        "invoice": getattr(quote, "invoice", None),
        "is_paid": is_paid,
        "is_to_be_paid": hasattr(quote, "invoice")
        and not is_paid
        and found.state in {"accepted", "licensed"},
        "can_accept": bool(quote) and quote.is_open() and found.state == "quoted",
        "can_withdraw": found.state in licensing.OPEN,
        "grant": grant,
        "copy": copies.copy_for(grant.key) if grant else None,
        "notices": list(grant.notices.filter(done_at=None)) if grant else [],
        "events": found.events.exclude(kind__in=INTERNAL).order_by("at", "pk"),
        "form": form,
        "place": place or PlacementForm(),
        "placements": list(grant.placements.all()) if grant else [],
        "error": error,
    }
    return render(request, "republishing/request_detail.html", context, status=status)


@require_safe
def invoice(request, key):
    """The invoice, or the receipt once it is paid, to print."""
    context = {"bill": _bill(key)}
    return render(request, "republishing/invoice.html", context)


@require_safe
def invoice_pdf(request, key):
    """The invoice or receipt as a file to keep."""
    bill = _bill(key)
    response = HttpResponse(invoices.as_pdf(bill), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=False, filename=f"{bill.kind.lower()}-{bill.number}.pdf"
    )
    return response


def _bill(key):
    quotes = Quote.objects.filter(request__key=key, invoice__isnull=False)
    quote = quotes.select_related("invoice", "request__article").first()
    if quote is None:
        raise Http404("There is no invoice.")
    return invoices.bill_of(quote)


@require_safe
def copy_detail(request, key):
    """The licensed copy: a page to take it from, or with `format` the copy itself."""
    copy = copies.copy_for(key)
    if copy is None:
        return render(request, "republishing/copy_closed.html", status=404)
    wanted = request.GET.get("format")
    if wanted not in copies.FORMATS:
        context = {"copy": copy, "formats": copies.FORMATS}
        return render(request, "republishing/copy_detail.html", context)
    _, content_type, extension = copies.FORMATS[wanted]
    response = HttpResponse(getattr(copy, f"as_{wanted}")(), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=copies.file_name(copy, extension)
    )
    if dot.is_get(request):
        network = throttle.client_area(request)
        tracking.record_download(copy.grant, wanted, network=network)
    return response


@require_safe
def pixel(request, key):
    """Counts one reading of a licensed copy; it knows nothing of the reader."""
    # A broken session's cookie would otherwise be answered by one that deletes it.
    request.COOKIES.clear()
    is_known = tracking.count_view(key, is_seen=dot.is_get(request))
    return dot.response(is_known=is_known)


def _public_url(article):
    return article.get_absolute_url() if article and article.is_live else ""
