"""Slots: MRML sees nothing but our own templates; what people wrote takes its place after MRML has done its work.

Reasons, found by trying mjml-python 1.4: it ends the process (SIGSEGV) on thousands of nested
elements, raises on a bare `<`, and writes attributes in Rust's debug form, so that an alt text with
combining marks (Arabic, Hindi, Vietnamese) becomes `\\u{301}`. None of that can happen to a word
such as `slot17slot`.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_SLOT = re.compile(r"slot(\d+)slot")


class Slots:
    """The texts of one mail, each known to the templates by a word in its place."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def put(self, value: Any) -> Any:
        """`value` for a template: each text in it, however deep, becomes a slot, unless it is empty.

        Plain text is escaped here, once, for element and attribute alike. A SafeString is HTML that
        rendering itself has made or walled. Numbers, None and the like stay what they are.
        """
        match value:
            case "":
                return ""
            case str():
                self._texts.append(value if isinstance(value, SafeString) else escape(value))
                return mark_safe(f"slot{len(self._texts) - 1}slot")  # noqa: S308 - two words and a number of our own
            case Mapping():
                return {name: self.put(item) for name, item in value.items()}
            case list() | tuple():
                return [self.put(item) for item in value]
        return value

    def fill(self, compiled: str) -> str:
        """The compiled mail with each text in its place.

        One pass: what a text says is never looked at again.
        """
        return _SLOT.sub(lambda match: self._texts[int(match[1])], compiled)
