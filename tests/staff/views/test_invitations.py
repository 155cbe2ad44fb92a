"""Administrators invite, and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from staff.accounts.roles_of import groups_of
from staff.roles import ADMINISTRATOR, AUTHOR, ROLES, Role
from tests.staff.conftest import Person, recorded
from tests.staff_members import staff_member

INVITE = "/staff/account/invite/"


def eve_adams() -> dict[str, object]:
    """Return what the form sends that invites Eve as an author."""
    return {
        "name": "Eve Adams",
        "email": "eve@example.org",
        "roles": [group.pk for group in groups_of([AUTHOR])],
    }


def test_a_colleague_is_invited_with_roles(samira: Person) -> None:
    [group] = groups_of([ADMINISTRATOR])
    fields = {"name": "Inês Silva", "email": "ines@example.org", "roles": [group.pk]}
    answer = samira.browser.post(INVITE, fields, follow=True)
    page = answer.content.decode()
    assert "Invitation sent to ines@example.org." in page
    assert "Inês Silva" in page
    ines = User.objects.get(email="ines@example.org")
    assert [each.name for each in ines.groups.all()] == ["Administrator"]
    answer = samira.browser.post(f"{INVITE}{ines.pk}/again/", follow=True)
    assert "sent again to ines@example.org" in answer.content.decode()
    assert TransactionalMessage.objects.filter(kind="staff_invitation").count() == 2


@pytest.mark.parametrize(
    "role", [role for role in ROLES.values() if role is not ADMINISTRATOR], ids=lambda r: r.name
)
def test_nobody_but_an_administrator_invites(role: Role, samira: Person) -> None:
    person = Person(staff_member("ria", role))
    person.sign_in()
    fields = {"name": "Eve", "email": "eve@example.org"}
    assert person.browser.get(INVITE).status_code == 403
    assert person.browser.post(INVITE, fields).status_code == 403
    assert not User.objects.filter(email="eve@example.org").exists()


def test_forged_fields_of_an_invitation_give_nothing_more(samira: Person) -> None:
    forged = {
        "name": "Eve",
        "email": "eve@example.org",
        "is_superuser": "on",
        "username": "samira",
        "password": "x",
        "user_permissions": "1",
        "is_active": "",
        "roles": [group.pk for group in groups_of([AUTHOR])],
    }
    samira.browser.post(INVITE, forged)
    eve = User.objects.get(email="eve@example.org")
    assert (eve.is_superuser, eve.username, eve.is_active) == (False, "eve", True)
    assert not eve.has_usable_password()
    assert not eve.user_permissions.exists()


def test_an_invitation_without_a_role_is_not_sent(samira: Person) -> None:
    page = samira.browser.post(INVITE, {"name": "Eve Adams", "email": "eve@example.org"})
    assert "Choose at least one role." in page.content.decode()
    assert not User.objects.filter(email="eve@example.org").exists()


def test_whoever_is_invited_twice_is_told_to_send_the_invitation_again(samira: Person) -> None:
    samira.browser.post(INVITE, eve_adams())
    page = samira.browser.post(INVITE, {**eve_adams(), "email": "Eve@example.org"}).content.decode()
    assert "Press “Send again” below" in page


def test_an_invitation_is_withdrawn_by_its_button_and_the_page_says_what_then(
    samira: Person,
) -> None:
    samira.browser.post(INVITE, eve_adams())
    eve = User.objects.get(email="eve@example.org")
    page = samira.browser.post(f"{INVITE}{eve.pk}/withdraw/", follow=True).content.decode()
    assert "The invitation to eve@example.org is withdrawn" in page
    assert f"{INVITE}{eve.pk}/again/" not in page
    assert not User.objects.get(pk=eve.pk).is_active

    again = samira.browser.post(INVITE, eve_adams()).content.decode()
    assert "It is inactive. Find it under “Staff accounts”" in again
    nothing = samira.browser.post(f"{INVITE}{eve.pk}/withdraw/", follow=True).content.decode()
    assert "Nothing was changed." in nothing


def test_the_list_says_when_an_invitation_was_last_sent(samira: Person) -> None:
    samira.browser.post(INVITE, eve_adams())
    long_ago = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    User.objects.filter(email="eve@example.org").update(date_joined=long_ago)
    TransactionalMessage.objects.update(created_at=long_ago + timedelta(days=1))
    assert "last sent Saturday 3 January 2026, 03:04 UTC" in (
        samira.browser.get(INVITE).content.decode()
    )


def test_an_invitation_by_somebody_without_a_name_says_what_they_are(samira: Person) -> None:
    samira.browser.post(INVITE, eve_adams())
    text = " ".join(TransactionalMessage.objects.get().text.split())
    assert f"An administrator of {current_brand().name} has made an account for you" in text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "<script>", "email": "eve@example.org"},
        {"name": "Eve", "email": "eve@example.org\r\nBcc: x@example.org"},
        {"name": "Eve", "email": ""},
        {"name": "Eve", "email": "eve@example.org", "roles": ["99999"]},
        {"name": "Eve", "email": "eve@example.org", "roles": ["9" * 19]},
        {"name": "Eve", "email": "eve@example.org", "roles": ["x"]},
    ],
)
def test_hostile_invitations_are_refused(fields: dict[str, object], samira: Person) -> None:
    assert samira.browser.post(INVITE, fields).status_code == 422
    assert User.objects.count() == 1


def test_an_administrator_helps_a_colleague_who_lost_everything(samira: Person) -> None:
    ria = Person(staff_member("ria", ADMINISTRATOR))
    ria.sign_in()
    ria.add_app()
    page = f"/staff/account/colleagues/{ria.account.pk}/"
    assert "an authenticator app" in samira.browser.get(page).content.decode()
    samira.browser.post(f"{page}second-factors/", {"sure": "1"})
    assert ria.browser.get("/staff/").status_code == 302, "still signed in"
    assert ria.sign_in()["Location"] == "/staff/"
    assert "account.second_factors_cleared" in recorded()
    samira.browser.post(f"{page}password/")
    assert TransactionalMessage.objects.latest("pk").kind == "staff_password"
    assert "account.link_sent" in recorded()


def test_a_closed_account_is_sent_no_link_that_would_not_work(samira: Person) -> None:
    ria = staff_member("ria")
    User.objects.filter(pk=ria.pk).update(is_active=False)
    page = f"/staff/account/colleagues/{ria.pk}/"
    answer = samira.browser.post(f"{page}password/", follow=True)
    assert "Nothing was sent. The account is not active" in answer.content.decode()
    assert not TransactionalMessage.objects.exists()
