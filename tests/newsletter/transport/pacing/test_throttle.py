"""No more messages a second than was asked for, however many processes ask."""

import json
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import redis
from pytest_django.fixtures import Settings

from newsletter.states import Stream
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.pacing.throttle import (
    LONGEST_PAUSE,
    Pace,
    Reservation,
    SlotFarOff,
    _reserve_in_file,
    reserve,
    reserve_each,
    wait_for_slot,
)
from newsletter.transport.results.result import Outcome
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.transport.conftest import MakeMessage, UseMailer

PROCESSES = 4
SOON = Pace(4.0, at_once=1, longest=LONGEST_PAUSE)
SAVED = Pace(5.0, at_once=1000, saved=9.8)


def from_file(path: Path, pace: Pace, *, now: float, most: int = 1) -> Reservation:
    [queue] = _reserve_in_file(path, {"bulk": most}, pace, now=now)
    return queue


@pytest.fixture(params=["file", "redis"])
def key(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    """A key that nobody has asked for yet, kept in a file and in Redis."""
    settings.VAR_DIR = tmp_path
    if request.param == "redis" and not settings.REDIS_URL:
        pytest.skip("needs Redis")
    settings.REDIS_URL = settings.REDIS_URL if request.param == "redis" else ""
    return f"test-{time.time_ns()}"


def put_moment(settings: Settings, key: str, *, seconds_off: float) -> None:
    """Say that the next free slot is so many seconds off."""
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).set(
            f"pace:{key}", int((time.time() + seconds_off) * 1_000_000), ex=10
        )
    else:
        (settings.VAR_DIR / "pace.json").write_text(json.dumps({key: time.time() + seconds_off}))


def test_slots_are_as_far_apart_as_the_rate_says(tmp_path: Path) -> None:
    slots = [from_file(tmp_path / "pace", SOON, now=1000.0) for _ in range(5)]

    assert [slot.starts_in for slot in slots] == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])
    assert from_file(tmp_path / "pace", SOON, now=1010.0) == Reservation(1, 0.0)


def test_a_reservation_takes_the_slots_of_about_a_second(key: str) -> None:
    assert reserve(key, rate=50.0, most=1000).number == 50
    assert reserve(key, rate=50.0, most=7).number == 7
    assert reserve(f"{key}-slow", rate=0.5, most=1000).number == 1


def test_a_slot_that_is_far_off_is_neither_waited_for_nor_used_up(tmp_path: Path) -> None:
    slow = Pace(1.0, at_once=1, longest=LONGEST_PAUSE)
    for _ in range(6):
        from_file(tmp_path / "pace", slow, now=1000.0)

    assert [from_file(tmp_path / "pace", slow, now=1000.0) for _ in range(2)] == [
        Reservation(0, 6.0)
    ] * 2
    assert from_file(tmp_path / "pace", slow, now=1001.0) == Reservation(1, LONGEST_PAUSE)


def test_a_rate_that_is_used_up_says_for_how_long(key: str) -> None:
    wait_for_slot(key, rate=1 / 3600)

    for _ in range(2):
        with pytest.raises(SlotFarOff) as raised:
            wait_for_slot(key, rate=1 / 3600)
        assert 3500 < raised.value.seconds <= 3600


def take_all(key: str) -> int:
    """Reserve until the next slot is further off than LONGEST_PAUSE."""
    taken = 0
    while True:
        try:
            taken += reserve(key, rate=500.0, most=20).number
        except SlotFarOff:
            return taken


def test_several_processes_together_take_what_the_rate_allows(key: str) -> None:
    """That many seconds' worth, from the first reservation to the last.

    Added to it is the LONGEST_PAUSE that may be reserved ahead.
    """
    started = time.monotonic()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("fork")) as pool:
        taken = sum(pool.map(take_all, [key] * PROCESSES))
    lasted = time.monotonic() - started

    assert 500 * LONGEST_PAUSE <= taken <= 500 * (LONGEST_PAUSE + lasted) + 1


def test_several_keys_are_asked_for_in_one_step_and_counted_each_for_itself(key: str) -> None:
    a, b, c = (f"{key}:{letter}" for letter in "abc")
    every_minute = Pace(1 / 60, at_once=1000)

    first = reserve_each({a: 1, b: 100}, pace=every_minute)
    second = reserve_each({b: 100, c: 3}, pace=every_minute)

    assert first == {a: Reservation(1, 0.0), b: Reservation(1, 0.0)}
    assert list(second) == [b, c]
    assert second[b].number == 0
    assert 50 < second[b].starts_in <= 60
    assert second[c] == Reservation(1, 0.0)
    assert reserve_each({}, pace=every_minute) == {}


def test_what_was_not_taken_is_saved_for_a_while(tmp_path: Path) -> None:
    def take(now: float) -> int:
        return from_file(tmp_path / "pace", SAVED, now=now, most=1000).number

    assert [take(1000.0), take(1000.1), take(1001.0), take(1006.0)] == [5, 0, 5, 25]
    assert take(1056.0) == 50


@pytest.mark.parametrize("off", [-1e9, 3600.0, 7200.0])
def test_a_clock_that_was_set_back_or_a_rate_that_was_raised_stops_no_mail(
    key: str, settings: Settings, off: float
) -> None:
    put_moment(settings, key, seconds_off=off)

    assert reserve(key, rate=0.25, most=1) == Reservation(1, 0.0)
    assert 0 < reserve(key, rate=0.25, most=1).starts_in <= 4


def test_after_redis_was_flushed_mail_goes_on_at_the_rate(settings: Settings) -> None:
    if not settings.REDIS_URL:
        pytest.skip("needs Redis")
    key, client = f"test-{time.time_ns()}", redis.Redis.from_url(settings.REDIS_URL)
    reserve(key, rate=10.0, most=10)
    assert client.pttl(f"pace:{key}") <= 2000, "what is over is forgotten"
    client.delete(f"pace:{key}")
    client.script_flush()

    assert reserve(key, rate=0.25, most=1) == Reservation(1, 0.0)
    assert 0 < reserve(key, rate=0.25, most=1).starts_in <= 4


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "[]",
        '{"bulk": "x"}',
        '{"bulk": NaN}',
        '{"bulk": -5}',
        '{"bulk": 999999999999}',
    ],
)
def test_a_damaged_file_stops_no_mail(tmp_path: Path, content: str) -> None:
    (tmp_path / "pace").write_text(content)

    assert from_file(tmp_path / "pace", SOON, now=1000.0).starts_in == 0
    assert from_file(tmp_path / "pace", SOON, now=1000.0).starts_in == pytest.approx(0.25)


def test_the_file_forgets_what_is_over(tmp_path: Path) -> None:
    _reserve_in_file(tmp_path / "pace", {"old": 1}, SOON, now=1000.0)
    _reserve_in_file(tmp_path / "pace", {"new": 1}, SOON, now=2000.0)

    assert json.loads((tmp_path / "pace").read_text()) == {"new": 2000.25}


def test_a_message_beyond_the_rate_is_surely_not_sent_and_tried_later(
    sink: SmtpSink,
    use_mailer: UseMailer,
    make_message: MakeMessage,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    use_mailer(f"smtp+plain://127.0.0.1:{sink.port}?rate=2/h")

    first = dispatch_single(make_message(), stream=Stream.BULK)
    second = dispatch_single(make_message(), stream=Stream.BULK)

    assert first.outcome is Outcome.ACCEPTED
    assert second.outcome is Outcome.LATER
    assert second.retry_after == pytest.approx(1800, abs=60)
    assert len(sink.received) == 1


def test_a_redis_that_does_not_answer_is_no_reason_to_go_faster(
    sink: SmtpSink, use_mailer: UseMailer, make_message: MakeMessage, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    use_mailer(f"smtp+plain://127.0.0.1:{sink.port}?rate=2/h")

    result = dispatch_single(make_message(), stream=Stream.BULK)

    assert (result.outcome, result.mailer_wide) == (Outcome.LATER, True)
    assert not sink.received
