"""A text that staff wrote, which knows in which language they did.

Where it has no translation, it is shown on pages in other languages, too. There it must say its own
language and direction, or its full stop would jump in front of it in an Arabic page, and a screen
reader would speak it with the wrong voice.
"""

from typing import Self


class StaffText(str):
    """A text with its language. Anywhere else it is a text as any other."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> Self:
        """Make one.

        Args:
            language: a BCP 47 tag; empty where it isn't known.
        """
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.language)
