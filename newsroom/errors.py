"""What is answered when a page cannot be made."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER_SECONDS = 30


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
