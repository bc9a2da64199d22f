"""What happens to a request for a page that is not there."""

import logging

from django.db import DatabaseError
from django.http import HttpResponsePermanentRedirect

from articles import missing
from articles.models import PastPath
from newsroom.middleware import is_personal

logger = logging.getLogger(__name__)


class PastPaths:
    """Leads from former addresses to where they lead now, and costs hits nothing.

    Inside CommonMiddleware, which would add a slash to the address first. What leads
    nowhere is counted for editors.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code != 404
            or request.method not in ("GET", "HEAD")
            or is_personal(request.path_info)
        ):
            return response
        try:
            past = PastPath.objects.at(request.path_info).followed().first()
        except DatabaseError:
            logger.exception("A former address could not be looked up.")
            return response
        if past is None:
            missing.note(request)
            return response
        return HttpResponsePermanentRedirect(past.location)
