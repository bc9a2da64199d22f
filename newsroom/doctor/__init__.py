"""What is wrong with this site, in plain words, and what to do about it.

Each check asks one thing that the site needs, within seconds. It yields findings: `ok`,
`warning` (it runs, and not well), `broken` (somebody will notice) or `unknown` (could
not be asked from here).
"""

from newsroom.doctor.asking import BROKEN, OK, UNKNOWN, WARNING, Finding, said
from newsroom.doctor.backups import check_backups
from newsroom.doctor.cache import check_cache
from newsroom.doctor.database import check_clock, check_database, check_migrations
from newsroom.doctor.edges import check_edges
from newsroom.doctor.files import check_decoder, check_fonts
from newsroom.doctor.mail import check_mail, check_mail_domain
from newsroom.doctor.queue import check_queue
from newsroom.doctor.security import check_settings
from newsroom.doctor.storage import check_storage

__all__ = ["BROKEN", "OK", "UNKNOWN", "WARNING", "examine"]

CHECKS = [
    ("Settings", check_settings),
    ("Database", check_database),
    ("Migrations", check_migrations),
    ("Cache", check_cache),
    ("Web servers", check_edges),
    ("Storage", check_storage),
    ("Mail", check_mail),
    ("Mail domain", check_mail_domain),
    ("Clock", check_clock),
    ("Queue", check_queue),
    ("Pictures", check_decoder),
    ("Invoices", check_fonts),
    ("Backups", check_backups),
]


def examine():
    """Yield the findings of every check."""
    for subject, check in CHECKS:
        try:
            for level, says, *do in check():
                yield Finding(level, subject, says, *do)
        except Exception as error:  # noqa: BLE001 -- whatever fails is what we look for
            yield Finding(
                BROKEN,
                subject,
                f"Asking failed: {said(error)}.",
                "Nothing more is known of it; the log may say more.",
            )
