"""Texts as people read them."""


def as_read(text: str) -> str:
    """Return a text without what keeps its hours and quantities together on a line."""
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("–\u2060", "–")
