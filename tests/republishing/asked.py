"""What a form says, and the states of stories that nobody may ask for."""

import datetime

from django.utils import timezone

from newsroom.lib import addresses

ANSWERS = {
    "address": addresses.parse("berta@paper.example"),
    "name": "Berta Boss",
    "organisation": "The Other Paper",
    "country": "Malta",
    "organisation_type": "publisher",
    "audience": "under-10000",
    "medium": "web",
}

NOT_OFFERED = [
    {},
    {"withdrawn": True},
    {"scheduled": True},
    {"published": True, "is_republishable": False},
    {
        "published": True,
        "embargoed_until": timezone.now() + datetime.timedelta(days=1),
    },
    {"published": True, "expires_at": timezone.now() - datetime.timedelta(days=1)},
]
