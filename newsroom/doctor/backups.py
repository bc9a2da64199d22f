"""How old the newest backup is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from newsroom.backup import sets
from newsroom.doctor.asking import BROKEN, OK, WARNING

BACKUP_TOO_OLD = timedelta(hours=36)


def check_backups():
    if not settings.BACKUP_DIR:
        yield (
            WARNING,
            "Where backups lie is not known.",
            "Run manage.py backup every night, and set BACKUP_DIR to its directory.",
        )
        return
    found = sets.complete(settings.BACKUP_DIR)
    if not found:
        yield (
            BROKEN,
            f"There is no backup in {settings.BACKUP_DIR}.",
            f"Run manage.py backup {settings.BACKUP_DIR}.",
        )
        return
    made_at = datetime.strptime(f"{found[-1].name}+0000", "newsroom-%Y%m%dT%H%M%SZ%z")
    age = timezone.now() - made_at
    hours = age.total_seconds() / 3600
    if age > BACKUP_TOO_OLD:
        yield (
            BROKEN,
            f"The newest backup is {hours:,.0f} hours old.",
            "See why the nightly run failed: systemctl status newsroom-backup, or "
            "cron's mail.",
        )
    else:
        yield OK, f"The newest backup is {hours:,.0f} hours old, of {len(found)}."
