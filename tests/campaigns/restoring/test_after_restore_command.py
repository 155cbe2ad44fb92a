"""The command `after_restore` asks, warns and says what it did."""

from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from campaigns.models import Campaign
from newsletter.epoch.hold import held
from newsletter.models import DatabaseHistory
from staff.models import StaffSession
from staff.roles import ADMINISTRATOR
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Subscription
from subscribers.states import ConsentMethod
from tests.campaigns.restoring.conftest import states
from tests.staff_members import PASSWORD, staff_member

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_error_is_logged_while_a_person_answers_it(
    restored: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    DatabaseHistory.objects.update(held_at=None, remembered_at=None, newest_at=None)
    caplog.clear()

    call_command("after_restore", "--yes", stdout=StringIO())

    assert not [record for record in caplog.records if record.name == "newsletter.epoch.hold"]


def test_a_moment_that_is_none_is_told_with_one_that_is(restored: Campaign) -> None:
    with pytest.raises(
        CommandError, match="“yesterday” is not a date and time. Example: 2026-11-26T03:00"
    ):
        call_command("after_restore", "--since", "yesterday", "--yes", stdout=StringIO())


def test_a_loss_that_is_proven_is_told_before_anything_is_asked(restored: Campaign) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="Something is missing"):
        call_command("after_restore", "--nothing-lost", stdout=out)
    assert not out.getvalue()


def test_the_other_hosts_opt_outs_are_asked_for_before_sending_resumes(restored: Campaign) -> None:
    asked, done = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("after_restore", stdout=asked)
    assert "apply them first: manage.py replay_optouts" in asked.getvalue()
    assert asked.getvalue().index("replay_optouts") < asked.getvalue().index("become uncertain")

    call_command("after_restore", "--yes", stdout=done)

    assert "Now apply" not in done.getvalue()
    assert done.getvalue().index("resumed") < done.getvalue().index("pause all campaigns")


def test_one_is_told_as_one(restored: Campaign) -> None:
    unsubscribe(Subscription.objects.order_by("pk")[0].pk, method=ConsentMethod.ONE_CLICK)
    out = StringIO()
    call_command("after_restore", "--yes", stdout=out)
    assert "1 opt-out read from 1 file; 0 of them were new" in out.getvalue()


def test_where_nothing_is_held_nothing_is_put_in_doubt_by_mistake(sending: Campaign) -> None:
    with pytest.raises(CommandError, match="--since"):
        call_command("after_restore", "--yes", stdout=StringIO())
    with pytest.raises(CommandError, match="Sending works"):
        call_command("after_restore", "--nothing-lost", "--yes", stdout=StringIO())
    assert set(states(sending)) == {"planned"}


def test_a_machine_that_was_restored_whole_is_told_by_the_time(sending: Campaign) -> None:
    call_command("after_restore", "--since", "2026-11-26T03:00", "--yes", stdout=StringIO())

    assert set(states(sending)) == {"uncertain"}
    assert held() is None


def test_without_a_person_or_their_yes_nothing_is_done(restored: Campaign) -> None:
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore", stdout=StringIO())
    assert held()
    assert "uncertain" not in states(restored)


def test_whoever_was_signed_in_at_the_backup_is_signed_out_and_the_operator_checks_accounts(
    restored: Campaign,
) -> None:
    browser = Client()
    sam = staff_member("sam", ADMINISTRATOR)
    browser.post("/staff/login/", {"username": sam.username, "password": PASSWORD})
    assert StaffSession.objects.count() == 1
    assert browser.get("/staff/account/").status_code == 200
    out = StringIO()
    call_command("after_restore", "--yes", stdout=out)
    assert not StaffSession.objects.exists()
    assert not Session.objects.exists()
    assert "/staff/login/" in browser.get("/staff/account/")["Location"]
    assert "All staff were signed out." in out.getvalue()
    assert "Accounts, roles and grants of need-to-know topics" in out.getvalue()
