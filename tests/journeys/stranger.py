"""A stranger with a mail that was sent to another person.

They open all its links and press all buttons, without a cookie.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from itertools import chain
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.test import Client

from tests.architecture.rows import all_rows, changed

URL = re.compile(r"https?://[^\s\"'<>\\]+")
TOKEN = re.compile(r"(?<![\w-])[\w-]{28}(?![\w-])")


def texts_of(message: EmailMessage) -> list[str]:
    """Return all texts of a mail: its headers, both bodies and its attachments."""
    headers = [f"{name}: {value}" for name, value in message.items()]
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [
        bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace") for part in parts
    ]
    # A calendar file folds its lines (RFC 5545, section 3.1), even in the middle of an address.
    return [*headers, *bodies, *(body.replace("\r\n ", "").replace("\n ", "") for body in bodies)]


def urls_of(message: EmailMessage) -> list[str]:
    """Return every URL in a mail."""
    found = chain.from_iterable(URL.findall(unescape(text)) for text in texts_of(message))
    return sorted({url.rstrip(".,;)") for url in found})


def tokens_of(message: EmailMessage) -> list[str]:
    """Return every word in a mail that is as long as a token, in links, metadata and headers."""
    return sorted(
        set(chain.from_iterable(TOKEN.findall(unquote(text)) for text in texts_of(message)))
    )


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: its fields, boxes and buttons."""

    method: str
    action: str
    fields: list[tuple[str, str]]
    boxes: list[tuple[str, str]]
    buttons: list[tuple[str, str]]

    def posts(self) -> Iterator[dict[str, list[str]]]:
        """Give what each button sends, with the boxes as they are, and with all of them ticked."""
        for button in self.buttons or [("", "")]:
            for boxes in ([], self.boxes):
                sent: dict[str, list[str]] = {}
                for name, value in [*self.fields, *boxes, button]:
                    if name and value not in sent.get(name, []):
                        sent.setdefault(name, []).append(value)
                yield sent


class _Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href"):
            self.links.append(said["href"])
        elif tag == "form":
            self.forms.append(
                Form(said.get("method", "get").lower(), said.get("action", ""), [], [], [])
            )
        elif self.forms:
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        form, pair = self.forms[-1], (said.get("name", ""), said.get("value", ""))
        if tag == "button":
            form.buttons.append(pair)
        elif tag == "input" and said.get("type") in ("checkbox", "radio"):
            form.boxes.append(pair)
            if "checked" in said:
                form.fields.append(pair)
        elif tag == "input":
            form.fields.append(pair)
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "option" and "selected" in said and self._select:
            form.fields.append((self._select, said.get("value", "")))


@dataclass(slots=True)
class Stranger:
    """A browser without cookies.

    What it presses is taken back, so that each button meets the same installation.
    """

    pages: dict[str, str] = field(default_factory=dict)
    """The pages that were shown, by request."""
    changes: dict[str, list[str]] = field(default_factory=dict)
    """The tables that were changed, by request."""
    harm: list[str] = field(default_factory=list)
    """The harm that was done beyond stopping mail."""

    def open_all(self, urls: list[str]) -> None:
        """Open addresses and what their pages lead to, and press every button.

        Other sites are left alone.
        """
        ours = [url for url in urls if url.startswith(settings.SITE_URL)]
        seen = set(ours)
        further = {urljoin(url, link) for url in ours for link in self._open(url).links}
        for url in sorted(further - seen):
            if url.startswith(settings.SITE_URL) and not url.startswith(
                f"{settings.SITE_URL}/staff/"
            ):
                self._open(url)

    def _open(self, url: str) -> _Page:
        path = urlsplit(url).path
        before = all_rows()
        client = Client()
        for method in ("get", "head", "options"):
            answer = getattr(client, method)(path, follow=True)
            assert answer.status_code < 500, path
        shown = client.get(path, follow=True)
        self.pages[f"GET {path}"] = text = shown.content.decode("utf-8", "replace")
        page = _Page()
        page.feed(text)
        assert not changed(before, all_rows()), f"reading {path} has acted"
        here = shown.redirect_chain[-1][0] if shown.redirect_chain else path
        self._press(path, {})
        self._press(path, {"List-Unsubscribe": ["One-Click"]})
        for form in page.forms:
            if form.method == "post":
                for sent in form.posts():
                    self._press(urlsplit(urljoin(here, form.action or here)).path, sent)
        return page

    def _press(self, path: str, sent: dict[str, list[str]]) -> None:
        name = f"POST {path} {sorted(sent.items())}"
        if name in self.pages:
            return
        before = all_rows()
        with transaction.atomic():
            answer = Client().post(path, sent, follow=True)
            assert answer.status_code < 500, name
            after = all_rows()
            transaction.set_rollback(True)
        self.pages[name] = answer.content.decode("utf-8", "replace")
        if tables := [table for table in changed(before, after) if table not in COUNTED]:
            self.changes[name] = tables
            self.harm += [f"{name}: {fault}" for fault in harm_of(before, after, tables)]


COUNTED = {"newsletter.Epoch"}
"""Tables that count opt-outs, and hold nothing about a person."""


def harm_of(
    before: dict[str, list[tuple[object, ...]]],
    after: dict[str, list[tuple[object, ...]]],
    tables: list[str],
) -> list[str]:
    """Return the changes beyond stopping mail."""
    faults = [f"{table} has changed" for table in tables if table not in STOPPING]
    for table in set(tables) & set(STOPPING):
        old = {row[0]: row for row in before[table]}
        new = [row for row in after[table] if row != old.pop(row[0], None)]
        faults += [f"{table} says {row}" for row in new if not STOPPING[table] & set(map(str, row))]
        faults += [f"{table} has lost {key}" for key in old]
    return faults


STOPPING = {
    "subscribers.Subscription": {"unsubscribed"},
    "subscribers.ConsentRecord": {"unsubscribed"},
    "subscribers.Suppression": {"unsubscribed_all"},
}
"""The tables that record stopping mail, and the word that such a row has."""
