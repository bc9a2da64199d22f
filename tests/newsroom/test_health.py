import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.utils import OperationalError

from newsroom import health

UNKNOWN_HOST = {"host": "10.0.0.7:8000"}


@pytest.fixture(autouse=True)
def _forget_migrations():
    health._migrations_seen.update(at=None, pending=0)


@pytest.fixture
def database_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("server is gone")

    monkeypatch.setattr(connection, "cursor", refuse)


def test_process_is_up_without_a_database(client):
    # No django_db mark: a query would fail this test.
    response = client.get("/healthz", headers=UNKNOWN_HOST)

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    response = client.get("/readyz", headers=UNKNOWN_HOST)

    assert response.status_code == 200
    assert json.loads(response.content) == {
        "status": "ok",
        "checks": dict.fromkeys(
            ["database", "cache", "storage", "migrations", "queue"], "ok"
        ),
    }
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.usefixtures("database_down")
def test_not_ready_when_the_database_is_down(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert json.loads(response.content)["checks"] == {
        "database": "OperationalError",
        "cache": "ok",
        "storage": "ok",
    }


@pytest.mark.django_db
def test_not_ready_before_migrations(client, monkeypatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan",
        lambda *args: ["one", "two"],
    )

    response = client.get("/readyz")

    assert response.status_code == 503
    assert json.loads(response.content)["checks"]["migrations"] == "2 pending"


@pytest.mark.django_db
def test_degraded_when_the_cache_fails(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(type(cache._connections["default"]), "set", refuse)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert json.loads(response.content)["status"] == "degraded"
    assert json.loads(response.content)["checks"]["cache"] == "ConnectionError"
