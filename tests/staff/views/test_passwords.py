"""A password is chosen by its owner: by an invitation, by a link, or signed in."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from newsletter.models import AuditEntry, TransactionalMessage
from staff.accounts.invite import invite
from staff.accounts.mail import LINKS_A_DAY
from staff.accounts.password_requests import ASKED_PER_NETWORK, sweep_requests
from staff.models import StaffSession
from tests.staff.conftest import LOGIN, Person, recorded
from tests.staff_members import PASSWORD, sign_in_long_ago, staff_member

ASK, ASKED = "/staff/account/password/ask/", "/staff/account/password/asked/"
NEW = "a row of some new words"
TWICE = {"new_password1": NEW, "new_password2": NEW}


def worker() -> None:
    """Do what forms of forgotten passwords ask for."""
    sweep_requests(now=timezone.now() + timedelta(minutes=1))


def mailed_link() -> str:
    """Return the link in the newest message."""
    worker()
    text = TransactionalMessage.objects.latest("pk").text
    found = re.search(r"http://localhost:8000(/staff/account/\S+\?token=\S+)", text)
    assert found, text
    return found[1]


def test_a_forgotten_password_is_chosen_anew_by_mail(samira: Person) -> None:
    browser = Client()
    assert browser.post(ASK, {"email": "SAMIRA@example.org"})["Location"] == ASKED
    link = mailed_link()
    assert browser.get(link).status_code == 200
    assert browser.post(link, TWICE)["Location"] == LOGIN
    assert not StaffSession.objects.exists()
    assert browser.post(LOGIN, {"username": "samira", "password": NEW}).status_code == 302
    assert samira.browser.get("/staff/").status_code == 302, "the old session goes on"
    assert "account.password_reset" in recorded()


def test_what_is_wrong_with_a_password_stands_beside_it(samira: Person) -> None:
    Client().post(ASK, {"email": samira.account.email})
    link = mailed_link()
    form = (
        Client().post(link, {"new_password1": "samira", "new_password2": "samira"}).context["form"]
    )
    assert list(form.errors) == ["new_password1"]
    form = Client().post(link, TWICE | {"new_password2": "another"}).context["form"]
    assert list(form.errors) == ["new_password2"]


def test_a_link_works_once(samira: Person) -> None:
    Client().post(ASK, {"email": samira.account.email})
    link = mailed_link()
    Client().post(link, TWICE)
    assert Client().get(link).status_code == 410
    assert Client().post(link, TWICE).status_code == 410


@pytest.mark.parametrize(
    "email", ["samira@example.org", "nobody@example.org", "gone@example.org", "una@example.org"]
)
def test_asking_tells_nobody_who_has_an_account(email: str, samira: Person) -> None:
    User.objects.filter(pk=staff_member("gone").pk).update(is_active=False)
    User.objects.create_user("una", "una@example.org", PASSWORD)
    before = TransactionalMessage.objects.count()
    answer = Client().post(ASK, {"email": email}, follow=True)
    assert answer.redirect_chain == [(ASKED, 302)]
    assert "If this is the address of a staff account" in answer.content.decode()
    assert email not in answer.content.decode()
    worker()
    sent = TransactionalMessage.objects.count() - before
    assert sent == (1 if email == samira.account.email else 0)


def test_a_stranger_can_not_fill_a_mailbox(samira: Person) -> None:
    for _ in range(LINKS_A_DAY + 3):
        assert Client().post(ASK, {"email": samira.account.email})["Location"] == ASKED
    worker()
    assert TransactionalMessage.objects.filter(kind="staff_password").count() == 1
    assert recorded().count("account.reset_asked") == 1


def test_a_network_that_asks_for_many_gets_the_same_answer_and_no_mail(samira: Person) -> None:
    for number in range(ASKED_PER_NETWORK.amount):
        Client().post(ASK, {"email": f"x{number}@example.org"})
    assert Client().post(ASK, {"email": samira.account.email})["Location"] == ASKED
    worker()
    assert not TransactionalMessage.objects.filter(kind="staff_password").exists()


@pytest.mark.parametrize("email", ["", "x", "x@y@z", "a\nb@example.org", "é" * 300])
def test_what_is_no_address_is_said_to_be_none(email: str, samira: Person) -> None:
    assert Client().post(ASK, {"email": email}).status_code == 422


def test_an_invited_person_chooses_a_password_and_signs_in_by_address(samira: Person) -> None:
    invite("Inês Silva", email="ines@example.org", roles=["Author"], inviter="Samira")
    browser, link = Client(), mailed_link()
    page = browser.get(link).content.decode()
    assert "At least 12 characters" in page
    assert browser.post(link, TWICE)["Location"] == LOGIN
    fields = {"username": "Ines@example.org", "password": NEW}
    assert browser.post(LOGIN, fields).status_code == 302
    assert browser.get("/staff/account/").status_code == 200
    actions = [each for each in recorded() if each != "account.signed_in"]
    assert actions == ["account.invited", "account.invitation_taken"]


def test_whoever_has_set_a_password_finds_their_username_filled_in_once(samira: Person) -> None:
    invite("Inês Silva", email="ines@example.org", roles=["Author"], inviter="Samira")
    browser = Client()
    browser.post(mailed_link(), TWICE)
    filled_in = 'name="username" value="inês.silva"'
    assert filled_in in browser.get(LOGIN).content.decode()
    browser.post(LOGIN, {"username": "inês.silva", "password": NEW})
    browser.post("/staff/logout/")
    assert filled_in not in browser.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"new_password1": "short", "new_password2": "short"},
        {"new_password1": "password1234", "new_password2": "password1234"},
        {"new_password1": "samira@example.org", "new_password2": "samira@example.org"},
        {"new_password1": NEW, "new_password2": NEW + "x"},
        {},
    ],
)
def test_a_bad_password_is_refused_with_words(fields: dict[str, str], samira: Person) -> None:
    Client().post(ASK, {"email": samira.account.email})
    link = mailed_link()
    answer = Client().post(link, fields)
    assert answer.status_code == 422
    assert 'class="st-error"' in answer.content.decode()
    samira.account.refresh_from_db()
    assert samira.account.check_password(PASSWORD)


@pytest.mark.parametrize("page", ["/staff/account/password/new/", "/staff/account/invitation/"])
@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "é" * 400])
def test_a_made_up_link_is_gone(page: str, token: str, samira: Person) -> None:
    assert Client().get(page, {"token": token}).status_code == 410
    assert Client().post(page, TWICE, query_params={"token": token}).status_code == 410


def test_changing_a_password_signs_the_other_devices_out(samira: Person) -> None:
    other = Client()
    samira.sign_in(browser=other)
    assert samira.browser.post("/staff/account/password/", TWICE)["Location"] == "/staff/account/"
    assert samira.browser.get("/staff/account/").status_code == 200
    assert other.get("/staff/account/").status_code == 302
    assert recorded()[-1] == "account.password_changed"
    assert TransactionalMessage.objects.latest("pk").kind == "staff_account_changed"


def test_changing_a_password_asks_to_sign_in_again(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    answer = samira.browser.post("/staff/account/password/", TWICE)
    assert answer["Location"] == "/staff/login/again/?next=%2Fstaff%2Faccount%2Fpassword%2F"
    samira.account.refresh_from_db()
    assert samira.account.check_password(PASSWORD)


def test_nothing_that_was_typed_as_a_name_is_recorded_unless_it_is_one(samira: Person) -> None:
    for typed in ("my secret password", "samira"):
        Client().post(LOGIN, {"username": typed, "password": "wrong"})
    entries = AuditEntry.objects.filter(action="account.sign_in_failed").order_by("pk")
    assert [entry.object_label for entry in entries] == ["", "samira"]
    assert "secret" not in str(list(entries.values()))
