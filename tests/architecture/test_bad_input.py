"""Each public form, and whichever field of it, bears what nobody would type.

It answers with a page, keeps no such character, and leaves no text behind that nobody could read.
"""

import re
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import quote

from django.db import transaction
from django.test import Client

from tests.architecture.conftest import Installation
from tests.architecture.rows import all_rows

_OWN_WAY = ("/webhooks/", "/api/", "/inbox/")
"""What programs post to, and the development inbox: they have tests of their own."""
_FORM = re.compile(r'<form[^>]*method="post"')
_NAME = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"')
LONG = "x" * 1_000_000
BAD = {
    "a NUL": "%00",
    "a NUL in a word": "Ada%00Byron",
    "an override": quote("\u202egpj.exe\u202c \u2066x"),
    "a line separator": quote("Ada\u2028Bcc: eve@example.org\r\nX: y"),
    "broken UTF-8": "%ff%fe%c3%28",
    "half a pair": "%ed%a0%80",
    "a million characters": LONG,
    "a number without end": "9" * 5_000,
    "markup": quote("<script>alert(1)</script>{{ 7*7 }}${7*7}"),
    "a formula": quote("=cmd|' /C calc'!A0"),
}
"""Values as a body has them, encoded."""
FORM = "application/x-www-form-urlencoded"
KEPT_BY_NOBODY = re.compile("[\x00\u2028\u202a-\u202e\u2066\ud800-\udfff]|x{10000}")


def forms(installation: Installation, visitor: Client) -> dict[str, list[str]]:
    """Return path → names of the fields of its forms, for all public pages."""
    found = {}
    for address in installation.addresses:
        if address.is_staff or address.path.startswith(_OWN_WAY):
            continue
        answer = visitor.get(address.path)
        is_page = not answer.streaming and answer.get("Content-Type", "").startswith("text/html")
        page = answer.content.decode() if is_page else ""
        if _FORM.search(page):
            found[address.path] = sorted(set(_NAME.findall(page)))
    return found


def test_every_public_form_bears_it_in_each_field(
    installation: Installation, visitor: Client
) -> None:
    pages = forms(installation, visitor)
    assert len(pages) >= 14
    wrong = []
    before = _texts()
    for path, names in pages.items():
        with transaction.atomic():
            for chosen, kind in _tries(names):
                filled = {name: BAD[kind] if name in chosen else "" for name in names}
                body = "&".join(f"{quote(name)}={value}" for name, value in filled.items())
                answer = visitor.post(path, body, content_type=FORM)
                if answer.status_code >= 500:
                    wrong.append(f"{path} {chosen}, {kind}: {answer.status_code}")
                elif b"<script>alert" in answer.content:
                    wrong.append(f"{path} {chosen}, {kind}: it is markup of the answer")
            kept = [text[:80] for text in _texts() - before if KEPT_BY_NOBODY.search(text)]
            wrong += [f"{path}: {text!r} is kept" for text in kept]
            transaction.set_rollback(True)  # or a link is used up, and the next page is gone
    assert wrong == []


def _tries(names: list[str]) -> Iterator[tuple[list[str], str]]:
    """Yield which fields get which kind: all of them each kind, and each alone one, in turn."""
    yield from ((names, kind) for kind in BAD)
    yield from (([name], kind) for name, kind in zip(names, cycle(BAD), strict=False))


def _texts() -> set[str]:
    return {
        str(value)
        for rows in all_rows().values()
        for row in rows
        for value in row
        if isinstance(value, str | dict | list)
    }
