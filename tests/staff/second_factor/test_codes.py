"""Codes are accepted once, by clocks that differ by two minutes, and no more."""

import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator

from staff.second_factor.codes import use_code
from tests.staff.at_once import at_once
from tests.staff.conftest import Person, code_of


def test_the_tolerance_is_two_minutes_either_way() -> None:
    assert app_settings.TOTP_TOLERANCE * app_settings.TOTP_PERIOD == 120


# Not the outermost step: the next may begin while the test runs.
@pytest.mark.parametrize("steps", [-3, -1, 0, 1, 3])
def test_a_clock_may_differ_by_two_minutes(steps: int, samira: Person) -> None:
    _add_app(samira)
    assert use_code(samira.account, code_of(samira.secret, steps=steps)) is not None


@pytest.mark.parametrize("steps", [-100, -7, 7, 100])
def test_a_clock_that_differs_by_more_is_refused(steps: int, samira: Person) -> None:
    _add_app(samira)
    assert use_code(samira.account, code_of(samira.secret, steps=steps)) is None


def test_no_code_is_accepted_twice_nor_an_earlier_one(samira: Person) -> None:
    _add_app(samira)
    code, earlier = code_of(samira.secret), code_of(samira.secret, steps=-2)
    assert use_code(samira.account, code)
    assert use_code(samira.account, code) is None
    assert use_code(samira.account, earlier) is None


def test_the_code_that_set_up_the_app_does_not_sign_in(samira: Person) -> None:
    samira.add_app()
    assert use_code(samira.account, code_of(samira.secret, steps=-3)) is None


def test_a_recovery_code_works_once(samira: Person) -> None:
    codes = samira.add_app()
    assert len(set(codes)) == 10
    used = use_code(samira.account, codes[0])
    assert used is not None
    assert used.type == Authenticator.Type.RECOVERY_CODES
    assert use_code(samira.account, codes[0]) is None
    assert use_code(samira.account, codes[1].replace(" ", "-")) is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_a_code_that_is_sent_twice_at_once_is_accepted_once(kind: str, samira: Person) -> None:
    [recovery, *_] = samira.add_app()
    code = recovery if kind == "recovery code" else code_of(samira.secret)
    accepted: list[bool] = []

    def enter() -> None:
        accepted.append(use_code(samira.account, code) is not None)

    at_once(enter, enter, enter, enter)
    assert sorted(accepted) == [False, False, False, True]


def test_new_recovery_codes_end_the_old_ones(samira: Person) -> None:
    old = samira.add_app()
    samira.browser.post("/staff/account/recovery-codes/")
    new = samira.recovery_codes()
    assert not set(old) & set(new)
    assert use_code(samira.account, old[0]) is None
    assert use_code(samira.account, new[0]) is not None


@pytest.mark.parametrize("typed", ["", " ", "000000x", "é", "１２３４５６", "\x00", "9" * 5000])
def test_what_is_no_code_is_wrong(typed: str, samira: Person) -> None:
    _add_app(samira)
    assert use_code(samira.account, typed) is None


def _add_app(person: Person) -> None:
    """Set an app up with a code so early that all that are near to now are still good."""
    person.add_app()
    row = Authenticator.objects.get(user=person.account, type=Authenticator.Type.TOTP)
    row.data["last_counter"] = 0
    row.save()
