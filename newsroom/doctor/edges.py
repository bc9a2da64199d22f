"""The web machines in front, which fetch anew what has changed."""

import http.client
from urllib.parse import urlsplit

from django.conf import settings

from newsroom import edges
from newsroom.doctor.asking import BROKEN, OK, WARNING, said


def check_edges():
    for node in settings.EDGE_NODES:
        yield _node(node)


def _node(node):
    host = urlsplit(settings.SITE_URL).hostname
    try:
        why = edges.why_not_refreshed(node)
    except (OSError, http.client.HTTPException) as error:
        return (
            BROKEN,
            f"The web server {node} cannot be asked: {said(error)}.",
            f"Start it, or take it out of EDGE_NODES. It must serve {host}, and with "
            "https:// show that name's certificate. Its readers get nothing, or what "
            "changed a moment later.",
        )
    if why:
        return (
            WARNING,
            f"The web server {node} is told of a change and {why}.",
            "EDGE-SECRET in its nginx.conf must be our EDGE_SECRET, and the site must "
            "answer it. Until then its readers see changes a second or two later.",
        )
    return OK, f"The web server {node} fetches what it is told of."
