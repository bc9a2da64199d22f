"""Is the process up, and can it serve: two questions with two answers.

`/healthz` touches nothing: were it to ask the database, an outage there would make an
orchestrator kill the web processes that could still serve what caches hold.
`/readyz` asks what a page needs.
"""

import logging
import time
from uuid import uuid4

from django.apps import apps
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpResponse, JsonResponse

logger = logging.getLogger(__name__)

MIGRATIONS_FRESH_SECONDS = 60
_migrations_seen = {"at": None, "pending": 0}


class HealthMiddleware:
    """Answers before the host check and sessions: probes come by IP address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info in ("/healthz", "/healthz/"):
            response = HttpResponse("ok\n", content_type="text/plain")
        elif request.path_info in ("/readyz", "/readyz/"):
            report = readiness()
            response = JsonResponse(
                report, status=503 if report["status"] == "down" else 200
            )
        else:
            return self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


def readiness():
    """Return what answers, as a dict with an overall `status`.

    `down` when the database does not answer or its tables are not those of this code;
    `degraded` when pages still come but something around them fails.
    """
    checks = {
        "database": _outcome(ask_database),
        "cache": _outcome(ask_cache),
        "storage": _outcome(ask_storage),
    }
    if checks["database"] == "ok":
        checks["migrations"] = _outcome(ask_migrations)
        checks["queue"] = _outcome(ask_queue)
    needed = {checks["database"], checks.get("migrations", "ok")}
    if needed != {"ok"}:
        status = "down"
    elif set(checks.values()) != {"ok"}:
        status = "degraded"
    else:
        status = "ok"
    return {"status": status, "checks": checks}


def _outcome(question):
    try:
        return question() or "ok"
    except Exception as error:  # noqa: BLE001 -- whatever fails, the probe must answer
        logger.warning("Not ready: %s: %s", question.__name__, error)
        return type(error).__name__


def ask_database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        raise


def ask_cache():
    value = uuid4().hex
    cache.set("readyz", value, 10)
    # With several processes another may have written since; any value is an answer.
    if cache.get("readyz") is None and "dummy" not in type(cache).__module__:
        return "forgets"
    return None


def ask_storage():
    storage = storages["default"]
    if hasattr(storage, "location") and hasattr(storage, "path"):
        storage.exists("readyz")
    else:
        storage.bucket.meta.client.head_bucket(Bucket=storage.bucket_name)


def ask_migrations():
    now = time.monotonic()
    if (
        _migrations_seen["at"] is None
        or _migrations_seen["pending"]
        or now - _migrations_seen["at"] > MIGRATIONS_FRESH_SECONDS
    ):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrations_seen.update(at=now, pending=len(plan))
    pending = _migrations_seen["pending"]
    return f"{pending} pending" if pending else None


def ask_queue():
    """Say how long the oldest due task has waited, if some app keeps a queue."""
    for app in apps.get_app_configs():
        if overdue := getattr(app, "queue_overdue_seconds", None):
            seconds = overdue()
            if seconds > 300:
                return f"oldest task waits {seconds:.0f} s"
    return None
