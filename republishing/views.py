from django.http import HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from newsroom.lib import throttle
from newsroom.lib.forms_guard import anonymous_form
from republishing import actions, schedule, tasks
from republishing.forms import RepublishingRequestForm
from republishing.models import License, RepublishingRequest

FORM_METHODS = ["GET", "HEAD", "POST"]
HOUR = 3600
NETWORK_REQUESTS = 20  # an hour
ADDRESS_REQUESTS = 10  # an hour
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
    offered = Article.objects.published().filter(is_republishable=True).for_cards()
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
        tasks.mail_request.enqueue(found.pk)
    return HttpResponseRedirect(found.get_absolute_url(), status=303)


def _page(request, form, *, article, status=200):
    context = {
        "form": form,
        "article": article,
        "licenses": License.objects.all(),
        "schedule": schedule.tables(),
    }
    template = (
        "republishing/request_create.html" if article else "republishing/front.html"
    )
    return render(request, template, context, status=status)


@require_safe
def request_detail(request, key):
    """The requester's page; the key in the address is the permission."""
    found = get_object_or_404(
        RepublishingRequest.objects.select_related("article__section"), key=key
    )
    context = {"request_row": found, "article_url": _public_url(found.article)}
    response = render(request, "republishing/request_detail.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _public_url(article):
    return article.get_absolute_url() if article and article.is_live else ""
