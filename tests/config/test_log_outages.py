"""An outage is one line a minute; what fails otherwise keeps its traceback."""

import logging

import psycopg
import pytest
import redis
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as QueueError

from config.log_masking import mask_every_record
from config.log_outages import Outages, outage_of
from scripts.services import free_port


def refused() -> Exception:
    """What Django makes of PostgreSQL that isn't there."""
    try:
        psycopg.connect(f"host=127.0.0.1 port={free_port()}")
    except psycopg.OperationalError as error:
        wrapped = OperationalError("connection failed")
        wrapped.__cause__ = error
        return wrapped
    raise AssertionError


class Lines(logging.Handler):
    """The records that a handler with the filter is left."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.records: list[logging.LogRecord] = []
        self.addFilter(Outages(clock=lambda: self.now))

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def logger(lines: Lines) -> logging.Logger:
    mask_every_record()
    made = logging.Logger("of.test")
    made.addHandler(lines)
    return made


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (refused(), "PostgreSQL"),
        (psycopg.errors.AdminShutdown("x"), "PostgreSQL"),
        (psycopg.errors.CannotConnectNow("x"), "PostgreSQL"),
        (psycopg.errors.TooManyConnections("x"), "PostgreSQL"),
        (psycopg.InterfaceError("the connection is closed"), "PostgreSQL"),
        (redis.ConnectionError("x"), "Redis"),
        (redis.TimeoutError("x"), "Redis"),
        (QueueError("x"), "Redis"),
        (psycopg.errors.QueryCanceled("x"), ""),
        (psycopg.errors.DeadlockDetected("x"), ""),
        (psycopg.errors.LockNotAvailable("x"), ""),
        (OperationalError("no such table"), ""),
        (InterfaceError("x"), ""),
        (redis.ResponseError("x"), ""),
        (ConnectionRefusedError("x"), ""),
        (None, ""),
    ],
)
def test_a_server_is_away_where_it_gave_no_answer(error: Exception | None, name: str) -> None:
    assert outage_of(error) == name


def test_causes_that_lead_in_a_circle_are_followed_once() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert outage_of(one) == ""


def test_an_outage_is_one_line_a_minute_with_the_number_of_those_left_unsaid(
    logger: logging.Logger, lines: Lines
) -> None:
    for second in range(150):
        lines.now = second
        try:
            raise refused()
        except OperationalError:
            logger.exception("Could not handle row %s", second)
    said = [(r.getMessage(), r.exc_info, r.exc_text, vars(r).get("unsaid")) for r in lines.records]
    assert [message.partition(" (")[0] for message, *_ in said] == [
        "Could not handle row 0",
        "Could not handle row 60",
        "Could not handle row 120",
    ]
    assert "OperationalError: connection failed" in said[0][0]
    assert [rest for _, *rest in said] == [[None, None, None], [None, None, 59], [None, None, 59]]
    assert {vars(record)["outage"] for record in lines.records} == {"PostgreSQL"}


def test_two_outages_are_told_apart(logger: logging.Logger, lines: Lines) -> None:
    for _ in range(3):
        logger.error("Could not wake %s (%s)", "a task", redis.ConnectionError("refused"))
        logger.error("Could not read (%s)", refused())
        logger.warning("Redis does not answer", extra={"outage": "Redis"})
    assert [vars(record)["outage"] for record in lines.records] == ["Redis", "PostgreSQL"]


def test_any_other_fault_keeps_its_traceback_each_time(
    logger: logging.Logger, lines: Lines
) -> None:
    for _ in range(3):
        try:
            raise psycopg.errors.DeadlockDetected("two waited")
        except psycopg.Error:
            logger.exception("Could not settle")
    assert [bool(record.exc_text) for record in lines.records] == [True] * 3
