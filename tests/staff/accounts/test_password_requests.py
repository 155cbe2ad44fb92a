"""Forgotten passwords: stored alike for all, handled once, missed by nobody, never kept."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import AuditEntry, Brand, TransactionalMessage
from staff.accounts.password_requests import (
    ask_for_link,
    forget_stale,
    handle_request,
    sweep_requests,
)
from staff.models import PasswordRequest
from staff.tasks import forget_expired, handle_password_request, sweep_password_requests
from tests.staff_members import staff_member


@pytest.fixture
def noor(brand: Brand) -> User:
    return staff_member("noor")


def statements_of(email: str) -> list[str]:
    """Return what the request asks of the database, without values and names of savepoints."""
    with CaptureQueriesContext(connection) as captured:
        ask_for_link(email, network="192.0.2.0/24")
    return [re.split(r"\(| \"s\d", query["sql"])[0] for query in captured.captured_queries]


def test_the_request_does_the_same_for_every_address(noor: User) -> None:
    known, unknown = statements_of(noor.email), statements_of("nobody@example.org")
    assert [sql.partition(" ")[0] for sql in known].count("INSERT") == 1
    assert known == unknown
    assert not TransactionalMessage.objects.exists()


def test_a_request_is_handled_once_and_forgotten(noor: User) -> None:
    asked = ask_for_link("NOOR@example.org", network="192.0.2.0/24")
    assert handle_request(asked.pk) is True
    assert handle_request(asked.pk) is False
    handle_password_request(asked.pk)
    assert TransactionalMessage.objects.get().to == noor.email
    told = AuditEntry.objects.get()
    assert (told.actor_kind, told.network) == ("visitor", "192.0.2.0/24")
    assert not PasswordRequest.objects.exists()


def test_one_for_nobody_is_forgotten_as_well(noor: User) -> None:
    assert handle_request(ask_for_link("nobody@example.org").pk) is True
    assert not PasswordRequest.objects.exists()
    assert not TransactionalMessage.objects.exists()


def test_the_clock_handles_what_its_waking_missed(noor: User) -> None:
    ask_for_link(noor.email)
    sweep_password_requests()
    assert PasswordRequest.objects.count() == 1, "it is a worker's for some seconds"
    assert sweep_requests(now=timezone.now() + timedelta(seconds=11)) == 1
    assert TransactionalMessage.objects.count() == 1


def test_what_nobody_handles_is_forgotten_in_the_end(noor: User) -> None:
    ask_for_link(noor.email)
    forget_expired()
    assert PasswordRequest.objects.count() == 1
    over = settings.KEEP_FORM_SUBMISSIONS + timedelta(seconds=1)
    assert forget_stale(now=timezone.now() + over) == 1
