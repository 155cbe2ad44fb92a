"""Findings from look to look."""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from campaigns.models import OpenFinding
from campaigns.reports.alerts.follow import follow, is_content, mended, ripe
from campaigns.reports.diagnostics.diagnose import Diagnosis
from campaigns.reports.diagnostics.finding import Finding, Level
from tests.campaigns.reports.diagnostics.findings import NOW

pytestmark = pytest.mark.django_db

WARNING = Finding("paused", Level.LOOK, "Campaign 7 is paused.", "campaign 7")
ERROR = Finding("files", Level.MEND, "The disk is almost full.", "room")


def look(*found: Finding, minute: float, checks: Iterable[str] = ("paused", "files")) -> datetime:
    now = NOW + timedelta(minutes=minute)
    follow(Diagnosis(list(found), frozenset(checks)), now=now)
    return now


def told() -> list[str]:
    return [each.key for each in ripe()]


def test_an_error_is_told_at_once_and_a_warning_when_it_is_still_there() -> None:
    look(WARNING, ERROR, minute=0)
    assert told() == ["files: room"]
    look(WARNING, ERROR, minute=1)
    assert told() == ["paused: campaign 7", "files: room"]


def test_two_clocks_that_look_at_once_are_one_look() -> None:
    look(WARNING, minute=0)
    look(WARNING, minute=0.1)
    assert told() == []
    look(WARNING, minute=1)
    assert told() == ["paused: campaign 7"]


def test_a_warning_that_comes_and_goes_is_never_told() -> None:
    for minute in range(0, 10, 2):
        look(WARNING, minute=minute)
        now = look(minute=minute + 1)
        assert told() == []
        assert not mended(now=now).exists()


def test_it_is_mended_when_a_later_look_of_the_same_check_finds_it_no_more() -> None:
    look(ERROR, minute=0)
    OpenFinding.objects.update(told={"email": "mend"})
    look(minute=1, checks=["paused"])
    assert not is_content(), "Nobody has looked at the disk."
    now = look(minute=2)
    assert not mended(now=now).exists(), "It may come back at once."
    now = look(minute=3)
    assert [each.key for each in mended(now=now)] == ["files: room"]
    assert is_content()


def test_one_that_comes_back_before_its_end_was_told_goes_on() -> None:
    look(ERROR, minute=0)
    OpenFinding.objects.update(told={"email": "mend"})
    look(minute=1)
    look(ERROR, minute=2)
    now = look(ERROR, minute=3)
    assert not mended(now=now).exists()
    assert OpenFinding.objects.get().told == {"email": "mend"}


def test_of_two_findings_with_one_key_the_worse_one_counts() -> None:
    look(
        Finding("mailers", Level.MEND, "No mailer works."),
        Finding("mailers", Level.LOOK, "It rests."),
        minute=0,
        checks=["mailers"],
    )
    assert [each.words for each in ripe()] == ["No mailer works."]


def test_what_is_fine_is_no_finding_and_words_hold_no_address() -> None:
    look(
        Finding("clock", Level.FINE, "Nothing is overdue."),
        Finding("brand", Level.MEND, "ada@example.org is unknown.", quote="550 ben@example.org"),
        minute=0,
    )
    assert [each.words for each in ripe()] == ["<address> is unknown."]


def test_only_what_is_serious_keeps_the_heartbeat_back() -> None:
    look(WARNING, minute=0)
    look(WARNING, minute=1)
    assert is_content()
    look(WARNING, ERROR, minute=2)
    assert not is_content()


def test_what_one_host_finds_of_itself_another_does_not_take_for_mended() -> None:
    full = replace(ERROR, host="worker-2")
    look(full, minute=0)
    look(minute=1)
    assert told() == ["files on worker-2: room"]
    # It was taken away; nobody waits for it for ever.
    look(minute=200)
    assert told() == []


def test_what_this_host_finds_of_itself_is_mended_by_a_look_of_its_own() -> None:
    look(replace(ERROR, host=os.uname().nodename), minute=0)
    look(minute=1)
    assert told() == []
