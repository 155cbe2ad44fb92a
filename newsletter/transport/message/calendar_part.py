"""The calendar part of a message (RFC 5545, RFC 6047): a file beside it, or an invitation in it.

It is written once for all recipients. An invitation differs by two properties, whose lines stand in
the place of a mark.
"""

from dataclasses import dataclass
from typing import Self

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
FILE_NAME = "event.ics"
OF_RECIPIENT = "\ue000calendar\ue001\r\n"
"""Stands for the lines of one recipient. Private-use characters never come in from outside."""


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar part that all recipients of a template share.

    Args:
        method: as METHOD says. PUBLISH is a file beside the message; REQUEST and CANCEL are another
            form of the message itself, which calendar programs act on.
        before, after: the text around the lines of one recipient, with CRLF at the end of each
            line; a file has none.
    """

    method: str
    before: str
    after: str = ""

    @classmethod
    def parse(cls, text: str, *, method: str) -> Self:
        """Cut a calendar at the mark."""
        before, _, after = text.partition(OF_RECIPIENT)
        return cls(method, before, after)

    @property
    def is_file(self) -> bool:
        """Return whether it travels as an attachment."""
        return self.method == PUBLISH

    @property
    def content_type(self) -> str:
        """The type of the part, without its charset. The method is that of the calendar."""
        return f"text/calendar; method={self.method}"

    def text(self, lines: str) -> str:
        """Return the calendar of one recipient.

        Args:
            lines: theirs, each folded and with CRLF at its end.
        """
        return f"{self.before}{lines}{self.after}"
