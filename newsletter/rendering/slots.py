"""Slots: words of ours that stand for people's texts while MRML compiles a template.

MRML sees our own templates alone. The texts take their places afterwards.

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
    """The texts of one email, for each of which the templates get a word that stands for it."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def put(self, value: Any) -> Any:
        """Return `value` with a slot in place of each text in it, however deep, that isn't empty.

        Plain text is escaped here, once, for element and attribute alike. A SafeString is HTML that
        rendering itself has made or sanitised. Numbers, None and the like stay what they are.
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
        """Return the compiled email with each text in its place.

        It is done in one pass, so that a text that reads like a slot stays as it is.
        """
        return _SLOT.sub(lambda match: self._texts[int(match[1])], compiled)
