"""An invitation makes an account that only its owner can open."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import TransactionalMessage
from staff.accounts.invite import CannotInvite, invite, invite_again, open_invitations, withdraw
from staff.accounts.links import INVITATION, make, read
from staff.models import SecondFactorDue
from tests.staff.at_once import at_once
from tests.staff.conftest import recorded
from tests.staff_members import PASSWORD

pytestmark = pytest.mark.usefixtures("brand")


def invited(name: str = "Inês Silva", **given: object) -> User:
    options = {"email": "ines@example.org", "roles": ["Author"], "inviter": "Iris", **given}
    return invite(name, **options)  # type: ignore[arg-type] # tests give wrong values, too


def test_an_invited_account_has_roles_and_no_password() -> None:
    account = invited()
    assert (account.username, account.get_full_name()) == ("inês.silva", "Inês Silva")
    assert (account.is_staff, account.is_superuser) == (True, False)
    assert not account.has_usable_password()
    assert [group.name for group in account.groups.all()] == ["Author"]
    assert list(open_invitations()) == [account]


def test_the_invitation_names_who_invites_and_not_the_text_that_was_typed() -> None:
    invited("Free Money")
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to, message.to_name) == (
        "staff_invitation",
        "ines@example.org",
        "",
    )
    assert "Iris has made an account for you" in message.text
    assert "Free Money" not in message.text + message.html + message.subject
    assert "/staff/account/invitation/?token=" in message.text
    assert "href" in message.html


def test_a_role_that_needs_a_second_factor_begins_its_days_of_grace() -> None:
    assert not SecondFactorDue.objects.filter(account=invited()).exists()
    sender = invited("Paul", email="paul@example.org", roles=["Publisher"])
    assert SecondFactorDue.objects.filter(account=sender).exists()


def test_two_people_of_one_name_get_two_usernames() -> None:
    assert invited().username == "inês.silva"
    User.objects.create_user("Inês.Silva-2")
    assert invited(email="other@example.org").username == "inês.silva-3"


@pytest.mark.parametrize("name", ["Mª José", "Ａｄａ Lovelace", "Ada Lovelace", "Ⅸ ⅛ ﬁ"])
def test_a_username_can_be_typed_into_the_sign_in_page(name: str) -> None:
    account = invited(name)
    account.set_password(PASSWORD)
    account.save()
    fields = {"username": account.username, "password": PASSWORD}
    assert Client().post("/staff/login/", fields).status_code == 302


@pytest.mark.parametrize("username", ["Inês@Example.org", "INÊS@EXAMPLE.ORG"])
def test_an_address_that_is_somebody_s_username_is_refused(username: str) -> None:
    User.objects.create_user(username)
    with pytest.raises(CannotInvite, match="already a staff account"):
        invited(email="inês@example.org")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("email", {"email": "ines"}),
        ("email", {"email": "ines@example.org\nBcc: all@example.org"}),
        ("email", {"email": '"<script>"@example.org'}),
        ("email", {"email": "x" * 300 + "@example.org"}),
        ("email", {"email": "INES@Example.org"}),
        ("roles", {"roles": ["Owner"]}),
        ("roles", {"roles": ["Author", "<script>"]}),
    ],
)
def test_what_can_not_be_invited_is_refused(field: str, given: dict[str, object]) -> None:
    invited("First", email="ines@example.org")
    before = User.objects.count(), TransactionalMessage.objects.count()
    with pytest.raises(CannotInvite) as refused:
        invited("Second", **{"email": "new@example.org", **given})
    assert refused.value.field == field
    assert (User.objects.count(), TransactionalMessage.objects.count()) == before


def test_an_invitation_is_sent_again_until_there_is_a_password() -> None:
    account = invited()
    assert invite_again(account, inviter="Iris")
    account.set_password("correct horse battery staple")
    account.save()
    assert not invite_again(account, inviter="Iris")
    assert TransactionalMessage.objects.count() == 2
    assert recorded() == ["account.invited", "account.invited_again"]


def test_an_invitation_that_is_withdrawn_opens_nothing_even_if_its_account_is_active_again() -> (
    None
):
    account = invited()
    token = make(account, INVITATION)
    assert withdraw(account)
    assert not open_invitations().exists()
    assert read(token, INVITATION) is None

    User.objects.filter(pk=account.pk).update(is_active=True)
    assert read(token, INVITATION) is None
    assert recorded() == ["account.invited", "account.invitation_withdrawn"]


def test_whoever_has_come_is_not_sent_away_by_withdrawing() -> None:
    account = invited()
    account.set_password(PASSWORD)
    account.save()
    assert not withdraw(account)
    assert User.objects.get(pk=account.pk).is_active


def test_an_invitation_without_an_address_is_not_said_to_be_sent() -> None:
    account = invited()
    User.objects.filter(pk=account.pk).update(email="")
    assert not invite_again(account, inviter="Iris")
    assert recorded() == ["account.invited"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_invites_once() -> None:
    refused = []

    def click() -> None:
        try:
            invited()
        except CannotInvite as error:
            refused.append(error.field)

    at_once(click, click)

    assert User.objects.filter(email="ines@example.org").count() == 1
    assert refused == ["email"]
