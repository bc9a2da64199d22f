"""Where browsers report what the Content-Security-Policy of a page kept out."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles import policy_reports
from newsroom.lib.throttle import allow, client_network

# A browser that was away sends what it has at once.
MOST_BYTES = 65_536
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
FROM_A_NETWORK, FROM_ALL = 10, 60
MINUTE = 60


@csrf_exempt
@require_POST
def reports(request):
    """Take a report: a little from each network, and no more than a site can look at.

    It reads no cookie, and says the same whether it counted or not.
    """
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    if not 0 < _length(request) <= MOST_BYTES:
        return HttpResponse(status=413)
    own = {"limit": FROM_A_NETWORK, "seconds": MINUTE}
    if allow("csp", client_network(request), **own) and allow(
        "csp_all", "", limit=FROM_ALL, seconds=MINUTE
    ):
        policy_reports.note(request.body)
    return HttpResponse(status=204)


def _length(request):
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0
