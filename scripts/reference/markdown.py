"""The pieces of a reference page, in plain Markdown."""

from collections.abc import Iterable, Sequence


def heading(level: int, text: str) -> str:
    """Return a heading."""
    return f"{'#' * level} {text}"


def code(text: str) -> str:
    """Return a name or value as code."""
    return f"`{text}`"


def block(text: str, language: str = "") -> str:
    """Return several lines as code."""
    return f"```{language}\n{text.rstrip()}\n```"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. A cell is one line, and may hold marks of Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def page(title: str, introduction: str, parts: Iterable[str]) -> str:
    """Return a whole page that says where it comes from."""
    made = "Written by `python -m scripts.reference`; change the code instead of this page."
    whole = [heading(1, title), introduction, made, *parts]
    return "\n\n".join(part for part in whole if part) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
