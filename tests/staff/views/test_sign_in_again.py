"""After showing that it is still them, a person is where they were."""

import pytest
from django.test import Client

from tests.staff.conftest import (
    Person,
    code_of,
    options_of,
    recorded,
)
from tests.staff_members import PASSWORD, sign_in_long_ago

AGAIN, WANTED = "/staff/login/again/", "/staff/account/password/"


def test_the_password_is_enough_and_leads_back(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    page = samira.browser.get(WANTED)["Location"]
    assert "Confirm by password" in samira.browser.get(page).content.decode()
    answer = samira.browser.post(page, {"password": PASSWORD, "next": WANTED})
    assert answer["Location"] == WANTED
    assert samira.browser.get(WANTED).status_code == 200
    assert recorded()[-1] == "account.signed_in_again"


def test_a_code_is_enough(samira: Person) -> None:
    samira.add_app()
    sign_in_long_ago(samira.browser)
    fields = {"code": code_of(samira.secret), "next": WANTED}
    assert samira.browser.post(AGAIN, fields)["Location"] == WANTED
    assert samira.browser.get(WANTED).status_code == 200


def test_a_passkey_is_enough(samira: Person) -> None:
    samira.add_passkey()
    sign_in_long_ago(samira.browser)
    said = samira.passkey.get(options_of(samira.browser.get(AGAIN)))
    answer = samira.browser.post(AGAIN, {"credential": said, "next": WANTED})
    assert answer["Location"] == WANTED
    assert samira.browser.get(WANTED).status_code == 200


def test_whoever_has_no_app_is_asked_for_no_code_of_one(samira: Person) -> None:
    samira.add_passkey()
    assert "The 8 digits of a recovery code." in samira.browser.get(AGAIN).content.decode()
    samira.add_app()
    assert "6 digits from the app" in samira.browser.get(AGAIN).content.decode()


@pytest.mark.parametrize(
    "fields",
    [{}, {"password": "wrong"}, {"password": ""}, {"code": "123456"}, {"credential": "{}"}],
)
def test_what_is_wrong_leads_nowhere(fields: dict[str, str], samira: Person) -> None:
    samira.add_passkey()
    sign_in_long_ago(samira.browser)
    assert samira.browser.post(AGAIN, {**fields, "next": WANTED}).status_code in (200, 422)
    assert samira.browser.get(WANTED).status_code == 302


def test_whoever_took_a_signed_in_device_can_not_guess_on(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    pages = [samira.browser.post(AGAIN, {"password": "wrong"}).content.decode() for _ in range(12)]
    assert "Too many attempts" in pages[-1]
    assert (
        "Too many attempts" in samira.browser.post(AGAIN, {"password": PASSWORD}).content.decode()
    )


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/staff/../x", "x"])
def test_it_leads_to_no_other_site(to: str, samira: Person) -> None:
    answer = samira.browser.post(AGAIN, {"password": PASSWORD, "next": to})
    assert answer["Location"] == "/staff/"


def test_a_visitor_is_asked_to_sign_in(samira: Person) -> None:
    assert Client().get(AGAIN)["Location"].startswith("/staff/login/?next=")
