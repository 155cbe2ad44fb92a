"""A line of the log reads as it was written, whatever is in it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.logs.line import FIELDS, LogFormat, LogLine, escape, read_line

TIME = datetime(2026, 12, 2, 5, 41, 0, 123_000, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(codec=None))  # halves of characters, too


def line(event: str = "Paused", *, trace: str = "", **fields: object) -> LogLine:
    return LogLine(TIME, "INFO", "host-1", "sender", 812, "newsletter.audit", event, fields, trace)


def test_a_line_for_people() -> None:
    said = line(campaign=7, mailer="bulk").written(LogFormat.LINE)
    assert said == (
        "2026-12-02T05:41:00.123Z INFO host-1 sender[812] campaign=7 mailer=bulk "
        "newsletter.audit: Paused"
    )


def test_a_line_for_programs() -> None:
    assert json.loads(line("Paused", trace="a\nb", campaign=7).written(LogFormat.JSON)) == {
        "time": "2026-12-02T05:41:00.123Z",
        "level": "INFO",
        "host": "host-1",
        "process": "sender",
        "pid": 812,
        "logger": "newsletter.audit",
        "event": "Paused",
        "campaign": 7,
        "trace": "a\nb",
    }


@given(ANY_TEXT, st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT.filter(bool)), ANY_TEXT)
def test_json_is_one_line_of_ascii_and_reads_as_it_was_written(
    event: str, fields: dict[str, str], trace: str
) -> None:
    said = line(event, trace=trace, **fields)
    text = said.written(LogFormat.JSON)
    assert text.isascii()
    assert len(text.splitlines()) == 1
    assert read_line(text) == said


@given(ANY_TEXT, st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT.filter(bool)))
def test_a_line_for_people_is_one_line_and_keeps_its_fields(
    event: str, fields: dict[str, str]
) -> None:
    text = line(event, **fields).written(LogFormat.LINE)
    assert len(text.splitlines()) == 1
    text.encode("utf-8")
    read = read_line(f"{text}\n")
    assert read is not None
    assert (read.fields, read.event) == (fields, escape(event))


def test_a_message_is_never_read_as_a_field() -> None:
    read = read_line(line("campaign=8 newsletter.audit: x", campaign=7).written(LogFormat.LINE))
    assert read is not None
    assert read.fields == {"campaign": "7"}


def test_no_line_of_a_traceback_reads_as_a_line() -> None:
    forged = line("forged").written(LogFormat.LINE)
    text = line(trace=f"Traceback\n{forged}").written(LogFormat.LINE)
    first, *rest = text.split("\n")
    assert read_line(first) == line()
    assert all(each.startswith("    ") for each in rest)


@pytest.mark.parametrize(
    "before", ["", "14:03:01 sender.1 | ", "Dec 02 05:41:00 vm convene[3]: ", "\x1b[36m"]
)
@pytest.mark.parametrize("log_format", LogFormat)
def test_a_supervisor_may_put_something_before_a_line(before: str, log_format: LogFormat) -> None:
    read = read_line(before + line().written(log_format))
    assert read == line()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00" * 100,
        "Traceback (most recent call last):",
        '{"time": "2026-12-02T05:41:00Z"}',
        '{"time": "yesterday", "level": 7',
        '{"time": "x", "level": "INFO", "host": "h", "process": "p", "pid": "p", "logger": "l"}',
        "2026-99-02T05:41:00Z",
        "2026-12-02T05:41:00Z INFO host",
        "x" * 100_000,
        'a="' * 50_000,
        '{"time": "' + "[" * 100_000,
        '{"time": "x", "a": ' + "[" * 100_000,
        '2026-12-02T05:41:00Z INFO h p[1] a="\\q" x.y: z',
    ],
)
def test_what_is_no_line_of_ours_is_none(text: str) -> None:
    assert read_line(text) is None


def test_a_time_that_does_not_exist_is_no_line() -> None:
    text = line().written(LogFormat.LINE)
    assert read_line(text.replace("12-02", "13-42")) is None


@pytest.mark.parametrize(
    "rest", ["", line("y", campaign=7).written(LogFormat.JSON)[len('{"time": "') :]]
)
def test_what_somebody_asked_for_is_no_line_of_its_own(rest: str) -> None:
    asked = line(f'Not Found: /{{"time": "{rest}')
    read = read_line(asked.written(LogFormat.LINE))
    assert read is not None
    assert (read.level, read.fields, read.event) == ("INFO", {}, asked.event)
