"""Somebody is told that the database is away, without it, and once by all processes of a host."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from pytest_django.fixtures import Settings

from campaigns.reports.alerts.database_away import AWAY, FILE_NAME, DatabaseWatch, Outage
from campaigns.reports.operator_email import _remembered, remember_sender
from newsletter.models import Brand
from tests.campaigns.reports.alerts.conftest import Monitor
from tests.campaigns.reports.alerts.test_tell import DOWN, states, use
from tests.fakes import smtp_sink
from tests.fakes.raw_sites import OK, says
from tests.fakes.smtp_sink import SmtpSink

WRONG = [("firing", "database: away from")]
WELL = [("resolved", "database: away from")]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    _remembered.clear()


def told(monitor: Monitor) -> list[list[tuple[str, str]]]:
    """Return what was told, without this machine's name."""
    return [[(state, key.rpartition(" ")[0]) for state, key in each] for each in states(monitor)]


def test_no_table_is_asked(posted: Monitor) -> None:
    # Without the mark of pytest-django, a question to the database is an error.
    watch = DatabaseWatch()
    watch.look(AWAY - 1, reach=posted.reach)
    assert posted.requests == []
    watch.look(AWAY, reach=posted.reach)
    watch.look(AWAY + 10, reach=posted.reach)
    assert told(posted) == [WRONG]
    assert "nothing is lost" in json.loads(posted.bodies[0])["text"]
    watch.look(15, reach=posted.reach)
    watch.look(5, reach=posted.reach)
    assert told(posted) == [WRONG, WELL]
    watch.look(AWAY, reach=posted.reach)
    assert told(posted) == [WRONG, WELL, WRONG]


def test_one_of_a_host_tells(posted: Monitor) -> None:
    one, other = DatabaseWatch(), DatabaseWatch()
    for watch in (one, other, one, other):
        watch.look(AWAY + 1, reach=posted.reach)
    for watch in (other, one, other):
        watch.look(0, reach=posted.reach)
    assert told(posted) == [WRONG, WELL]


@pytest.mark.parametrize("is_back", [False, True])
def test_another_goes_on_where_one_was_killed(posted: Monitor, is_back: bool) -> None:
    killed, other = DatabaseWatch(), DatabaseWatch()
    killed.look(AWAY, reach=posted.reach)
    killed._close()
    if not is_back:
        other.look(AWAY, reach=posted.reach)
    other.look(0, reach=posted.reach)
    assert told(posted) == [WRONG, WELL]


def test_without_its_file_it_tells_all_the_same(posted: Monitor, folder: Path) -> None:
    (folder / FILE_NAME).mkdir()
    watch = DatabaseWatch()
    watch.look(AWAY, reach=posted.reach)
    watch.look(AWAY, reach=posted.reach)
    watch.look(0, reach=posted.reach)
    assert told(posted) == [WRONG, WELL]


@pytest.mark.parametrize("content", ["{", "[]", '{"since": 3}', '{"since": "x", "told": []}', ""])
def test_a_file_that_was_cut_short_is_no_outage(content: str) -> None:
    assert Outage.from_json(content) is None


def test_a_channel_that_fails_is_tried_again_more_and_more_seldom(posted: Monitor) -> None:
    posted.answer = says(DOWN)
    watch = DatabaseWatch()
    watch.look(AWAY, reach=posted.reach)
    watch.look(AWAY, reach=posted.reach)
    assert len(posted.requests) == 1
    watch._next_try.clear()  # the time passes
    posted.answer = says(OK)
    watch.look(AWAY, reach=posted.reach)
    watch.look(0, reach=posted.reach)
    assert told(posted) == [WRONG, WRONG, WELL]


@pytest.mark.django_db
def test_an_email_comes_from_the_brand_as_it_was_read_before(
    brand: Brand, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_sender()
    settings.ALERT_EMAIL = ("ops@example.org",)

    def away(*_: object) -> None:
        raise DatabaseError("it is away")

    with smtp_sink.running(SmtpSink()) as sink, connection.execute_wrapper(away):
        use(settings, "transactional", sink.port)
        DatabaseWatch().look(AWAY)
    [got] = sink.received
    assert brand.sender_email in got.message["From"]
    assert "1 error" in got.message["Subject"]


def test_an_email_comes_before_any_brand_was_read(settings: Settings) -> None:
    settings.ALERT_EMAIL = ("ops@example.org",)
    with smtp_sink.running(SmtpSink()) as sink:
        use(settings, "transactional", sink.port)
        DatabaseWatch().look(AWAY)
    [got] = sink.received
    assert "ops@example.org" in got.message["From"]
