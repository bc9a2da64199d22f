"""“Republished by” under a story: shown while desk and licensee both want it.

Each yes and no is an event of the request, so who agreed to what, and when, is kept.
"""

from django.db import transaction
from django.utils import timezone

from articles.models import Republication
from articles.refusals import RefusedError
from republishing.models import Grant, RepublishingRequest, RequestEvent

Kind = RequestEvent.Kind


@transaction.atomic
def name_licensee(request, *, url, by):
    """The desk wants the licensee named under the story, with a link to `url`.

    The address is one that the requester has given. Raises RefusedError.
    """
    grant = _locked(request)
    if url not in addresses_of(grant):
        raise RefusedError("Choose an address that the licensee has given.")
    if not grant.is_credited or grant.credit_url != url:
        grant.is_credited, grant.credit_url = True, url
        grant.save(update_fields=["is_credited", "credit_url"])
        _note(request, Kind.CREDIT_ON, by=by, note=url)
    _show(grant)
    return grant


@transaction.atomic
def leave_unnamed(request, *, by):
    """The desk does not want the licensee named, or no longer."""
    grant = _locked(request)
    if grant.is_credited:
        grant.is_credited = False
        grant.save(update_fields=["is_credited"])
        _note(request, Kind.CREDIT_OFF, by=by)
    _show(grant)
    return grant


@transaction.atomic
def agree(request):
    """The licensee wants to be named."""
    grant = _locked(request)
    if grant.agreed_to_credit_at is None:
        grant.agreed_to_credit_at = timezone.now()
        grant.save(update_fields=["agreed_to_credit_at"])
        _note(request, Kind.AGREED)
    _show(grant)
    return grant


@transaction.atomic
def object_to(request):
    """The licensee does not want to be named, or no longer."""
    grant = _locked(request)
    if grant.agreed_to_credit_at is not None:
        grant.agreed_to_credit_at = None
        grant.save(update_fields=["agreed_to_credit_at"])
        _note(request, Kind.OBJECTED)
    _show(grant)
    return grant


def forget(request):
    """Take the name from under the story, because the licence is over."""
    numbers = Grant.objects.filter(quote__request=request).values("number")
    Republication.objects.filter(source__in=numbers).delete()


def addresses_of(grant):
    """Where a link can lead: the places of publication, then the paper's own site."""
    places = grant.placements.order_by("pk").values_list("url", flat=True)
    return list(filter(None, [*places, grant.quote.request.website]))


def _show(grant):
    is_agreed = grant.is_credited and grant.agreed_to_credit_at is not None
    shown = Republication.objects.filter(source=grant.number)
    if not is_agreed:
        shown.delete()
        return
    Republication.objects.update_or_create(
        source=grant.number,
        defaults={
            "article_id": grant.article_id,
            "name": grant.quote.request.organisation,
            "url": grant.credit_url,
        },
    )


def _locked(request):
    RepublishingRequest.objects.select_for_update().get(pk=request.pk)
    grant = (
        Grant.objects.in_force()
        .filter(quote__request=request)
        .select_related("quote__request")
        .first()
    )
    if grant is None:
        raise RefusedError("There is no licence in force.")
    return grant


def _note(request, kind, *, by=None, note=""):
    RequestEvent.objects.create(request=request, kind=kind, by=by, note=note[:300])
