"""Notices every change of what readers see, whoever makes it, and has it seen at once.

Each statement that a process sends to the database passes by here: of an editor's
form, a command, a worker, a bulk update. One that writes a table whose rows are on
reader pages begins a new generation when its transaction is committed, once.
"""

import re
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from newsroom import edges
from newsroom.lib import generation

# What no page shows that caches keep. A table that is not named here is shown.
UNSEEN_APPS = {
    "account",
    "admin",
    "auth",
    "contenttypes",
    "django_tasks_database",
    "mfa",
    "sessions",
}
UNSEEN = {
    "articles": {
        "ArticleDraft",
        "AutosavedText",
        "DiscardedFiles",
        "EditingSession",
        "ErrorReport",
        "ErrorReportEvent",
        "FrontPageEvent",
        "ImportRun",
        "ImportedItem",
        "LoginEvent",
        "MissingPath",
        "PolicyReport",
        "PreviewLink",
        "PreviewVisit",
        "Revision",
        "RightsGate",
        "SearchEntry",
        "SectionDesk",
        "StoryToIndex",
        "WireItem",
        "WireSource",
    },
    "newsletter": {
        "ConsentEvent",
        "Delivery",
        "ErasedAddress",
        "IssueEvent",
        "IssueLink",
        "PastKey",
        "Subscriber",
        "Subscription",
        "Suppression",
    },
    "republishing": {
        "AnswerTemplate",
        "CopyDownload",
        "Grant",
        "GrantViews",
        "Invoice",
        "Partner",
        "PartnerStory",
        "PartnerVisit",
        "Partner_sections",
        "Payment",
        "Placement",
        "Quote",
        "RepublishingRequest",
        "RequestEvent",
        "UpdateNotice",
    },
}

# What a transaction says of its own time was taken up to this long before it wrote.
REQUEST = timedelta(seconds=2)
READS = ("SELECT", "SAVEPOINT", "RELEASE", "SET", "PRAGMA")
WRITES = re.compile(
    r'\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+"?(\w+)', re.I
)


@cache
def seen_tables():
    """The tables whose rows are on pages that caches keep."""
    return frozenset(
        model._meta.db_table  # noqa: SLF001 - documented API
        for model in apps.get_models(include_auto_created=True)
        if not is_unseen(model)
    )


def is_unseen(model):
    app, name = model._meta.app_label, model.__name__  # noqa: SLF001 - documented API
    return app in UNSEEN_APPS or name in UNSEEN.get(app, ())


def watch(connection, **kwargs):
    """Notice what this connection will write: called for each that is made."""
    if notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(notice)


def notice(execute, sql, params, many, context):
    """Pass a statement on; after a write, wait for its commit."""
    result = execute(sql, params, many, context)
    if isinstance(sql, str) and not sql.startswith(READS):
        written = {name.lower() for name in WRITES.findall(sql)}
        if not written.isdisjoint(seen_tables()):
            generation.note_write()
            _wait_for_commit(context["connection"].alias)
    return result


class Committed:
    """Called after the commit of a transaction that changed what readers see."""

    def __init__(self):
        self.since = timezone.now() - REQUEST

    def __call__(self):
        generation.bump()
        edges.refresh(since=self.since)


def _wait_for_commit(alias):
    connection = transaction.get_connection(alias)
    if not (connection.in_atomic_block or connection.get_autocommit()):
        return
    # Those of a savepoint that was rolled back are no longer among them.
    waiting = (entry[1] for entry in connection.run_on_commit)
    if not any(isinstance(function, Committed) for function in waiting):
        transaction.on_commit(Committed(), using=alias, robust=True)
