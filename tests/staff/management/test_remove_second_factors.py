"""The operator's help for the only administrator who has lost their second factors."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from newsletter.models import AuditEntry, TransactionalMessage
from tests.staff.conftest import Person, recorded


def test_second_factors_are_removed_recorded_and_their_owner_is_told(samira: Person) -> None:
    samira.add_app()
    said = StringIO()

    call_command("remove_second_factors", "samira", stdout=said)

    assert not Authenticator.objects.filter(user=samira.account).exists()
    assert said.getvalue().strip() == (
        "Removed the authenticator app, 10 recovery codes. samira is signed out everywhere. "
        "The owner is told by email."
    )
    assert recorded()[-2:] == ["command.ran", "account.second_factors_cleared"]
    assert AuditEntry.objects.latest("pk").actor_name.endswith("(command line)")
    told = TransactionalMessage.objects.latest("pk")
    assert "removed all its second steps" in told.text
    assert samira.browser.get("/staff/").status_code == 302


def test_an_operator_is_told_that_an_owner_without_an_address_knows_nothing(
    samira: Person,
) -> None:
    samira.add_passkey()
    User.objects.filter(pk=samira.account.pk).update(email="")
    said = StringIO()

    call_command("remove_second_factors", "samira", stdout=said)

    assert said.getvalue().startswith("Removed 1 passkey, 10 recovery codes.")
    assert "its owner isn’t told" in said.getvalue()


@pytest.mark.parametrize(
    ("name", "complaint"), [("nobody", "no staff account"), ("samira", "no second step")]
)
def test_where_there_is_nothing_to_remove_the_command_says_so(
    name: str, complaint: str, samira: Person
) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("remove_second_factors", name)
