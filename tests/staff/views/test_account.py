"""The page of one's own account."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import AuditEntry, TransactionalMessage
from staff.accounts.roles_of import groups_of
from staff.models import StaffSession
from staff.roles import ADMINISTRATOR, AUTHOR, ROLES, Role
from staff.sign_in.recent_sign_in import DO_IT_AGAIN
from tests.staff.conftest import Person, recorded
from tests.staff_members import PASSWORD, sign_in_long_ago, staff_member

ACCOUNT = "/staff/account/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.name)
def test_it_says_in_words_what_a_role_can_do(role: Role, samira: Person) -> None:
    person = Person(staff_member("ria", role))
    person.sign_in()
    page = person.browser.get(ACCOUNT).content.decode()
    assert role.name in page
    for action in role.actions:
        assert f"<li>{action}</li>" in page


def test_it_shows_where_one_is_signed_in_and_ends_a_session(samira: Person) -> None:
    phone = Client(HTTP_USER_AGENT=FIREFOX)
    samira.sign_in(browser=phone)
    page = samira.browser.get(ACCOUNT).content.decode()
    assert "Firefox on Windows" in page
    assert "(this device)" in page
    row = StaffSession.objects.get(device="Firefox on Windows")
    samira.browser.post(f"/staff/account/sessions/{row.pk}/end/")
    assert phone.get(ACCOUNT).status_code == 302
    assert samira.browser.get(ACCOUNT).status_code == 200
    assert recorded()[-1] == "account.session_ended"


def test_nobody_ends_another_s_session(samira: Person) -> None:
    other = Person(staff_member("ria", ADMINISTRATOR))
    other.sign_in()
    row = StaffSession.objects.get(account=other.account)
    samira.browser.post(f"/staff/account/sessions/{row.pk}/end/")
    assert other.browser.get(ACCOUNT).status_code == 200


def test_a_new_device_is_told_to_the_owner_and_a_known_one_is_not(samira: Person) -> None:
    samira.browser.post("/staff/logout/")
    samira.sign_in()
    assert not TransactionalMessage.objects.filter(kind="staff_new_device").exists()
    samira.sign_in(browser=Client(HTTP_USER_AGENT=FIREFOX))
    message = TransactionalMessage.objects.get(kind="staff_new_device")
    assert message.to == samira.account.email
    assert "Firefox on Windows" in message.text
    assert "127.0.0.0/24" in message.text


def test_nothing_that_a_browser_says_of_itself_is_mailed_or_shown(samira: Person) -> None:
    samira.sign_in(browser=Client(HTTP_USER_AGENT="<b>evil.example</b> Firefox"))
    message = TransactionalMessage.objects.get(kind="staff_new_device")
    assert "evil" not in message.text + message.html
    assert "evil" not in samira.browser.get(ACCOUNT).content.decode()


def test_signing_in_and_out_is_recorded(samira: Person) -> None:
    samira.browser.post("/staff/logout/")
    assert recorded() == ["account.signed_in", "account.signed_out"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor_name, entry.network) == ("samira", "127.0.0.0/24")
    assert not StaffSession.objects.exists()


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize(
    "path",
    [
        "password/",
        "app/",
        "app/remove/",
        "passkeys/add/",
        "recovery-codes/",
        "invite/",
        "sessions/1/end/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_changes_an_account_asks_to_sign_in_again(
    path: str, method: str, samira: Person
) -> None:
    samira.add_app()
    sign_in_long_ago(samira.browser)
    answer = getattr(samira.browser, method)(f"{ACCOUNT}{path}")
    # What is only posted to leads to the page of its button before anything is asked.
    only_posted = path.startswith("sessions") and method == "get"
    expected = ACCOUNT if only_posted else "/staff/login/again/?next="
    assert answer.status_code == 302
    assert answer["Location"].startswith(expected)


def test_whoever_opened_a_form_in_time_has_time_to_fill_it_in(samira: Person) -> None:
    sign_in_long_ago(samira.browser, minutes=50)
    invited = {
        "name": "Ana Silva",
        "email": "ana@example.org",
        "roles": [group.pk for group in groups_of([AUTHOR])],
    }

    assert samira.browser.get(f"{ACCOUNT}invite/").status_code == 302
    samira.browser.post(f"{ACCOUNT}invite/", invited)

    assert User.objects.filter(email="ana@example.org").exists()


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        (f"{ACCOUNT}invite/", {"name": "Ana Silva", "email": "ana@example.org"}),
        ("/staff/auth/user/{own}/change/", {"username": "other"}),
        (f"{ACCOUNT}password/", {"new_password1": "x", "new_password2": "x"}),
        (f"{ACCOUNT}colleagues/{{own}}/password/", {}),
    ],
)
def test_a_form_that_came_too_late_is_said_to_have_done_nothing(
    page: str, sent: dict[str, str], samira: Person
) -> None:
    sign_in_long_ago(samira.browser)
    late = samira.browser.post(page.format(own=samira.account.pk), sent, follow=True)

    assert late.redirect_chain[-1][0].startswith("/staff/login/again/")
    assert "Nothing was saved or sent yet" in late.content.decode()

    asked = late.redirect_chain[-1][0]
    wanted = parse_qs(urlsplit(asked).query)["next"][0]
    back = samira.browser.post(asked, {"password": PASSWORD, "next": wanted}, follow=True)
    assert back.status_code == 200
    assert DO_IT_AGAIN in back.content.decode()
    assert DO_IT_AGAIN not in samira.browser.get(back.redirect_chain[-1][0]).content.decode()


def test_whoever_only_opens_a_page_is_not_told_that_something_was_not_done(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    samira.browser.post(f"{ACCOUNT}invite/", {"name": "Ana Silva"})
    asked = samira.browser.get(f"{ACCOUNT}password/", follow=True)
    assert "Nothing was saved or sent" not in asked.content.decode()

    fields = {"password": PASSWORD, "next": f"{ACCOUNT}password/"}
    back = samira.browser.post(asked.redirect_chain[-1][0], fields, follow=True)
    assert DO_IT_AGAIN not in back.content.decode()


def test_a_wrong_password_does_not_hide_that_nothing_was_done(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    late = samira.browser.post(f"{ACCOUNT}invite/", {"name": "Ana Silva"})
    wrong = samira.browser.post(late["Location"], {"password": "wrong"})
    assert "Nothing was saved or sent yet" in wrong.content.decode()


def test_the_page_of_the_account_opens_without_signing_in_again(samira: Person) -> None:
    sign_in_long_ago(samira.browser)
    assert samira.browser.get(ACCOUNT).status_code == 200
