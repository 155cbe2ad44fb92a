"""Each page has one first heading, a title, a language and a strict policy."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation
from tests.architecture.test_templates import inline

SANDBOXED_MAIL = "sandbox"
"""An answer with this in its policy is a mail inside a frame: what staff or strangers wrote, not a
page of ours."""


@dataclass
class Page(HTMLParser):
    """The parts of a page that a person who can't see it hears first."""

    language: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.pictures_without_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "html":
            self.language = names.get("lang") or ""
        if tag == "h1":
            self.headings.append("")
        if tag == "img" and "alt" not in names:
            self.pictures_without_text.append(names.get("src") or "")
        if tag in ("title", "h1", "svg"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside == ["title"]:
            self.title += data.strip()
        elif self._inside and self._inside[-1] == "h1":
            self.headings[-1] += data.strip()


def read(answer: HttpResponseBase) -> tuple[Page, str]:
    markup = answer.getvalue().decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined] # only files stream
    page = Page()
    page.feed(markup)
    return page, markup


FRAGMENTS = {
    "admin:search",
    "admin:studio_audience_suggestions",
    "admin:studio_launch_numbers",
    "admin:studio_recipient_languages",
    "admin:studio_reviewed_audience",
    "admin:studio_tried_links",
    "admin:subscribers_label_suggest",
    "admin:subscribers_subscriber_institutions",
}
"""Answers that are put into a page that is open already."""


def is_page(answer: HttpResponseBase) -> bool:
    policy = answer.get("Content-Security-Policy", "")
    return answer.get("Content-Type", "").startswith("text/html") and SANDBOXED_MAIL not in policy


def faults(answer: HttpResponseBase) -> list[str]:
    page, _ = read(answer)
    found = []
    if len(page.headings) != 1 or not page.headings[0]:
        found.append(f"first headings: {page.headings}")
    if not page.title:
        found.append("no title")
    if not page.language:
        found.append("no language")
    if page.pictures_without_text:
        found.append(f"pictures without a text: {page.pictures_without_text}")
    return found


def policy_faults(answer: HttpResponseBase, *, staff: bool) -> list[str]:
    policy = {
        words[0]: set(words[1:])
        for part in answer.get("Content-Security-Policy", "").split(";")
        if (words := part.split())
    }
    found = []
    if policy.get("default-src") != {"'none'"} or policy.get("base-uri") != {"'none'"}:
        found.append(f"policy not strict: {policy}")
    allowed = {"'self'", "'unsafe-eval'"} if staff else {"'self'"}
    for name in ("script-src", "style-src", "form-action"):
        sources = {source for source in policy.get(name, set()) if not source.startswith("'nonce-")}
        if not sources <= allowed | {"'none'"}:
            found.append(f"{name}: {sources}")
    if not staff and not any(name in policy for name in ("frame-ancestors",)):
        found.append("may be framed by anybody")
    return found


def pages(
    client: Client, installation: Installation, *, staff: bool
) -> list[tuple[Address, HttpResponseBase]]:
    answers = [
        (address, client.get(address.path))
        for address in installation.addresses
        if address.is_staff is staff
    ]
    return [
        (address, answer)
        for address, answer in answers
        if is_page(answer) and address.name not in FRAGMENTS
    ]


@pytest.mark.parametrize("staff_pages", [False, True], ids=["public", "staff"])
def test_every_page_has_one_first_heading_a_title_and_a_language(
    *, staff_pages: bool, installation: Installation, visitor: Client, staff: Client
) -> None:
    shown = pages(staff if staff_pages else visitor, installation, staff=staff_pages)
    assert len(shown) > 8
    assert not {
        str(address): wrong
        for address, answer in shown
        if answer.status_code == 200 and (wrong := faults(answer))
    }


@pytest.mark.parametrize("staff_pages", [False, True], ids=["public", "staff"])
def test_every_page_has_a_strict_policy(
    *, staff_pages: bool, installation: Installation, visitor: Client, staff: Client
) -> None:
    shown = pages(staff if staff_pages else visitor, installation, staff=staff_pages)
    assert not {
        str(address): wrong
        for address, answer in shown
        if (wrong := policy_faults(answer, staff=staff_pages))
    }


def test_no_public_page_has_scripts_or_styles_inline(
    installation: Installation, visitor: Client
) -> None:
    shown = pages(visitor, installation, staff=False)
    assert not {
        str(address): wrong for address, answer in shown if (wrong := inline(read(answer)[1]))
    }


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "/events/nowhere/", f"/archive/{UUID(int=0)}/", "/u/forged", "/confirm/forged/"],
)
def test_a_page_that_is_not_there_is_a_page_all_the_same(
    path: str, installation: Installation, visitor: Client
) -> None:
    answer = visitor.get(path)
    assert answer.status_code < 500
    assert not faults(answer)
    assert not policy_faults(answer, staff=False)


def test_every_public_page_can_be_left_at_once(installation: Installation, visitor: Client) -> None:
    """Those in a frame of another website are left with that one."""
    left_out = ("/subscribe/embed", "/inbox/")
    assert not [
        address
        for address, answer in pages(visitor, installation, staff=False)
        if not address.path.startswith(left_out)
        and (markup := read(answer)[1])  # an answer to a program may be empty
        and "data-exit" not in markup
    ]


def test_no_public_page_sets_a_cookie_but_for_a_form(
    installation: Installation, visitor: Client
) -> None:
    """No consent banner is needed while there is nothing to consent to."""
    for address in installation.addresses:
        if not address.is_staff:
            assert set(visitor.get(address.path).cookies) <= {"csrftoken"}, address


def test_no_public_page_shows_an_address_of_a_subscriber(
    installation: Installation, visitor: Client
) -> None:
    """Lists are never visible.

    A person's own pages, which a token in their email opens, are left out, and so is the inbox.
    """
    for address in installation.addresses:
        if (
            not address.is_staff
            and "token" not in address.route
            and not address.path.startswith("/inbox/")
        ):
            answer = visitor.get(address.path)
            body = answer.getvalue() if answer.streaming else answer.content
            assert b"@example.nz" not in body, address
            assert b"@mail0.example" not in body, address
