"""The drill finds who was told of a change twice, wrongly, not at all, or in the wrong order."""

from collections import Counter
from typing import Any

import pytest

from tests.drills.entries import entry_in
from tests.drills.provider_account import Entry, Sums
from tests.drills.told import faults_of_changes

LAUNCHED = "2026-11-27 10:00:00+00:00"
AT = 1795773600.0
"""The same moment."""
AFTERWARDS = "2026-11-27 10:00:09+00:00"


def row(number: int, person: int, kind: str = "announcement", **values: Any) -> dict[str, Any]:
    return {
        "id": number,
        "ref": f"r{number}",
        "subscriber_id": person,
        "subscriber__email": f"reader{person}@mail.example",
        "status": "accepted",
        "reason": "",
        "attempt": 1,
        "settled_at": LAUNCHED,
        "campaign__kind": kind,
        "campaign__step": "",
        "campaign__launched_at": LAUNCHED,
        "campaign__calendar_method": "request",
        "campaign__calendar_sequence": 1 if kind == "update" else 0,
        **values,
    }


INVITED, TOLD = row(1, 7), row(2, 7, "update")


def found(
    *rows: dict[str, Any],
    copies: int = 1,
    singles: int = 0,
    answer: str = "",
    follows: bool = True,
    answered_at: str = LAUNCHED,
    uids: tuple[str, ...] = (),
    sequences: tuple[int, ...] = (),
) -> str:
    taken, entries = {}, {}
    for place, each in enumerate(rows):
        if each["status"] != "accepted":
            continue
        taken[each["ref"]] = [AT + place] * (copies if place else 1)
        uid = uids[place] if uids else "u"
        number = sequences[place] if sequences else each["campaign__calendar_sequence"]
        entries[each["ref"]] = [Entry(AT + place, uid, number, "REQUEST")]
    single = {"kind": "rsvp_event_changed", "to": "reader7@mail.example"}
    answers = [{"subscriber_id": 7, "answer": answer, "answered_at": answered_at}] if answer else []
    report = {
        "deliveries": rows,
        "messages": [single] * singles,
        "answers": answers,
        "changes": [("update", 1)],
        "sequence": 1,
        "followers": [7] if follows else [],
        "reachable": [7],
        "last_change": {
            "kind": "update",
            "calendar_sequence": 1,
            "status": "sent",
            "launched_at": LAUNCHED,
        },
    }
    return "\n".join(faults_of_changes(report, Sums(taken, Counter(), entries)))


def test_whoever_holds_the_entry_and_is_told_once_is_no_fault() -> None:
    assert not found(INVITED, TOLD)


@pytest.mark.parametrize(
    ("claims", "settled_at", "fault"),
    [(1, AFTERWARDS, ""), (1, LAUNCHED, "has no entry"), (0, AFTERWARDS, "has no entry")],
    ids=["was in doubt", "was known", "never claimed"],
)
def test_whoever_seemed_to_hold_the_entry_when_the_change_left_is_no_fault(
    claims: int, settled_at: str, fault: str
) -> None:
    invited = row(1, 7, status="skipped", attempt=claims, settled_at=settled_at)
    assert fault in found(invited, TOLD)
    assert bool(fault) == bool(found(invited, TOLD))


def test_whoever_was_never_invited_and_is_told_by_a_single_message_is_no_fault() -> None:
    assert not found(row(1, 7, status="failed"), singles=1)


@pytest.mark.parametrize(
    ("answer", "answered_at", "singles"),
    [
        ("yes", LAUNCHED, 1),
        ("no", LAUNCHED, 0),
        ("yes", "2026-11-27 10:00:01+00:00", 0),
    ],
)
def test_whoever_left_hears_by_a_single_message_where_they_had_said_that_they_may_come(
    answer: str, answered_at: str, singles: int
) -> None:
    assert not found(
        INVITED, answer=answer, answered_at=answered_at, singles=singles, follows=False
    )


def test_whoever_was_never_invited_and_said_that_they_come_may_be_told_by_the_campaign() -> None:
    assert not found(row(1, 7, status="failed"), TOLD, answer="yes")


@pytest.mark.parametrize(
    ("said", "rows", "circumstances"),
    [
        ("was told of the update 1", (INVITED, TOLD), {"copies": 2}),
        ("was told 2 times of 1 changes", (INVITED, TOLD), {"singles": 1}),
        ("hears nothing of [1]", (INVITED,), {}),
        ("has no entry, and got", (row(1, 7, status="failed"), TOLD), {}),
        ("has no entry, and got", (row(1, 7, status="failed"), TOLD), {"answer": "no"}),
        (
            "left them: answered",
            (INVITED, {**TOLD, "status": "skipped", "reason": "answered"}),
            {},
        ),
        (
            "had said yes, and hears nothing of 1",
            (INVITED, {**TOLD, "status": "skipped", "reason": "unsubscribed"}),
            {"answer": "yes", "follows": False},
        ),
        ("has several entries", (INVITED, TOLD), {"uids": ("u", "v")}),
        ("has the entries", (INVITED, TOLD), {"sequences": (0, 2)}),
        ("went back", (TOLD, INVITED), {}),
        (
            "had answered, and got the reminder 3",
            (INVITED, TOLD, row(3, 7, campaign__step="reminder", campaign__calendar_method="")),
            {"answer": "no", "answered_at": "2026-11-27 09:59:00+00:00"},
        ),
    ],
)
def test_each_fault_is_found(said: str, rows: Any, circumstances: dict[str, Any]) -> None:
    assert said in found(*rows, **circumstances)


CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nUID:a-b\r\nSEQUENCE:3\r\nEND:VCALENDAR\r\n"
ENCODED = (
    b"QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVRVUVTVA0KVUlEOmEtYg0KU0VRVUVO"
    b"%bQ0U6Mw0KRU5EOlZDQUxFTkRBUg0K"
)


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Type: text/calendar\r\n\r\n" + CALENDAR,
        b"\r\n\r\n" + ENCODED % b"\r\n" + b"\r\n--boundary",
        b'{"content": "' + ENCODED % b"" + b'", "name": "event.ics"}',
        b'{"content": "' + ENCODED % b"\\n" + b'", "name": "event.ics"}',
    ],
)
def test_the_entry_is_found_in_what_was_sent(sent: bytes) -> None:
    assert entry_in(sent) == {"method": "REQUEST", "uid": "a-b", "sequence": "3"}
