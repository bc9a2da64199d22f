"""The settings, by Django's system checks and ours."""

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from newsroom.doctor.asking import BROKEN, OK, UNKNOWN, WARNING

# System checks whose subject another check here has, or `newsroom.W001`: an address
# without https.
SAID_BY_OTHERS = {"mail.E001", "security.W018"}
SAID_BY_THE_ADDRESS = {
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
}


def check_settings():
    if settings.DEBUG:
        yield (
            BROKEN if settings.SITE_IS_SECURE else WARNING,
            "DEBUG is on: error pages show the source code and settings.",
            "Set DEBUG=false and restart.",
        )
    # What needs the database is asked below.
    tags = checks.registry.registry.tags_available() - {checks.Tags.database}
    try:
        messages = checks.run_checks(tags=tags, include_deployment_checks=True)
    except DatabaseError:
        yield UNKNOWN, "Some checks need the database.", "Mend that first."
        return
    said_already = SAID_BY_OTHERS | (
        set() if settings.SITE_IS_SECURE else SAID_BY_THE_ADDRESS
    )
    found = False
    for message in messages:
        if message.level < checks.WARNING or message.is_silenced():
            continue
        if message.id in said_already:
            continue
        found = True
        level = BROKEN if message.level >= checks.ERROR else WARNING
        hint = message.hint or "See .env.example for the variable, then restart."
        yield level, f"{message.msg} ({message.id})", hint
    if not found:
        yield (
            OK,
            f"{settings.SITE_URL}; `check --deploy` has nothing against the settings.",
        )
