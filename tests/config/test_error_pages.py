"""A page that can't be made says whether the database is away, or something went wrong."""

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from config.error_pages import server_error


def answer(path: str, error: Exception) -> tuple[int, str]:
    """Return status and text of the page after an error."""
    try:
        raise error
    except Exception:  # noqa: BLE001 - as Django does before it calls the handler
        response = server_error(RequestFactory().get(path))
    return response.status_code, response.content.decode()


def away() -> OperationalError:
    error = OperationalError("connection refused")
    error.__cause__ = psycopg.OperationalError("connection refused")
    return error


@pytest.mark.parametrize(
    ("path", "words"),
    [("/staff/", "The database doesn’t answer"), ("/preferences/", "Sorry, something went wrong")],
)
def test_a_database_that_is_away_is_told_without_it(path: str, words: str) -> None:
    # Without the mark of pytest-django, a question to the database is an error.
    status, text = answer(path, away())
    assert status == 503
    assert words in text


@pytest.mark.parametrize("error", [KeyError("a"), OperationalError("disk I/O error")])
def test_another_error_is_no_outage(error: Exception) -> None:
    status, text = answer("/staff/", error)
    assert status == 500
    assert "Sorry, something went wrong" in text
