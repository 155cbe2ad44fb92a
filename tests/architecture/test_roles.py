"""Roles × URLs × methods × buttons: what the table of roles allows is allowed, and nothing else."""

from collections import Counter

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from staff.roles import ADMINISTRATOR, PERMISSIONS, ROLES, Action
from subscribers.models import Subscriber
from tests.architecture.addresses import STAFF, patterns
from tests.architecture.asked_permissions import NotingBackend, asked
from tests.architecture.conftest import Installation
from tests.architecture.staff_page import Access
from tests.architecture.staff_pages import ACCOUNT, ADMIN, PAGES, SITE, STUDIO, WEBSITE
from tests.architecture.staff_walk import (
    ALL_ROLES,
    NO_ROLE,
    NOT_STAFF,
    VISITOR,
    Walk,
    page_of,
    person,
)
from tests.architecture.staff_world import World, furnish
from tests.choosing import dealt
from tests.staff_members import browser_of, staff_member

EVERYBODY = [VISITOR, NOT_STAFF, NO_ROLE, *ROLES, ALL_ROLES]
KNOWN = frozenset[str]().union(*PERMISSIONS.values())
WITHOUT_A_PAGE = {
    "newsletter.add_brand",  # asked for where there is no brand, by a test of its own below
    "subscribers.unmask_discreet",  # changes what pages show (campaigns/admin/test_discreet.py)
}


@pytest.fixture
def world(installation: Installation, ada: Subscriber) -> World:
    return furnish(installation, ada)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_may_do_what_their_roles_allow_and_nothing_else(
    who: str, world: World, settings: Settings, seed: str | None
) -> None:
    noting = f"{NotingBackend.__module__}.{NotingBackend.__name__}"
    settings.AUTHENTICATION_BACKENDS = [noting, *settings.AUTHENTICATION_BACKENDS]
    asked.clear()
    walk = Walk(person(who), world, is_thorough=who == ALL_ROLES)
    addresses = [each for each in world.addresses if each.is_staff]
    for address in dealt(addresses, EVERYBODY.index(who), len(EVERYBODY), seed):
        name = page_of(address.name.removeprefix("admin:"), address.route)
        walk.through(PAGES[name], address.path)
    assert not walk.wrong, "\n".join(walk.wrong)
    assert asked - KNOWN - _given_to_nobody() == set()


def test_each_url_of_the_staff_pages_is_in_the_table_and_each_row_has_a_url() -> None:
    names = {
        page_of(name.removeprefix("admin:"), route)
        for route, name, _ in patterns()
        if route.startswith(STAFF)
    }
    assert names == set(PAGES)
    rows = [*STUDIO, *ADMIN, *SITE, *WEBSITE, *ACCOUNT]
    assert len(PAGES) == len(rows), "a page is in the table twice"


def test_each_action_has_a_role_and_permissions_of_its_own() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert {action for role in ROLES.values() for action in role.actions} == set(Action)
    times = Counter(each for permissions in PERMISSIONS.values() for each in permissions)
    assert [permission for permission, number in times.items() if number > 1] == []


def test_each_permission_opens_a_page_or_a_button() -> None:
    needs = {needs for page in PAGES.values() for needs in (page.read, page.post)}
    needed = {each for each in needs if not isinstance(each, Access)}
    assert needed | WITHOUT_A_PAGE == KNOWN
    assert needed.isdisjoint(WITHOUT_A_PAGE)


def test_whoever_may_change_something_may_see_it() -> None:
    for role in ROLES.values():
        for permission in role.permissions:
            app, _, codename = permission.partition(".")
            verb, _, model = codename.partition("_")
            if verb == "unmask":  # it shows more of what is seen already
                continue
            of_its_own = verb in ("add", "change", "delete", "export")
            seen = f"{app}.view_{model if of_its_own else 'campaign'}"
            # An invitation has no page of its own: it is sent from its topic's.
            seen = seen.replace("view_topicinvitation", "view_topic")
            assert verb == "view" or seen in role.permissions, f"{role.name}: {permission}"


def test_every_role_sees_campaigns() -> None:
    assert all(Action.SEE_CAMPAIGNS in role.actions for role in ROLES.values())


def test_the_auditor_reads_all_that_others_read_and_changes_nothing() -> None:
    def reads(permission: str) -> bool:
        return permission.partition(".")[2].startswith("view_")

    assert all(map(reads, ROLES["Auditor"].permissions))
    assert ROLES["Auditor"].permissions == {each for each in KNOWN if reads(each)}


def test_only_list_managers_see_who_is_in_discreet_mode() -> None:
    seen_by = [name for name, role in ROLES.items() if Action.SEE_DISCREET in role.actions]
    assert seen_by == ["List manager"]


def test_whoever_may_change_subscribers_may_see_them_all() -> None:
    # A form of a masked row would write the mask.
    for role in ROLES.values():
        if Action.EDIT_PEOPLE in role.actions:
            assert Action.SEE_DISCREET in role.actions, role.name


def test_whoever_sees_answers_sees_people_and_whoever_enters_them_sees_them_all() -> None:
    # An answer names a person and an address; a badge or a form can't be filled in by a mask.
    for role in ROLES.values():
        if Action.SEE_ANSWERS in role.actions:
            assert Action.SEE_PEOPLE in role.actions, role.name
        if Action.ENTER_ANSWERS in role.actions:
            assert {Action.SEE_ANSWERS, Action.SEE_DISCREET} <= role.actions, role.name


def test_only_list_managers_and_auditors_know_subscribers() -> None:
    known_to = [name for name, role in ROLES.items() if Action.SEE_PEOPLE in role.actions]
    assert known_to == ["List manager", "Auditor"]


@pytest.mark.parametrize("name", ROLES)
def test_a_brand_is_set_up_by_whoever_may_edit_it(name: str, db: None) -> None:
    fields = {
        "name": "Taskforce",
        "sender_name": "Taskforce",
        "sender_email": "news@example.org",
        "postal_address": "1 Square",
        "colour": "#1f3a5f",
    }
    browser_of(staff_member("paul", ROLES[name])).post("/staff/newsletter/brand/add/", fields)
    assert Brand.objects.exists() is (name == ADMINISTRATOR.name)


@pytest.mark.parametrize("name", ROLES)
def test_names_of_people_are_completed_for_those_who_may_see_them(
    name: str, ada: Subscriber
) -> None:
    answer = browser_of(staff_member("paul", ROLES[name])).get(
        "/staff/autocomplete/",
        {
            "app_label": "campaigns",
            "model_name": "delivery",
            "field_name": "subscriber",
            "term": "ada",
        },
    )
    may_see = "subscribers.view_subscriber" in ROLES[name].permissions
    assert (answer.status_code == 200) is may_see
    assert (ada.email in answer.content.decode()) is may_see


def _given_to_nobody() -> set[str]:
    """Return the permissions that Django asks for, and pages then refuse to everybody."""
    everything = RequestFactory().get("/staff/")
    everything.user = User(is_superuser=True, is_active=True, is_staff=True)
    found = set()
    for model, pages in admin.site._registry.items():
        for verb in ("add", "change", "delete"):
            if not getattr(pages, f"has_{verb}_permission")(everything):
                found.add(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")
    return found
