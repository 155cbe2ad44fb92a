"""Requests are measured by the pages that they were for; to refuse one needs no database."""

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test.client import RequestFactory
from pytest_django.fixtures import Settings

from config.wsgi import application
from tests.metrics import Counted


def status_of(path: str, **headers: str) -> str:
    told = list[str]()
    request = RequestFactory().get(path, headers={"Host": "localhost", **headers})
    # As Django's own test client does: the connection is the tests'.
    request_started.disconnect(close_old_connections)
    try:
        application(request.environ, lambda status, _headers: told.append(status))
    finally:
        request_started.connect(close_old_connections)
    return told[0]


@pytest.mark.parametrize(
    ("path", "pages", "status"),
    [
        ("/livez", "livez", "2xx"),
        ("/webhooks/nobody/", "webhooks", "4xx"),
        ("/metrics", "metrics", "4xx"),
    ],
)
def test_each_answer_is_measured(counted: Counted, path: str, pages: str, status: str) -> None:
    status_of(path)
    assert counted("request_seconds_count", pages=pages, status=status) == 1
    assert counted("request_seconds_bucket", pages=pages, status=status, le="+Inf") == 1


def test_a_wrong_token_is_refused_without_a_question_to_the_database(counted: Counted) -> None:
    assert status_of("/metrics", Authorization="Bearer wrong").startswith("401 ")


def test_nothing_is_measured_without_the_setting(counted: Counted, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    status_of("/livez")
    assert counted("request_seconds_count", pages="livez", status="2xx") == 0
