"""Numbers with their nouns, in what commands print and pages say."""


def number_of(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
