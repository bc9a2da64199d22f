"""How long things are kept: one table of days, and the rules of the apps that keep it.

An app's config names its module in `retention`. That module has `RULES`: a function by
each key of RETENTION_DAYS that is the app's. It takes an instant and a number of rows,
removes or thins at most so many that are older, and returns how many it did.
"""

import time
from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

BATCH = 500


def rules():
    """The function of each key of RETENTION_DAYS."""
    found = {}
    for config in apps.get_app_configs():
        if name := getattr(config, "retention", None):
            found.update(import_module(name).RULES)
    return found


def forget_old(*, seconds=None, at=None):
    """Apply every rule, batch by batch; return how many rows each did.

    Each batch is a transaction of its own, so it may be stopped at any point and run
    again, or twice at once. After `seconds` it stops, and the next run goes on.
    """
    now = at or timezone.now()
    deadline = time.monotonic() + seconds if seconds else None
    done = {}
    for name, forget in rules().items():
        before = now - timedelta(days=settings.RETENTION_DAYS[name])
        done[name] = 0
        while True:
            with transaction.atomic():
                count = forget(before, BATCH)
            done[name] += count
            if count < BATCH or (deadline and time.monotonic() >= deadline):
                break
    return done


def delete(rows, batch):
    """Delete the first rows of a query, in the order of their keys; how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
    rows.model.objects.filter(pk__in=keys).delete()
    return len(keys)


def change(rows, batch, **values):
    """Write values that take rows out of a query into its first ones; how many."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
    return rows.model.objects.filter(pk__in=keys).update(**values)
