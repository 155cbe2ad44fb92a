"""One language as the checks read it."""

from typing import Any

from campaigns.review.checks.written import Written, read_written


def written(
    *blocks: dict[str, Any], subject: str = "", preheader: str = "", language: str = "en"
) -> Written:
    return read_written(subject, preheader, blocks, language=language, path="c")


def text(html: str) -> dict[str, Any]:
    return {"type": "rich_text", "html": html}
