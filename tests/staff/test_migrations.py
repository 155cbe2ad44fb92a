"""Migrations that give accounts of earlier releases the roles that they amounted to."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from campaigns.models import Campaign
from staff.accounts.roles_of import roles_of
from staff.accounts.second_factor_due import NEEDS_SECOND_FACTOR
from staff.models import SecondFactorDue
from staff.roles import ADMINISTRATOR, AUTHOR, LIST_MANAGER, PUBLISHER, REVIEWER, ROLES, Role
from tests.staff_members import ALL_BUT_AUDITOR, browser_of, staff_member

pytestmark = pytest.mark.django_db
WRITING = ("add_campaign", "change_campaign", "add_event", "change_event")
LIST = (
    "view_subscriber",
    "change_subscriber",
    "delete_subscriber",
    "view_suppression",
    "add_suppression",
    "change_suppression",
    "add_topic",
    "change_topic",
    "change_transactionalmessage",
)


def migrate(name: str, step: str) -> None:
    getattr(import_module(f"staff.migrations.{name}"), step)(apps, None)


def permissions(*codenames: str) -> list[Permission]:
    campaign = ContentType.objects.get_for_model(Campaign)
    # As earlier releases had it.
    Permission.objects.get_or_create(
        codename="launch_campaign", content_type=campaign, defaults={"name": "Can launch"}
    )
    found = list(Permission.objects.filter(codename__in=codenames))
    assert len(found) == len(codenames)
    return found


def test_the_groups_of_the_migration_are_the_roles_of_the_table() -> None:
    assert list(ROLES) == import_module("staff.migrations.0001_roles").ROLES
    Group.objects.all().delete()
    migrate("0001_roles", "give_roles")
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize(
    ("held", "roles"),
    [
        (WRITING, [AUTHOR]),
        (("launch_campaign",), [REVIEWER, PUBLISHER]),
        (LIST, [LIST_MANAGER]),
        ((*WRITING, "launch_campaign"), [AUTHOR, REVIEWER, PUBLISHER]),
        (WRITING[:-1], []),
        (LIST[1:], []),
        (("view_campaign", "view_event"), []),
        ((), []),
    ],
)
@pytest.mark.parametrize("through", ["account", "group"])
def test_permissions_of_before_become_the_roles_that_give_no_more(
    through: str, held: tuple[str, ...], roles: list[Role]
) -> None:
    account = staff_member("paul")
    if through == "account":
        account.user_permissions.set(permissions(*held))
    else:
        editors = Group.objects.create(name="Editors")
        editors.permissions.set(permissions(*held))
        account.groups.add(editors)

    migrate("0001_roles", "give_roles")

    assert roles_of(User.objects.get(pk=account.pk)) == roles


def test_superusers_become_all_but_auditors_and_back() -> None:
    root = User.objects.create_superuser("root")
    author = staff_member("paul", AUTHOR)

    migrate("0001_roles", "give_roles")

    root, author = User.objects.get(pk=root.pk), User.objects.get(pk=author.pk)
    assert roles_of(root) == list(ALL_BUT_AUDITOR)
    assert not root.is_superuser
    assert roles_of(author) == [AUTHOR]

    migrate("0001_roles", "back_to_superusers")

    assert set(User.objects.filter(is_superuser=True)) == {root}


def test_going_back_makes_administrators_superusers_since_nothing_else_could_manage_accounts() -> (
    None
):
    iris = staff_member("iris", ADMINISTRATOR)
    migrate("0001_roles", "back_to_superusers")
    assert User.objects.get(pk=iris.pk).is_superuser


def test_an_account_that_could_not_open_the_staff_pages_is_inactive() -> None:
    closed = User.objects.create_user("closed", is_staff=False)
    iris = staff_member("iris", ADMINISTRATOR)

    migrate("0002_every_account_is_staff", "close_accounts")

    closed.refresh_from_db()
    iris.refresh_from_db()
    assert (closed.is_staff, closed.is_active) == (True, False)
    assert iris.is_active


def test_an_update_begins_the_days_of_grace_and_signs_everybody_out() -> None:
    sender, author = staff_member("paul", PUBLISHER), staff_member("ria", AUTHOR)
    browser = browser_of(author)
    migrate("0003_accounts", "begin_grace")
    assert [due.account for due in SecondFactorDue.objects.all()] == [sender]
    assert not Session.objects.exists()
    assert browser.get("/staff/").status_code == 302


def test_the_update_knows_the_roles_that_need_a_second_factor() -> None:
    needing = {name for name, role in ROLES.items() if NEEDS_SECOND_FACTOR & role.permissions}
    assert needing == set(import_module("staff.migrations.0003_accounts").NEED_SECOND_FACTOR)
