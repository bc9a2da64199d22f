"""A picture of one transparent dot, by whose loading something is counted."""

import base64

from django.http import HttpResponse

_DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def is_get(request):
    """Whether something is fetched, and not only asked about, which must not count.

    Not `request.method`: middleware lets views answer HEAD as GET.
    """
    return request.META["REQUEST_METHOD"] == "GET"


def response(*, is_known):
    """The dot, 404 where nothing has its address; pages of other sites may show it."""
    made = HttpResponse(_DOT, content_type="image/gif", status=200 if is_known else 404)
    made["Cross-Origin-Resource-Policy"] = "cross-origin"
    return made
