"""Lines are found by what they are about, with their tracebacks."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.logs.line import LogFormat, LogLine
from newsletter.logs.search import BadSince, Wanted, find_lines, since

NOW = datetime(2026, 12, 2, 6, tzinfo=UTC)


def line(event: str, *, minutes: int = 0, level: str = "INFO", trace: str = "", **of: int) -> str:
    time = NOW - timedelta(minutes=minutes)
    log_format = LogFormat.JSON if minutes % 2 else LogFormat.LINE
    said = LogLine(time, level, "vm", "sender", 1, "x.y", event, of, trace)
    return said.written(log_format) + "\n"


LOG = "".join(
    [
        line("launched", minutes=90, campaign=7, actor=3),
        line("launched, too", minutes=89, campaign=70),
        "something of another program\n",
        line("claimed", minutes=30, campaign=7),
        line("failed", minutes=20, level="ERROR", trace="Traceback\n  a\nb", campaign=7),
        "what another program says next\n",
        line("delivery", minutes=10, level="WARNING", delivery=7),
    ]
).splitlines(keepends=True)


def found(**wanted: object) -> list[str]:
    return [text.partition(" ")[2] for text in find_lines(LOG, Wanted(**wanted))]  # type: ignore[arg-type]


def test_a_campaign_s_lines_come_with_the_traceback_and_without_those_of_others() -> None:
    assert len(found(fields={"campaign": "7"})) == 3 + 3
    assert found(fields={"campaign": "7"}, level="ERROR")[0].endswith("x.y: failed")


def test_all_that_is_given_must_fit() -> None:
    assert len(found(fields={"campaign": "7", "actor": "3"})) == 1
    assert not found(fields={"campaign": "8"})
    assert not found(fields={"campaign": "7", "delivery": "7"})


def test_level_and_time_are_the_lowest() -> None:
    assert len(found(level="WARNING")) == 4 + 1
    assert len(found(since=NOW - timedelta(minutes=15))) == 1
    assert len(found(since=NOW - timedelta(minutes=30))) == 1 + 4 + 1


def test_nothing_that_a_terminal_would_obey_is_passed_on() -> None:
    forged = line("x", campaign=7).replace("x.y: x", "x.y: \x1b[2J\x07red\u202e")
    assert list(find_lines([forged], Wanted())) == [
        line("x", campaign=7).strip().removesuffix("x") + "\\x1b[2J\\x07red\\u202e"
    ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("90s", NOW - timedelta(seconds=90)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-12-02T03:00Z", datetime(2026, 12, 2, 3, tzinfo=UTC)),
        ("2026-12-02T03:00+02:00", datetime(2026, 12, 2, 1, tzinfo=UTC)),
        ("2026-12-02", datetime(2026, 12, 2, tzinfo=UTC)),
    ],
)
def test_since_is_a_span_or_a_time(text: str, time: datetime) -> None:
    assert since(text, now=NOW) == time


@pytest.mark.parametrize(
    "text", ["", "2", "h", "yesterday", "-2h", "999999w", "2026-13-01", "２h?"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadSince):
        since(text, now=NOW)
