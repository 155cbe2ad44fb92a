"""No more messages a second than the mailer's URL says."""

import os
import time
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from newsletter.states import Stream
from newsletter.transport.mailers import hand_over
from newsletter.transport.outcomes import Verdict
from newsletter.transport.throttle import LONGEST_PAUSE, TurnFarOff, _take_turn, wait_for_turn
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.transport.conftest import MakeMessage, UseMailer


def test_turns_are_as_far_apart_as_the_rate_says(tmp_path: Path) -> None:
    waits = [_take_turn(tmp_path / "rate", 4, now=1000.0) for _ in range(5)]

    assert waits == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])
    assert _take_turn(tmp_path / "rate", 4, now=1010.0) == 0


def test_a_turn_that_is_far_off_is_not_waited_for_nor_used_up(tmp_path: Path) -> None:
    for _ in range(6):
        _take_turn(tmp_path / "rate", 1, now=1000.0)

    for _ in range(2):
        with pytest.raises(TurnFarOff) as raised:
            _take_turn(tmp_path / "rate", 1, now=1000.0)
        assert raised.value.seconds == pytest.approx(6.0)
    assert _take_turn(tmp_path / "rate", 1, now=1001.0) == LONGEST_PAUSE


@pytest.mark.parametrize("content", ["", "nonsense", "-5", "999999999999", "nan"])
def test_a_damaged_file_or_a_clock_set_back_stops_no_mail(tmp_path: Path, content: str) -> None:
    (tmp_path / "rate").write_text(content)

    assert _take_turn(tmp_path / "rate", 10, now=1000.0) == 0
    assert _take_turn(tmp_path / "rate", 10, now=1000.0) == pytest.approx(0.1)


def test_a_message_beyond_the_rate_is_surely_not_sent_and_tried_later(
    sink: SmtpSink, use_mailer: UseMailer, make_message: MakeMessage, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    use_mailer(f"smtp+plain://127.0.0.1:{sink.port}?rate=2/h")

    first = hand_over(make_message(), stream=Stream.BULK)
    second = hand_over(make_message(), stream=Stream.BULK)

    assert first.verdict is Verdict.ACCEPTED
    assert second.verdict is Verdict.LATER
    assert second.retry_after == pytest.approx(1800, abs=60)
    assert len(sink.received) == 1


@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="needs Redis")
def test_with_redis_all_hosts_share_the_rate(settings: Settings) -> None:
    settings.REDIS_URL = os.environ["REDIS_URL"]
    mailer = f"test-{time.time_ns()}"
    wait_for_turn(mailer, rate=1 / 3600)

    with pytest.raises(TurnFarOff):
        wait_for_turn(mailer, rate=1 / 3600)
