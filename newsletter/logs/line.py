"""One line of the log, written and read: for people (`line`) or for programs (`json`).

    2026-12-02T05:41:00.123Z INFO host-1 sender[812] campaign=7 newsletter.audit.record: Paused

The fields stand before the message, so that no message can be read as a field.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

FIELDS = (
    "request",
    "route",
    "status",
    "task",
    "campaign",
    "delivery",
    "mailer",
    "actor",
    "action",
    "object",
    "claimed",
    "recipients",
    "outage",
    "unsaid",
)
"""Fields that a line may have beside its time, level, host, process and logger, in their order."""

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, those that end a line or turn its direction, and halves of characters."""
_PLAIN = re.compile(r"[\w.:/+-]{1,200}", re.ASCII)
_LINE = re.compile(
    r"""(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)\x20
    (?P<level>[A-Z]+)\x20(?P<host>\S+)\x20(?P<process>[^\s\[]+)\[(?P<pid>\d+)\]\x20
    (?P<fields>(?:\w+=(?:"(?:[^"\\]|\\.)*"|[^\s"]+)\x20)*)
    (?P<logger>[\w.]+):(?:\x20(?P<event>.*))?$""",
    re.VERBOSE,
)
_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^\s"]+) ')
TRACE_INDENT = "    "
"""It stands before each line of a traceback, so that none of them looks like a line of its own."""


class LogFormat(StrEnum):
    """Formats of a line."""

    LINE = "line"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Args:
        fields: those of FIELDS that it has.
        trace: its traceback, or empty.
    """

    time: datetime
    level: str
    host: str
    process: str
    pid: int
    logger: str
    event: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    trace: str = ""

    def written(self, log_format: LogFormat) -> str:
        """Return the line as it stands in a log. A traceback follows it in further lines."""
        return self._json() if log_format is LogFormat.JSON else self._line()

    def _line(self) -> str:
        fields = "".join(f"{name}={_value(value)} " for name, value in self.fields.items())
        said = (
            f"{_stamp(self.time)} {self.level} {self.host} {self.process}[{self.pid}] "
            f"{fields}{self.logger}: {escape(self.event)}"
        )
        trace = "".join(
            f"\n{TRACE_INDENT}{escape(each)}" for each in self.trace.split("\n") if each
        )
        return said + trace

    def _json(self) -> str:
        said: dict[str, Any] = {
            "time": _stamp(self.time),
            "level": self.level,
            "host": self.host,
            "process": self.process,
            "pid": self.pid,
            "logger": self.logger,
            "event": self.event,
            **self.fields,
        }
        # In ASCII alone, so that neither a terminal nor half of a character can break a line.
        return json.dumps(said | ({"trace": self.trace} if self.trace else {}))


_JSON = '{"time": "'
"""The beginning of a line in JSON."""


def read_line(text: str) -> LogLine | None:
    """Return the line that `text` holds, of either format; None where it holds none.

    A supervisor or journal may have put something before it.
    """
    found, json_at = _LINE.search(text), text.find(_JSON)
    # What somebody asked for may look like JSON, behind the beginning of a line.
    is_json = json_at >= 0 and (found is None or json_at < found.start())
    try:
        return _read_json(text[json_at:]) if is_json else _read_plain(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # cut, or of another program


def escape(text: str) -> str:
    """Return the text without what could end a line, or change how it is shown."""
    return _UNPRINTABLE.sub(_as_escape, text)


def _as_escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _read_plain(text: str) -> LogLine | None:
    found = _LINE.search(text.rstrip("\r\n"))
    if found is None:
        return None
    return LogLine(
        time=datetime.fromisoformat(found["time"]),
        level=found["level"],
        host=found["host"],
        process=found["process"],
        pid=int(found["pid"]),
        logger=found["logger"],
        event=found["event"] or "",
        fields={
            name: json.loads(value) if value.startswith('"') else value
            for name, value in _FIELD.findall(found["fields"])
        },
    )


def _read_json(text: str) -> LogLine | None:
    said = json.loads(text)
    return LogLine(
        time=datetime.fromisoformat(said.pop("time")).astimezone(UTC),
        level=str(said.pop("level")),
        host=str(said.pop("host")),
        process=str(said.pop("process")),
        pid=int(said.pop("pid")),
        logger=str(said.pop("logger")),
        event=str(said.pop("event")),
        trace=str(said.pop("trace", "")),
        fields=said,
    )
