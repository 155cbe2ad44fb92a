"""Whoever needs a second factor, and let the days of grace pass, can only set one up."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.models import TransactionalMessage
from staff.accounts.second_factor_due import note_first_login, note_need
from staff.models import SecondFactorDue
from staff.second_factor.enforce import OPEN_PAGES
from tests.architecture.staff_page import Access
from tests.architecture.staff_pages import PAGES
from tests.staff.conftest import Person
from tests.staff_members import staff_member

OPEN = ["/staff/account/", "/staff/account/app/", "/staff/account/passkeys/add/"]
CLOSED = ["/staff/", "/staff/campaigns/campaign/", "/staff/auth/user/"]


def _grace(person: Person, days: int) -> None:
    note_need(person.account)
    SecondFactorDue.objects.update(since=timezone.now() - timedelta(days=days))


def test_within_the_days_of_grace_all_pages_open_and_the_dashboard_says_so(samira: Person) -> None:
    _grace(samira, 6)
    for path in OPEN + CLOSED:
        assert samira.browser.get(path).status_code == 200
    assert "Your account needs a second step" in samira.browser.get("/staff/").content.decode()


def test_after_them_all_other_pages_lead_to_the_account(samira: Person) -> None:
    _grace(samira, 8)
    for path in OPEN:
        assert samira.browser.get(path).status_code == 200
    for path in CLOSED:
        assert samira.browser.get(path)["Location"] == "/staff/account/"
        assert samira.browser.post(path)["Location"] == "/staff/account/"
    page = samira.browser.get("/staff/account/").content.decode()
    assert "to go on working" in page


def test_no_page_that_a_role_opens_is_open_after_them() -> None:
    for name in OPEN_PAGES:
        assert isinstance(PAGES[name].read, Access), name
        assert isinstance(PAGES[name].post, Access), name


def test_after_them_nobody_is_invited_nor_helped_in(samira: Person) -> None:
    """A stolen password alone must not make an account that has its days of grace before it."""
    _grace(samira, 8)
    colleague = staff_member("ria")
    own = f"/staff/account/colleagues/{colleague.pk}/"
    fields = {"name": "Eve", "email": "eve@example.org"}
    for path in ("/staff/account/invite/", f"{own}password/", f"{own}second-factors/"):
        assert samira.browser.post(path, fields)["Location"] == "/staff/account/"
    assert not User.objects.filter(email="eve@example.org").exists()
    assert not TransactionalMessage.objects.exists()


@pytest.mark.parametrize("factor", ["app", "passkey"])
def test_setting_one_up_opens_them_again(factor: str, samira: Person) -> None:
    _grace(samira, 8)
    if factor == "app":
        samira.add_app()
    else:
        samira.add_passkey()
    assert samira.browser.get("/staff/").status_code == 200
    assert "needs a second step" not in samira.browser.get("/staff/").content.decode()


def test_after_them_one_can_sign_out(samira: Person) -> None:
    _grace(samira, 8)
    assert "You are signed out" in samira.browser.post("/staff/logout/").content.decode()


def test_the_first_login_works_without_and_the_dashboard_says_so(samira: Person) -> None:
    note_first_login(samira.account)
    SecondFactorDue.objects.update(since=timezone.now() - timedelta(days=400))
    page = samira.browser.get("/staff/")
    assert page.status_code == 200
    assert "works without a second step" in page.content.decode()
