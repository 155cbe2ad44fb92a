"""Permissions come from the table of roles, and from nowhere else."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.urls import reverse

from newsletter.models import Brand
from staff.accounts.roles_of import groups_of
from staff.backend import RolesBackend
from staff.roles import AUDITOR, AUTHOR, PUBLISHER, ROLES, permissions_of
from tests.staff_members import PASSWORD, browser_of, staff_member

pytestmark = pytest.mark.django_db
WRITE, SEND = "campaigns.change_campaign", "campaigns.launch_campaign"


def fresh(account: User) -> User:
    """Return an account as the next request reads it."""
    return User.objects.get(pk=account.pk)


@pytest.mark.parametrize("name", ROLES)
def test_a_role_gives_what_the_table_says(name: str) -> None:
    account = staff_member("paul", ROLES[name])
    assert account.get_all_permissions() == ROLES[name].permissions
    assert account.has_perms(ROLES[name].permissions)


def test_several_roles_give_what_each_of_them_gives() -> None:
    account = staff_member("paul", AUTHOR, PUBLISHER)
    assert account.get_all_permissions() == AUTHOR.permissions | PUBLISHER.permissions


def test_permissions_in_django_s_tables_count_for_nothing() -> None:
    account = staff_member("paul", AUTHOR)
    editors = Group.objects.create(name="Editors")
    for holder in (account.user_permissions, editors.permissions, account.groups.get().permissions):
        holder.set(Permission.objects.all())
    account.groups.add(editors)
    assert fresh(account).get_all_permissions() == AUTHOR.permissions
    assert fresh(account).get_user_permissions() == set()
    assert not fresh(account).has_perm("subscribers.view_subscriber")


def test_a_group_that_is_no_role_gives_nothing() -> None:
    account = staff_member("paul")
    account.groups.add(Group.objects.create(name="author"), Group.objects.create(name="Owners"))
    assert fresh(account).get_all_permissions() == set()
    assert permissions_of(["author", "Owners", ""]) == frozenset()


def test_an_inactive_account_may_do_nothing() -> None:
    account = staff_member("paul", *ROLES.values())
    User.objects.filter(pk=account.pk).update(is_active=False)
    assert fresh(account).get_all_permissions() == set()
    assert not fresh(account).has_perm(WRITE)
    assert authenticate(username="paul", password=PASSWORD) is None


def test_a_visitor_may_do_nothing() -> None:
    assert RolesBackend().get_all_permissions(AnonymousUser()) == set()
    assert not AnonymousUser().has_perm(WRITE)


def test_a_superuser_may_do_everything_and_sees_every_button() -> None:
    root = User.objects.create_superuser("root")
    assert root.has_perm("campaigns.delete_campaign")
    assert root.get_all_permissions() == permissions_of(ROLES)


def test_a_permission_for_one_row_is_nobody_s() -> None:
    account = staff_member("paul", AUTHOR)
    assert not account.has_perm(WRITE, account)


def test_whoever_has_a_permission_is_found_by_it() -> None:
    paul, _ = staff_member("paul", AUTHOR), staff_member("vera", PUBLISHER)
    root = User.objects.create_superuser("root")
    found = User.objects.with_perm(WRITE, backend="staff.backend.RolesBackend")
    assert set(found) == {paul, root}


def test_a_role_that_is_taken_away_is_gone_with_the_next_click(brand: Brand) -> None:
    account = staff_member("paul", AUDITOR)
    browser = browser_of(account)
    people = reverse("admin:subscribers_subscriber_changelist")
    assert browser.get(people).status_code == 200
    account.groups.clear()
    assert browser.get(people).status_code == 403
    account.groups.set(groups_of([AUDITOR]))
    assert browser.get(people).status_code == 200
    User.objects.filter(pk=account.pk).update(is_active=False)
    assert browser.get(people)["Location"].startswith(reverse("admin:login"))
