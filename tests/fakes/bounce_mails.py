"""Mails that come back, from tests/payloads/bounces, with their blanks filled in."""

from pathlib import Path

BOUNCES = Path(__file__).resolve().parent.parent / "payloads" / "bounces"


def bounce_mail(name: str, **words: str) -> bytes:
    """Return the mail `name`, in which `{{word}}` is replaced by the value of that name."""
    text = (BOUNCES / f"{name}.eml").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text.encode()
