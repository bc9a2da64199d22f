"""The pages behind the links in a reader's mails."""

from functools import wraps

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter import tokens

FORM_METHODS = ["GET", "HEAD", "POST"]


def personal(view):
    """For the links in a reader's mails: the token in the address is the permission.

    No cookie and no anti-forgery token is asked for, since a mail provider's POST has
    neither.
    """

    @csrf_exempt
    @require_http_methods(FORM_METHODS)
    @wraps(view)
    def guarded(request, token):
        try:
            return view(request, token)
        except tokens.SpentTokenError as error:
            context = {"reason": str(error)}
            return render(request, "newsletter/link_spent.html", context, status=410)
        except tokens.UnknownTokenError as error:
            raise Http404(str(error)) from error

    return guarded
