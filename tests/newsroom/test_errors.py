import pytest
from django.db import InterfaceError, OperationalError


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_page_without_a_database_is_a_503_that_says_when_to_come_back(
    visitor, monkeypatch, error
):
    def gone(*args, **kwargs):
        raise error("connection refused")

    monkeypatch.setattr("articles.reading.slots", gone)

    response = visitor.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "back in a moment" in response.text
    assert "connection refused" not in response.text


def test_other_error_is_a_500(visitor, monkeypatch):
    def breaks(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("articles.reading.slots", breaks)

    response = visitor.get("/")

    assert response.status_code == 500
    assert "Retry-After" not in response
    assert "Something broke on our side" in response.text
