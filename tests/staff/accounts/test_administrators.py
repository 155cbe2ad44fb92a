"""Somebody can always manage staff accounts."""

import threading

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from staff.accounts.administrators import (
    LastAdministrator,
    administrators,
    keep_an_administrator,
)
from staff.accounts.roles_of import groups_of, roles_of
from staff.roles import ADMINISTRATOR, AUTHOR
from tests.staff.at_once import at_once
from tests.staff_members import staff_member

pytestmark = pytest.mark.services


@pytest.mark.django_db
def test_whoever_can_not_sign_in_is_no_administrator() -> None:
    able = staff_member("iris", ADMINISTRATOR)
    root = User.objects.create_superuser("root", password="x")
    changes: dict[str, dict[str, object]] = {
        "closed": {"is_active": False},
        "no staff": {"is_staff": False},
        "invited": {"password": "!"},
    }
    for name, change in changes.items():
        User.objects.filter(pk=staff_member(name, ADMINISTRATOR).pk).update(**change)
    staff_member("author", AUTHOR)
    assert set(administrators()) == {able, root}


@pytest.mark.django_db
def test_a_role_whose_group_was_lost_is_made_again() -> None:
    Group.objects.all().delete()
    with transaction.atomic(), pytest.raises(LastAdministrator):
        keep_an_administrator(besides=staff_member("iris", ADMINISTRATOR))
    assert Group.objects.filter(name=ADMINISTRATOR.name).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed() -> None:
    iris, carl = staff_member("iris", ADMINISTRATOR), staff_member("carl", ADMINISTRATOR)
    both_are_in = threading.Barrier(2)
    refused: list[User] = []

    def remove(other: User) -> None:
        try:
            with transaction.atomic():
                both_are_in.wait(10)
                keep_an_administrator(besides=other)
                other.groups.clear()
        except LastAdministrator:
            refused.append(other)

    at_once(lambda: remove(carl), lambda: remove(iris))

    assert len(refused) == 1
    assert [*administrators()] == refused
    assert roles_of(refused[0]) == [ADMINISTRATOR]
    assert groups_of([ADMINISTRATOR])
