"""From when an account needs a second factor."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from staff.accounts.roles_of import groups_of
from staff.accounts.second_factor_due import (
    NEEDS_SECOND_FACTOR,
    needs_second_factor,
    note_first_login,
    note_need,
    second_factor_due_at,
)
from staff.models import SecondFactorDue
from staff.roles import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    LIST_MANAGER,
    PERMISSIONS,
    PUBLISHER,
    REVIEWER,
    Role,
)
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        (AUTHOR, False),
        (REVIEWER, False),
        (PUBLISHER, True),
        (LIST_MANAGER, True),
        (ADMINISTRATOR, True),
        (AUDITOR, True),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_who_sends_sees_people_or_manages_accounts_needs_one(role: Role, needs: bool) -> None:
    assert needs_second_factor(staff_member("ria", role)) is needs


def test_each_permission_that_needs_one_is_in_the_table_of_roles() -> None:
    assert frozenset().union(*PERMISSIONS.values()) >= NEEDS_SECOND_FACTOR


def test_the_days_begin_with_the_role_and_not_anew_with_the_next() -> None:
    ria = staff_member("ria", PUBLISHER)
    start = timezone.now()
    note_need(ria, now=start)
    ria.groups.set(groups_of([PUBLISHER, ADMINISTRATOR]))
    note_need(ria, now=start + timedelta(days=3))
    assert second_factor_due_at(ria) == start + timedelta(days=7)


def test_the_days_end_with_the_last_role_that_needs_one() -> None:
    ria = staff_member("ria", PUBLISHER)
    note_need(ria)
    ria.groups.set(groups_of([AUTHOR]))
    note_need(ria)
    assert not SecondFactorDue.objects.exists()
    assert second_factor_due_at(User.objects.get(pk=ria.pk)) is None


def test_roles_that_were_given_in_passing_count_from_the_account_s_first_day() -> None:
    ria = staff_member("ria", PUBLISHER)
    assert second_factor_due_at(ria) == ria.date_joined + timedelta(days=7)


def test_the_first_login_does_without_while_no_email_leaves(settings: Settings) -> None:
    first = staff_member("staff", ADMINISTRATOR)
    note_first_login(first)
    assert second_factor_due_at(first) is None
    smtp = type("Mailer", (), {"provider": "smtp"})()
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": smtp}
    assert second_factor_due_at(first) is not None


def test_a_colleague_of_the_first_login_needs_one_even_there() -> None:
    ria = staff_member("ria", ADMINISTRATOR)
    note_need(ria)
    assert second_factor_due_at(ria) is not None
