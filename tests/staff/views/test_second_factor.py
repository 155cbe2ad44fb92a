"""Signing in asks for a second step where there is one, and nothing else opens before."""

import json
import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import AuditEntry, TransactionalMessage
from staff.models import StaffSession
from staff.second_factor.code_limits import PER_NEW_DEVICES
from tests.fakes.passkey import SoftPasskey
from tests.staff.conftest import (
    ADD_PASSKEY,
    SECOND_FACTOR,
    Person,
    code_of,
    options_of,
    recorded,
)

HOSTILE = ["", "null", "7", '"x"', "[]", "{}", '{"response": 7}', "{", "\x00", '{"id": "x"}']


def test_without_a_second_factor_the_password_is_enough(samira: Person) -> None:
    assert samira.sign_in(browser=Client(), to="/staff/account/")["Location"] == "/staff/account/"


def test_with_an_app_its_code_is_asked_for_and_one_ends_where_one_wanted(samira: Person) -> None:
    samira.add_app()
    browser = Client()
    assert samira.sign_in(browser=browser, to="/staff/account/")["Location"] == SECOND_FACTOR
    assert browser.get("/staff/account/")["Location"].startswith("/staff/login/")
    answer = samira.enter(code_of(samira.secret), browser)
    assert answer["Location"] == "/staff/account/"
    assert browser.get("/staff/account/").status_code == 200


def test_a_wrong_code_lets_nobody_in(samira: Person) -> None:
    samira.add_app()
    browser = Client()
    samira.sign_in(browser=browser)
    assert "This code is wrong" in samira.enter("123456", browser).content.decode()
    assert browser.get("/staff/").status_code == 302
    assert recorded()[-1] == "account.code_failed"


@pytest.mark.parametrize("change", ["password", "inactive", "factors removed"])
def test_a_sign_in_on_its_way_ends_with_what_it_was_begun_with(change: str, samira: Person) -> None:
    samira.add_app()
    taken = Client()
    samira.sign_in(browser=taken)
    if change == "password":
        samira.account.set_password("another row of words")
        samira.account.save()
    elif change == "inactive":
        User.objects.filter(pk=samira.account.pk).update(is_active=False)
    else:
        Authenticator.objects.all().delete()
    answer = samira.enter(code_of(samira.secret), taken)
    assert answer["Location"] == "/staff/login/start/"
    assert taken.get("/staff/").status_code == 302
    assert StaffSession.objects.count() == 1, "Samira's own"


def test_a_used_recovery_code_lets_nobody_in(samira: Person) -> None:
    [first, *_] = samira.add_app()
    for browser, is_in in [(Client(), True), (Client(), False)]:
        samira.sign_in(browser=browser)
        samira.enter(first, browser)
        assert (browser.get("/staff/").status_code == 200) is is_in


def test_codes_are_not_for_guessing_from_ever_new_devices(samira: Person) -> None:
    samira.add_app()
    for number in range(PER_NEW_DEVICES[0].amount):
        browser = Client(REMOTE_ADDR=f"203.0.{number}.9")
        samira.sign_in(browser=browser)
        samira.enter("123456", browser)
    late = Client(REMOTE_ADDR="198.51.100.7")
    samira.sign_in(browser=late)
    for _ in range(3):
        assert "Too many attempts" in samira.enter(code_of(samira.secret), late).content.decode()
    assert recorded().count("account.sign_in_slowed") == 1


def test_others_guesses_do_not_shut_out_a_device_that_is_known(samira: Person) -> None:
    samira.add_app()
    for _ in range(PER_NEW_DEVICES[0].amount + 1):
        browser = Client()
        samira.sign_in(browser=browser)
        samira.enter("123456", browser)
    samira.browser.post("/staff/logout/")
    samira.sign_in()
    assert samira.enter(code_of(samira.secret)).status_code == 302


def test_a_passkey_is_added_and_signs_in(samira: Person) -> None:
    assert samira.add_passkey()["Location"] == "/staff/account/recovery-codes/"
    browser = Client()
    samira.sign_in(browser=browser)
    options = options_of(browser.get(SECOND_FACTOR))
    answer = browser.post(SECOND_FACTOR, {"credential": samira.passkey.get(options)})
    assert answer.status_code == 302
    assert browser.get("/staff/").status_code == 200
    entry = AuditEntry.objects.filter(action="account.signed_in").latest("pk")
    assert entry.details["second_step"] == "passkey"


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost:8001",
        "http://evil.localhost:8000",
        "https://localhost:8000",
        "http://localhost:8000.evil.example",
        "null",
        "",
    ],
)
def test_a_passkey_of_another_origin_is_neither_added_nor_lets_in(
    origin: str, samira: Person
) -> None:
    options = options_of(samira.browser.get(ADD_PASSKEY))
    elsewhere = SoftPasskey(origin=origin)
    answer = samira.browser.post(
        ADD_PASSKEY, {"name": "x", "credential": elsewhere.create(options)}
    )
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()
    samira.add_passkey()
    browser = Client()
    samira.sign_in(browser=browser)
    options = options_of(browser.get(SECOND_FACTOR))
    samira.passkey.origin = origin
    page = browser.post(SECOND_FACTOR, {"credential": samira.passkey.get(options)})
    assert "This passkey didn’t work" in page.content.decode()
    assert browser.get("/staff/").status_code == 302
    assert recorded()[-1] == "account.code_failed"


def test_a_passkey_that_answers_for_another_host_is_refused(samira: Person) -> None:
    samira.add_passkey()
    browser = Client()
    samira.sign_in(browser=browser)
    samira.passkey.rp_id = "evil.example"
    options = options_of(browser.get(SECOND_FACTOR))
    browser.post(SECOND_FACTOR, {"credential": samira.passkey.get(options)})
    assert browser.get("/staff/").status_code == 302


def test_the_host_that_a_request_names_makes_no_passkey_of_another_site(samira: Person) -> None:
    page = samira.browser.get(ADD_PASSKEY, headers={"host": "127.0.0.1"})
    assert options_of(page)["publicKey"]["rp"]["id"] == "localhost"


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("credential", ["9" * 5000, "[" * 100_000, "[", "0", "false", "null", "{}"])
def test_what_no_browser_sends_is_no_passkey(credential: str, samira: Person) -> None:
    answer = samira.browser.post(ADD_PASSKEY, {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()
    samira.add_passkey()
    browser = Client()
    samira.sign_in(browser=browser)
    assert browser.post(SECOND_FACTOR, {"credential": credential}).status_code == 200


def test_an_answer_is_not_accepted_twice(samira: Person) -> None:
    samira.add_passkey()
    browser, other = Client(), Client()
    for each in (browser, other):
        samira.sign_in(browser=each)
    said = samira.passkey.get(options_of(browser.get(SECOND_FACTOR)))
    assert browser.post(SECOND_FACTOR, {"credential": said}).status_code == 302
    other.get(SECOND_FACTOR)
    assert other.post(SECOND_FACTOR, {"credential": said}).status_code == 200


def test_another_s_passkey_lets_nobody_in(samira: Person) -> None:
    samira.add_passkey()
    browser = Client()
    samira.sign_in(browser=browser)
    stranger = SoftPasskey(credential_id=samira.passkey.credential_id)
    said = stranger.get(options_of(browser.get(SECOND_FACTOR)))
    assert browser.post(SECOND_FACTOR, {"credential": said}).status_code == 200
    assert browser.get("/staff/").status_code == 302


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("sent", HOSTILE)
def test_an_answer_that_no_browser_sends_is_refused(sent: str, samira: Person) -> None:
    samira.add_passkey()
    assert samira.browser.post(ADD_PASSKEY, {"name": "x", "credential": sent}).status_code == 200
    browser = Client()
    samira.sign_in(browser=browser)
    assert browser.post(SECOND_FACTOR, {"credential": sent}).status_code == 200
    assert browser.get("/staff/").status_code == 302


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("value", ["", "!", "e30", "AAAA", None, 7, []])
def test_an_answer_with_a_broken_part_is_refused(part: str, value: object, samira: Person) -> None:
    samira.add_passkey()
    browser = Client()
    samira.sign_in(browser=browser)
    said = json.loads(samira.passkey.get(options_of(browser.get(SECOND_FACTOR))))
    said["response"][part] = value
    assert browser.post(SECOND_FACTOR, {"credential": json.dumps(said)}).status_code == 200
    assert browser.get("/staff/").status_code == 302


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("value", ["", "!", "e30", "AAAA", None, 7, []])
def test_a_new_passkey_with_a_broken_part_is_refused(
    part: str, value: object, samira: Person
) -> None:
    said = json.loads(samira.passkey.create(options_of(samira.browser.get(ADD_PASSKEY))))
    said["response"][part] = value
    answer = samira.browser.post(ADD_PASSKEY, {"name": "x", "credential": json.dumps(said)})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_the_owner_is_told_of_each_change(samira: Person) -> None:
    samira.add_passkey()
    passkey = Authenticator.objects.get(type="webauthn")
    samira.browser.post(f"/staff/account/passkeys/{passkey.pk}/remove/")
    texts = TransactionalMessage.objects.filter(kind="staff_account_changed").order_by("pk")
    assert [text.text.count("passkey was") for text in texts] == [1, 1]
    assert recorded()[-2:] == ["account.passkey_removed", "account.codes_removed"]


def test_recovery_codes_can_be_kept_as_a_file(samira: Person) -> None:
    codes = samira.add_app()
    page = samira.browser.get("/staff/account/recovery-codes/").content.decode()
    [file] = re.findall(r'href="data:text/plain;charset=utf-8,(\S+)" download=', page)
    assert unquote(file).splitlines()[2:] == codes


def test_whoever_removes_their_only_second_step_is_told_so(samira: Person) -> None:
    samira.add_app()
    assert "only second step" in samira.browser.get("/staff/account/app/remove/").content.decode()
    samira.add_passkey()
    passkey = Authenticator.objects.get(type="webauthn")
    for page in ("app/remove/", f"passkeys/{passkey.pk}/remove/"):
        answer = samira.browser.get(f"/staff/account/{page}").content.decode()
        assert "You are about to remove" in answer
        assert "only second step" not in answer


def test_nobody_removes_another_s_passkey(samira: Person) -> None:
    samira.add_passkey()
    passkey = Authenticator.objects.get(type="webauthn")
    other = Person(User.objects.create_superuser("ria", password="correct horse battery staple"))
    other.sign_in()
    answer = other.browser.post(f"/staff/account/passkeys/{passkey.pk}/remove/")
    assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_whoever_signs_in_by_a_recovery_code_is_told_how_many_are_left(samira: Person) -> None:
    codes = samira.add_app()
    laptop = Client()
    samira.sign_in(browser=laptop)
    samira.enter(codes[0], laptop)

    page = laptop.get("/staff/").content.decode()
    assert "You signed in with a recovery code. You have 9 recovery codes left." in page
    told = TransactionalMessage.objects.filter(kind="staff_account_changed").latest("pk")
    assert "Somebody signed in with a recovery code." in told.text
