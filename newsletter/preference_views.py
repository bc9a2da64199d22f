"""A reader's own pages: what to get, when, where, and what is kept of them."""

from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from newsletter import actions, preferences, tasks, tokens
from newsletter.forms import AddressForm, PauseForm, PreferencesForm
from newsletter.personal import personal
from newsroom.lib import addresses, people, throttle

DAY = 86_400
ASKED_A_DAY = 3  # mails to a new address, or with the link to one's data
TO_ONE_ADDRESS_A_DAY = 2
TOO_MANY = "That was asked for several times today. Please try again tomorrow."


@personal
def preferences_page(request, token):
    subscriber = tokens.read_preferences(token)
    form = None
    if request.method == "POST":
        form = PreferencesForm(request.POST, subscriber=subscriber)
        if form.is_valid():
            joined = actions.choose(
                subscriber,
                form.cleaned_data["newsletters"],
                network_address=throttle.client_address(request),
            )
            for subscription in joined:
                tasks.mail_welcome.enqueue(subscription.pk)
            return _back(token, "saved")
    return _page(request, token, subscriber, form=form)


@personal
def pause(request, token):
    """Send nothing until a day, or until resumed; or send again."""
    subscriber = tokens.read_preferences(token)
    if request.method != "POST":
        return redirect("newsletter:preferences", token)
    network = throttle.client_address(request)
    if "resume" in request.POST:
        preferences.resume(subscriber, network_address=network)
        return _back(token, "resumed")
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, token, subscriber, pause_form=form)
    until = form.cleaned_data["until"]
    preferences.pause(subscriber, until=until, network_address=network)
    return _back(token, "paused")


@personal
def address(request, token):
    """Ask a new address whether it is the reader's; the answer here is always one."""
    subscriber = tokens.read_preferences(token)
    if request.method != "POST":
        return redirect("newsletter:preferences", token)
    form = AddressForm(request.POST)
    if form.is_valid() and not _may_ask("new-address", subscriber):
        form.add_error(None, TOO_MANY)
    if form.errors:
        return _page(request, token, subscriber, address_form=form)
    wanted = form.cleaned_data["email"]
    is_spared = not throttle.allow(
        "new-address-to", wanted.folded, limit=TO_ONE_ADDRESS_A_DAY, seconds=DAY
    )
    if not is_spared and preferences.ask_to_move(subscriber, wanted):
        tasks.mail_address_change.enqueue(subscriber.pk)
    return _back(token, "asked")


@personal
def address_confirm(request, token):
    """The new address says yes."""
    subscriber = tokens.read_address(token)
    if request.method == "POST":
        network = throttle.client_address(request)
        subscriber = preferences.move(subscriber, network_address=network)
    context = {
        "is_done": request.method == "POST",
        "email": addresses.mask(subscriber.wanted_email or subscriber.email),
        "preferences_url": tokens.preferences_url(subscriber),
    }
    return render(request, "newsletter/address_confirm.html", context)


@personal
def address_back(request, token):
    """The address before takes the newsletters back."""
    subscriber = tokens.read_way_back(token)
    email = addresses.mask(subscriber.previous_email)
    if request.method == "POST":
        network = throttle.client_address(request)
        preferences.move_back(subscriber, network_address=network)
    context = {
        "is_done": request.method == "POST",
        "email": email,
        "preferences_url": tokens.preferences_url(subscriber),
    }
    return render(request, "newsletter/address_back.html", context)


@personal
def data_ask(request, token):
    """Mail the link to one's data: a link that was forwarded must not open it."""
    subscriber = tokens.read_preferences(token)
    if request.method != "POST":
        return redirect("newsletter:preferences", token)
    if not _may_ask("data", subscriber):
        return _page(request, token, subscriber, problem=TOO_MANY)
    tasks.mail_data_link.enqueue(subscriber.pk)
    return _back(token, "mailed")


@personal
def data(request, token):
    """All that is kept of the reader, to look at (GET) or to take away (POST)."""
    subscriber = tokens.read_data(token)
    found = people.export(addresses.parse(subscriber.email))
    if request.method == "POST":
        response = JsonResponse(found, json_dumps_params={"indent": 1})
        response["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response
    counts = [(heading, len(rows)) for heading, rows in found["data"].items()]
    context = {
        "email": subscriber.masked_email,
        "counts": counts,
        "erase_url": reverse("newsletter:erase", args=[token]),
    }
    return render(request, "newsletter/data.html", context)


@personal
def erase(request, token):
    """What erasing would take and leave (GET); erase it (POST)."""
    subscriber = tokens.read_data(token)
    is_done = request.method == "POST"
    address = addresses.parse(subscriber.email)
    lines = people.erase(address, dry_run=not is_done)
    context = {
        "is_done": is_done,
        "email": subscriber.masked_email,
        "going": [line for line in lines if line.fate == "erased"],
        "staying": [line for line in lines if line.fate != "erased"],
    }
    return render(request, "newsletter/erase.html", context)


def _may_ask(what, subscriber):
    return throttle.allow(what, subscriber.pk, limit=ASKED_A_DAY, seconds=DAY)


def _back(token, said):
    """See Other, so that loading the page again does nothing again."""
    path = reverse("newsletter:preferences", args=[token])
    return HttpResponseRedirect(f"{path}?{said}=1", status=303)


def _page(request, token, subscriber, *, problem="", **forms):
    """The preference page, with the form that has errors in the place of a new one."""
    context = {
        "form": forms.get("form") or PreferencesForm(subscriber=subscriber),
        "pause_form": forms.get("pause_form") or PauseForm(),
        "address_form": forms.get("address_form") or AddressForm(),
        "token": token,
        "subscriber": subscriber,
        "email": subscriber.masked_email,
        "problem": problem,
        "said": next((word for word in _SAID if word in request.GET), ""),
    }
    status = 422 if any(forms.values()) else 429 if problem else 200
    return render(request, "newsletter/preferences.html", context, status=status)


_SAID = ["saved", "paused", "resumed", "asked", "mailed"]
