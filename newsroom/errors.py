"""What is answered when a request is refused or a page cannot be made."""

import sys

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER_SECONDS = 30


def bad_request(request, exception):
    """A request that was not read; who sent too much at once is told what to do."""
    too_much = ""
    if isinstance(exception, TooManyFilesSent):
        too_much = (
            f"At most {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files go at once. Please "
            "go back and send them in several lots. None of these was taken."
        )
    elif isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        too_much = (
            "The form holds more than we can take at once. Please go back and send it "
            "in smaller parts. Nothing of it was saved."
        )
    return render(request, "400.html", {"too_much": too_much}, status=400)


@requires_csrf_token
def server_error(request):
    """500, or 503 where the database does not answer: that passes by itself.

    The templates ask the database nothing.
    """
    # Django calls this while it handles the exception.
    is_database = isinstance(sys.exception(), (OperationalError, InterfaceError))
    status = 503 if is_database else 500
    response = HttpResponse(
        loader.get_template(f"{status}.html").render(), status=status
    )
    if is_database:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response
