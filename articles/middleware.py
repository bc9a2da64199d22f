"""What happens to a request for a page that is not there."""

import logging

from django.db import DatabaseError
from django.http import HttpResponsePermanentRedirect

from articles import missing
from articles.models import PastPath
from articles.models.past_path import fold_path
from newsroom.personal import is_personal

logger = logging.getLogger(__name__)


class PastPaths:
    """Leads from former addresses to where they lead now, and costs hits nothing.

    Inside CommonMiddleware, which would add a slash to the address first. What leads
    nowhere is counted for editors.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # The front page answers here: the number is asked for before it.
        if request.GET and request.path_info in ("/", "/index.php"):
            try:
                past = self._past(request.get_full_path())
            except DatabaseError:
                past = None  # the page below says what the matter is
            if past is not None:
                return HttpResponsePermanentRedirect(past.location)
        response = self.get_response(request)
        if (
            response.status_code != 404
            or request.method not in ("GET", "HEAD")
            or is_personal(request.path_info)
        ):
            return response
        try:
            past = self._past(request.path_info)
        except DatabaseError:
            logger.exception("A former address could not be looked up.")
            return response
        if past is None:
            missing.note(request)
            return response
        return HttpResponsePermanentRedirect(past.location)

    @staticmethod
    def _past(address):
        if not fold_path(address):
            return None
        return PastPath.objects.at(address).followed().first()
