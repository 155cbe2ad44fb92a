"""The labels of statuses that a staff page shows."""

import re


def labels(html: str) -> list[tuple[str, str]]:
    """List the labels of a page: colour, or nothing, and text."""
    return re.findall(r'<span class="st-badge(?: st-(\w+))?">([^<]*)</span>', html)
