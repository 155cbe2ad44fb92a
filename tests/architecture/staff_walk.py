"""Somebody at a browser who tries every staff page, and what comes of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone

from newsletter.models import AuditEntry
from staff.roles import ROLES, permissions_of
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import ImportUpload, Topic
from subscribers.need_to_know.grants import grant
from tests.architecture.page_links import Way, ways_of
from tests.architecture.rows import all_rows, changed
from tests.architecture.staff_page import Access, Act, Needs, Page
from tests.architecture.staff_pages import PAGES
from tests.architecture.staff_world import World
from tests.staff_members import staff_member

VISITOR, NOT_STAFF, NO_ROLE, ALL_ROLES = "visitor", "not staff", "no role", "all roles"
UNUSED = ("put", "delete")
"""Methods that no page has a use for. They are answered as reading is, or not at all."""
BACKEND = "staff.backend.RolesBackend"
REFUSED = "You don’t have access to this page"
FORBIDDEN, NO_SUCH_METHOD = 403, 405
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def page_of(name: str, route: str) -> str:
    """Return the name in the table of staff pages.

    Args:
        name: that of the URL; empty for the admin's two patterns that have none.
        route: that of the URL.
    """
    if name:
        return name
    return "row" if route.endswith("<path:object_id>/") else "nowhere"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser, and what they may do."""

    browser: Client
    permissions: frozenset[str] | None
    """None: the staff pages are closed to them."""

    def may(self, needs: Needs) -> bool:
        if isinstance(needs, Access):
            return needs is Access.ANYONE or (
                needs is Access.STAFF and self.permissions is not None
            )
        return needs in (self.permissions or ())


def person(who: str) -> Person:
    """Return somebody with this role, or one of those whom no role describes."""
    browser = Client(raise_request_exception=False)
    if who == VISITOR:
        return Person(browser, None)
    if who == NOT_STAFF:
        browser.force_login(User.objects.create_user("olaf"), BACKEND)
        return Person(browser, None)
    roles = [role for role in ROLES.values() if who in (role.name, ALL_ROLES)]
    account = staff_member("paul", *roles)
    browser.force_login(account, BACKEND)
    ImportUpload.objects.update(made_by=account)  # nobody else sees one
    # What is hidden from whoever isn't granted it is another test's.
    for topic in Topic.objects.filter(is_restricted=True):
        grant(topic, account, until=timezone.now() + timedelta(days=30), by="Ria")
    return Person(browser, permissions_of(role.name for role in roles))


@dataclass(slots=True)
class Answer:
    """What came of one request, which has been taken back."""

    status: int
    location: str
    html: str
    tables: list[str]
    """Those that it changed."""

    @property
    def leads_to_sign_in(self) -> bool:
        return self.location.startswith(reverse("admin:login"))


@dataclass(slots=True)
class Walk:
    """A walk of one person through all staff pages, which notes what is not as the table says."""

    person: Person
    world: World
    is_thorough: bool
    """Whether methods that no page has a use for are tried where the page may be read, too."""
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=all_rows)
    wrong: list[str] = field(default_factory=list)

    def through(self, page: Page, example: str) -> None:
        """Look at a page, ask for it in all other ways, and press its buttons.

        Args:
            example: a path of it.
        """
        paths = page.paths(self.world) if page.paths else [example]
        for path in paths:
            self._read("get", page, path)
        # Whoever may read a page learns nothing more by another method; one person tries them all.
        if self.is_thorough or not self.person.may(page.read):
            self._read("head", page, paths[0])
            for method in UNUSED:
                self._misuse(method, page, paths[0])
        self._post_nothing(page, paths[0])
        for act in page.acts:
            self._press(page, act)

    def _read(self, method: str, page: Page, path: str) -> None:
        answer = self._ask(method, path)
        if self._is_as_expected(answer, page.read, page, f"{method} {path}"):
            if answer.status not in page.answers:
                self.wrong.append(f"{method} {path}: {answer.status}")
            self._check_ways(ways_of(answer.html, path=path), path)
        self._changes_nothing(answer, f"{method} {path}")

    def _misuse(self, method: str, page: Page, path: str) -> None:
        answer = self._ask(method, path)
        if answer.status != NO_SUCH_METHOD:
            self._is_as_expected(answer, page.read, page, f"{method} {path}")
        self._changes_nothing(answer, f"{method} {path}")

    def _post_nothing(self, page: Page, path: str) -> None:
        """Post an empty form, which does what a button without a name does, or nothing."""
        answer = self._ask("post", path)
        is_allowed = self._is_as_expected(answer, page.post, page, f"post {path}")
        if not (is_allowed and page.acts):
            self._changes_nothing(answer, f"post {path}")

    def _press(self, page: Page, act: Act) -> None:
        """Press a button, whether or not there is one."""
        path = act.path(self.world)
        answer = self._ask("post", path, act.fields(self.world))
        what = f"{act.name}: post {path}"
        if not self._is_as_expected(answer, page.post, page, what) or not act.changes:
            self._changes_nothing(answer, what)
        elif missing := act.changes.difference(answer.tables):
            self.wrong.append(f"{what}: {answer.status}, and {', '.join(missing)} is as before")

    def _is_as_expected(self, answer: Answer, needs: Needs, page: Page, what: str) -> bool:
        """Note a wrong answer.

        Returns:
            Whether the person may do it.
        """
        is_allowed = self.person.may(needs)
        if answer.status >= 500:
            right = False
        elif is_allowed:
            right = answer.status != FORBIDDEN and not answer.leads_to_sign_in
        elif self.person.permissions is None:
            # Whoever is signed out already is led on by the button that signs out.
            right = answer.leads_to_sign_in or answer.location == reverse("admin:index")
        elif needs is Access.NO_METHOD:
            right = answer.status == NO_SUCH_METHOD
        else:
            is_plain = page.refused != FORBIDDEN or not answer.html or REFUSED in answer.html
            right = answer.status == page.refused and is_plain
        if not right:
            expected = "allowed" if is_allowed else "refused"
            self.wrong.append(f"{what}: {answer.status} {answer.location}, should be {expected}")
        return is_allowed

    def _changes_nothing(self, answer: Answer, what: str) -> None:
        if answer.tables:
            self.wrong.append(f"{what} changed {', '.join(answer.tables)}")

    def _check_ways(self, ways: set[Way], path: str) -> None:
        for way in ways:
            match = _staff_match(way.path)
            if match is None:
                continue
            page = PAGES[page_of(match.url_name or "", match.route)]
            if not self.person.may(page.post if way.method == "POST" else page.read):
                self.wrong.append(f"{path} offers {way.method} {way.path}, which is refused")

    def _ask(self, method: str, path: str, fields: Mapping[str, object] | None = None) -> Answer:
        wrote: list[str] = []

        def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if _WRITES.search(sql) and "django_session" not in sql:
                wrote.append(sql)
            return execute(sql, *rest)

        with taken_back(self.person.browser), connection.execute_wrapper(watch):
            answer = getattr(self.person.browser, method)(path, fields or {})
            # Only a look at what is need-to-know is recorded, which is all that reading may write.
            if wrote:
                AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED).delete()
            return Answer(
                answer.status_code,
                answer.get("Location", ""),
                "" if answer.streaming else answer.content.decode(errors="replace"),
                changed(self.rows, all_rows()) if wrote else [],
            )


@contextmanager
def taken_back(browser: Client) -> Iterator[None]:
    """Take back what a request did: to the database, and to the browser's cookies.

    By a savepoint alone, because within a block of `atomic` no durable one may begin.
    """
    cookies, before = deepcopy(browser.cookies), transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)
        transaction.set_rollback(False)
        browser.cookies = cookies


def _staff_match(path: str) -> ResolverMatch | None:
    if not path.startswith(reverse("admin:index")):
        return None
    try:
        return resolve(path)
    except Resolver404:
        return None
