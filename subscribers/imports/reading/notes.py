"""Notes to whoever imports, in the words of the command and in those of the staff pages."""

from typing import Self


class Note(str):
    """A note as the command says it. `on_page` says it where there are no options."""

    on_page: str

    def __new__(cls, text: str, *, on_page: str = "") -> Self:
        note = super().__new__(cls, text)
        note.on_page = on_page or text
        return note


def on_page(note: str) -> str:
    """Return a note in the words of the staff pages."""
    return note.on_page if isinstance(note, Note) else note


def counted(note: str, count: int) -> Note:
    """Return a note with the number of rows that it is about."""
    rows = f"({count:,} {'row' if count == 1 else 'rows'})"
    return Note(f"{note} {rows}", on_page=f"{on_page(note)} {rows}")
