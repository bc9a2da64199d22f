"""What is kept of people: each app says it once, and is asked for it by address.

An app's config names its module in `people`. That module has `KEPT`, a list of `Kept`,
one for each model; `export(address)`, a dict of rows by heading; and `erase(address)`,
a list of `Line`. A test walks all models, so that none is forgotten, and the privacy
page is written from the same list.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

ERASED = "[erased]"


@dataclass(frozen=True)
class Kept:
    """What one model keeps of people.

    Each of its fields that can hold text is in exactly one of three. `personal` maps it
    to what it is, in a reader's words, and `free_text` too, for what somebody typed or
    a machine answered: there an erased address is replaced. `other` maps it to the
    reason why it is nobody's. `purpose` stands on the privacy page; `rule` is a key of
    RETENTION_DAYS, `kept` says how long where no rule does or what the rule is of, and
    `also` maps words to the rules of parts of it.
    """

    model: str
    purpose: str = ""
    personal: dict = field(default_factory=dict)
    free_text: dict = field(default_factory=dict)
    other: dict = field(default_factory=dict)
    rule: str = ""
    kept: str = ""
    also: dict = field(default_factory=dict)
    basis: str = ""
    of_staff: bool = False


def each(names, reason):
    """The same reason for several fields of `Kept.other`, named with blanks between."""
    return dict.fromkeys(names.split(), reason)


@dataclass(frozen=True)
class Line:
    """What becomes of some rows: how many, and why where they are not all gone."""

    what: str
    count: int
    fate: str = "erased"
    why: str = ""


def keepers():
    """The modules of all apps that keep something of people.

    The project itself is last: it forgets the accounts by which apps know the staff.
    """
    names = [getattr(config, "people", None) for config in apps.get_app_configs()]
    names.reverse()
    return [import_module(name) for name in names if name]


def kept():
    """Every declaration, in the order of the apps."""
    return [one for module in reversed(keepers()) for one in module.KEPT]


def export(address):
    """All that is kept of a `lib.addresses.Address`, ready for JSON."""
    data = {}
    for module in keepers():
        found = module.export(address)
        data.update({heading: rows for heading, rows in found.items() if rows})
    return {"address": address.email, "made_at": timezone.now(), "data": data}


@transaction.atomic
def erase(address, *, dry_run=False):
    """Erase a person from every app, or say what that would do; returns Lines.

    Either all of it happens or nothing; done again it finds nothing.
    """
    lines = [line for module in keepers() for line in module.erase(address)]
    lines += _scrub_all(address)
    if dry_run:
        transaction.set_rollback(True)
    return [line for line in lines if line.count]


def options_of(model):
    """Django's description of a model, which is public in spite of its name."""
    return model._meta  # noqa: SLF001


def rows(queryset, *, leave_out=()):
    """Rows as dicts of all their own fields but keys to pages and what is named."""
    names = [
        column.attname
        for column in options_of(queryset.model).concrete_fields
        if column.name not in {"key", "pixel_key", "fingerprint", *leave_out}
    ]
    return list(queryset.values(*names))


def _scrub_all(address):
    """Replace the address wherever somebody wrote it."""
    pattern = _pattern(address)
    local = address.folded.rpartition("@")[0]
    lines = []
    for one in kept():
        model = apps.get_model(one.model)
        for name in one.free_text:
            count = _scrub(model, name, f"{local}@", pattern)
            label = f"{options_of(model).verbose_name}: {name.replace('_', ' ')}"
            why = "The address is replaced in what was written."
            lines.append(Line(label, count, "replaced", why))
    return lines


def _scrub(model, name, needle, pattern):
    found = (
        model.objects.annotate(_text=Cast(name, models.TextField()))
        .filter(_text__icontains=needle)
        .values_list("pk", name)
    )
    count = 0
    for pk, value in list(found):
        clean = _replaced(value, pattern)
        if clean != value:
            model.objects.filter(pk=pk).update(**{name: clean})
            count += 1
    return count


def _replaced(value, pattern):
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [_replaced(one, pattern) for one in value]
    if isinstance(value, dict):
        return {
            _replaced(key, pattern): _replaced(one, pattern)
            for key, one in value.items()
        }
    return value


def _pattern(address):
    """The address in either spelling of its domain, and not inside a longer one."""
    local, _, domain = address.folded.rpartition("@")
    domains = {domain}
    with suppress(UnicodeError):
        domains.add(domain.encode().decode("idna"))
    either = "|".join(re.escape(one) for one in sorted(domains))
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}@(?:{either})(?![\w-]|\.\w)", re.IGNORECASE
    )
