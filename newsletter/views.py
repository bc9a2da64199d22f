import time
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles import pages
from newsletter import actions, counting, letters, tasks, tokens, wording
from newsletter.forms import SignUpForm
from newsletter.models import Issue, Newsletter, Subscription
from newsletter.personal import FORM_METHODS, personal
from newsroom.lib import pixel, throttle
from newsroom.lib.forms_guard import anonymous_form

HOUR = 3600
PAST_ISSUES = 20
NETWORK_SIGN_UPS = 30  # an hour; an office or a train shares one address
ADDRESS_SIGN_UPS = 10  # an hour
# A new address costs a few milliseconds more than a known one; nobody shall see it.
ANSWER_SECONDS = 0.05
TOO_MANY = "Too many sign-ups came from your network. Please try again in an hour."


@require_safe
def newsletter_list(request):
    return render(
        request, "newsletter/newsletter_list.html", _list_context(SignUpForm())
    )


@require_safe
def newsletter_detail(request, slug):
    newsletter = get_object_or_404(Newsletter, slug=slug.lower())
    if newsletter.slug != slug:
        return redirect(newsletter, permanent=True)
    issues = newsletter.issues.public().latest_first().select_related("newsletter")
    context = {
        "newsletter": newsletter,
        "page": _page(request, issues),
        "page_url": newsletter.get_absolute_url(),
        "page_feeds": pages.feeds_html(
            newsletter.name, reverse("newsletter:newsletter_feed", args=[slug])
        ),
    }
    return render(request, "newsletter/newsletter_detail.html", context)


@require_safe
def issue_detail(request, slug, issue_slug):
    """An issue as it was mailed, without what was withdrawn since."""
    issue = get_object_or_404(
        Issue.objects.public().select_related("newsletter"),
        newsletter__slug=slug.lower(),
        slug=issue_slug.lower(),
    )
    if request.path != issue.get_absolute_url():
        return redirect(issue, permanent=True)
    entries = letters.entries(
        issue.items.mailed(), newsletter=issue.newsletter, is_mailed=True
    )
    context = {
        "issue": issue,
        "newsletter": issue.newsletter,
        "entries": entries,
        "description": letters.preheader(issue, entries),
    }
    return render(request, "newsletter/issue_detail.html", context)


@require_safe
def check_your_inbox(request):
    return render(request, "newsletter/check_your_inbox.html")


@require_http_methods(FORM_METHODS)
@anonymous_form
def sign_up(request):
    """Take a sign-up. Whatever is known of the address, the answer is the same."""
    if request.method != "POST":
        return redirect("newsletter:newsletter_list")
    began = time.monotonic()
    done = HttpResponseRedirect(reverse("newsletter:check_your_inbox"), status=303)
    if request.POST.get("website"):
        return done
    form = SignUpForm(request.POST)
    network = throttle.client_network(request)
    if not throttle.allow("sign-up", network, limit=NETWORK_SIGN_UPS, seconds=HOUR):
        form.add_error(None, TOO_MANY)
        return _sign_up_errors(request, form, status=429)
    if not form.is_valid():
        return _sign_up_errors(request, form, status=422)
    address = form.cleaned_data["email"]
    if throttle.allow(
        "sign-up-address", address.folded, limit=ADDRESS_SIGN_UPS, seconds=HOUR
    ):
        subscriber = actions.sign_up(
            address,
            form.cleaned_data["newsletters"],
            source_page=urlsplit(request.headers.get("Referer", "")).path,
            network_address=throttle.client_address(request),
        )
        tasks.mail_sign_up.enqueue(subscriber.pk)
    time.sleep(max(0, began + ANSWER_SECONDS - time.monotonic()))
    return done


def _page(request, issues):
    number = request.GET.get("page") or 1
    try:
        return Paginator(issues, PAST_ISSUES).page(number)
    except (PageNotAnInteger, EmptyPage) as error:
        raise Http404(f"No page {number!r}.") from error


def _list_context(form):
    return {
        "form": form,
        "newsletters": list(form.offers.values()),
        "wording": wording.SIGN_UP,
    }


def _sign_up_errors(request, form, *, status):
    return render(
        request, "newsletter/newsletter_list.html", _list_context(form), status=status
    )


@personal
def confirm(request, token):
    subscriber, is_fresh = tokens.read_confirm(token)
    confirmed = []
    if request.method == "POST" and is_fresh:
        confirmed = actions.confirm(
            subscriber,
            only=request.POST.getlist("newsletters") or None,
            network_address=throttle.client_address(request),
        )
        for subscription in confirmed:
            tasks.mail_welcome.enqueue(subscription.pk)
    pending = (
        subscriber.subscriptions.pending() if is_fresh else Subscription.objects.none()
    )
    active = subscriber.subscriptions.active().select_related("newsletter")
    pending = [row.newsletter for row in pending]
    active = [row.newsletter for row in active]
    context = {
        "email": subscriber.masked_email,
        "confirmed_names": wording.names([row.newsletter for row in confirmed]),
        "pending": pending,
        "pending_names": wording.names(pending),
        "active_names": wording.names(active),
        "button": wording.confirm(pending),
        "preferences_url": tokens.preferences_url(subscriber) if active else "",
    }
    status = 200 if pending or active else 410
    return render(request, "newsletter/confirm.html", context, status=status)


@personal
def unsubscribe(request, token):
    """Leave one newsletter: a button for readers, RFC 8058's POST for providers."""
    subscriber, newsletter, delivery_id = tokens.read_unsubscribe(token)
    network_address = throttle.client_address(request)
    if request.method == "POST":
        if "undo" in request.POST and not subscriber.only_leaves:
            actions.undo_unsubscribe(
                subscriber, newsletter, network_address=network_address
            )
        elif "undo" not in request.POST:
            actions.unsubscribe(
                subscriber,
                newsletter,
                network_address=network_address,
                delivery_id=delivery_id,
                wording=wording.ONE_CLICK
                if "List-Unsubscribe" in request.POST
                else wording.LEAVE,
            )
    subscription = subscriber.subscriptions.filter(newsletter=newsletter).first()
    context = {
        "newsletter": newsletter,
        "email": subscriber.masked_email,
        "is_active": subscription is not None and subscription.is_active,
        "can_undo": bool(subscription and subscription.confirmed_at)
        and not subscriber.only_leaves,
        "leave_wording": wording.LEAVE,
        "undo_wording": wording.UNDO,
        "is_undone": request.method == "POST" and "undo" in request.POST,
    }
    if not subscriber.only_leaves:
        context["preferences_url"] = tokens.preferences_url(subscriber)
    return render(request, "newsletter/unsubscribe.html", context)


@csrf_exempt
@require_http_methods(FORM_METHODS)
def provider_events(request, provider):
    """What the mail provider tells of our mails; no such page unless it is set up."""
    if not settings.EMAIL_EVENTS or provider != settings.EMAIL_EVENTS:
        raise Http404("No provider's events are taken here.")
    # Needs a library that is there only where this is wanted.
    module = import_module("newsletter.provider_events")
    return module.answer(request, provider)


@require_safe
def count_open(request, key):
    """The picture that counts an opened mail; it knows nothing of the reader."""
    is_known = counting.count(request, key, opens=True) is not None
    return pixel.response(is_known=is_known)


@require_safe
def count_click(request, key):
    """Counts a followed link and forwards to it: only to what is stored for the key."""
    url = counting.count(request, key)
    if not url:
        raise Http404("This link is not one of ours.")
    return HttpResponseRedirect(url)
