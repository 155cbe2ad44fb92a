"""The operator's help for the only administrator who has lost their second factors."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError

from newsletter.models import AuditEntry, TransactionalMessage
from tests.staff.conftest import Person, recorded


def test_second_factors_are_removed_recorded_and_their_owner_is_told(samira: Person) -> None:
    samira.add_app()
    said = StringIO()

    call_command("remove_second_factors", "samira", stdout=said)

    assert not Authenticator.objects.filter(user=samira.account).exists()
    assert said.getvalue().startswith("Removed 0 passkeys and the authenticator app")
    assert recorded()[-2:] == ["command.ran", "account.second_factors_cleared"]
    assert AuditEntry.objects.latest("pk").actor_name.endswith("(command line)")
    told = TransactionalMessage.objects.latest("pk")
    assert "removed all its second steps" in told.text
    assert samira.browser.get("/staff/").status_code == 302


@pytest.mark.parametrize(
    ("name", "complaint"), [("nobody", "no staff account"), ("samira", "no second factor")]
)
def test_where_there_is_nothing_to_remove_the_command_says_so(
    name: str, complaint: str, samira: Person
) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("remove_second_factors", name)
