"""Pressing a button of the staff pages twice, and what the second press said and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from django.db import transaction
from django.test import Client

from newsletter.models import AuditEntry
from subscribers.audit_actions import NeedToKnowAction
from tests.architecture.rows import all_rows, changed
from tests.architecture.staff_page import Act
from tests.architecture.staff_world import World

_SAYS = ("st-messages", "st-notice", "st-error", "errornote", "errorlist")
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "use", "path"})


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of one press: the answer, the tables that it changed, and what the page says."""

    status: int
    tables: list[str]
    said: str


def press_twice(act: Act, world: World, browsers: tuple[Client, Client]) -> tuple[Pressed, Pressed]:
    """Have two people who opened the same page press the same button, one after the other.

    Both presses are taken back.
    """
    path, forms = act.path(world), (act.fields(world), act.fields(world))
    before = transaction.savepoint_create()
    try:
        return _press(browsers[0], path, forms[0]), _press(browsers[1], path, forms[1])
    finally:
        transaction.savepoint_rollback(before)
        transaction.set_rollback(False)


def _press(browser: Client, path: str, fields: Mapping[str, object]) -> Pressed:
    rows = all_rows()
    answer = browser.post(path, fields, follow=True)
    AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED).delete()
    tables = changed(rows, all_rows())
    html = "" if answer.streaming else answer.content.decode(errors="replace")
    return Pressed(answer.status_code, tables, said_in(html))


def said_in(html: str) -> str:
    """Return what a page says to whoever pressed a button: its messages, notices and errors."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.said).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = {name: value or "" for name, value in attrs}
        says = given.get("role") in ("alert", "status") or any(
            each in given.get("class", "").split() for each in _SAYS
        )
        self._open.append(says)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if any(self._open):
            self.said.append(data)
