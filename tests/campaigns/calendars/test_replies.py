"""What people answer in their calendars is recorded, or shown to staff, and confirmed to them."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from icalendar.timezone import tzp
from pytest_django.fixtures import Settings

from campaigns.calendars.read_replies import read_replies
from campaigns.calendars.reply_address import reply_address
from campaigns.calendars.take_reply import MOST_OF_ONE, MOST_OF_STRANGERS, Taken, take_reply
from campaigns.event_states import Attendance, CalendarMailKind, RsvpAnswer, RsvpSource
from campaigns.events.schedule import cancel_event, change_event
from campaigns.models import CalendarMail, Campaign, Delivery, Event, Rsvp
from campaigns.models.rsvp import MAXIMUM_NOTE
from campaigns.retention.forget import forget_calendar_mails
from campaigns.rsvp.answer import record_answer
from campaigns.rsvp.reply import Reply
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus
from newsletter.core.db.text import db_text
from newsletter.models import TransactionalMessage
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from subscribers.models import Subscriber
from subscribers.people.erase import erase
from tests.campaigns.calendars.conftest import REPLIES
from tests.campaigns.calendars.reply_mails import (
    PROGRAMS,
    STAMP,
    Said,
    counter,
    exchange,
    folded,
    google,
    mail,
    thunderbird,
    time,
)
from tests.campaigns.conftest import MakeFollowers
from tests.fakes.mailbox import FakeMailbox, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(inviting: Event, sending: Campaign) -> Said:
    """What somebody says who got an invitation."""
    send_batch(sending.pk)
    inviting.refresh_from_db()
    subscriber = Subscriber.objects.earliest("pk")
    return Said(event=inviting, subscriber=subscriber)


def confirmations() -> int:
    return TransactionalMessage.objects.filter(kind="rsvp_confirmation").count()


def answer_of(said: Said) -> str:
    rsvp = Rsvp.objects.filter(event=said.event, subscriber=said.subscriber).first()
    return rsvp.answer if rsvp else ""


def noted() -> CalendarMail:
    return CalendarMail.objects.get()


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("status", "answer"), [("ACCEPTED", "yes"), ("DECLINED", "no"), ("TENTATIVE", "maybe")]
)
def test_an_answer_is_recorded_and_confirmed(
    said: Said, program: str, status: str, answer: str
) -> None:
    assert take_reply(PROGRAMS[program](replace(said, status=status))) is Taken.ANSWER

    rsvp = Rsvp.objects.get()
    assert (rsvp.subscriber, rsvp.answer, rsvp.source) == (said.subscriber, answer, "calendar")
    assert (rsvp.calendar_sequence, rsvp.calendar_stamp) == (said.event.sequence, STAMP)
    assert TransactionalMessage.objects.get(kind="rsvp_confirmation").to == said.subscriber.email
    assert not CalendarMail.objects.exists()


def test_a_repeated_answer_changes_and_mails_nothing(said: Said) -> None:
    raw = google(said)
    take_reply(raw)

    assert take_reply(raw) is Taken.NOTHING_NEW
    assert confirmations() == 1


def test_an_older_answer_that_comes_late_changes_nothing(said: Said) -> None:
    take_reply(google(replace(said, status="DECLINED", stamp=STAMP + timedelta(minutes=2))))

    assert take_reply(google(said)) is Taken.NOTHING_NEW
    assert answer_of(said) == RsvpAnswer.NO


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("source", [RsvpSource.LINK, RsvpSource.STAFF])
@pytest.mark.parametrize(
    ("after", "answer"), [(-1, RsvpAnswer.NO), (0, RsvpAnswer.YES), (1, RsvpAnswer.YES)]
)
def test_a_calendar_doesnt_undo_what_was_answered_in_another_way_since(
    said: Said, source: RsvpSource, after: int, answer: RsvpAnswer
) -> None:
    """The answer stands for a moment within a second, of which calendars know nothing."""
    moment = STAMP + timedelta(minutes=5, milliseconds=700)
    no = Reply(answer=RsvpAnswer.NO)
    record_answer(said.event.pk, of=said.subscriber, reply=no, source=source, now=moment)

    stamp = STAMP + timedelta(minutes=5, seconds=after)
    done = take_reply(google(replace(said, stamp=stamp)))

    assert done is (Taken.NOTHING_NEW if answer == RsvpAnswer.NO else Taken.ANSWER)
    assert answer_of(said) == answer


def test_a_newer_answer_takes_the_place_of_an_older(said: Said) -> None:
    take_reply(google(said))
    later = STAMP + timedelta(seconds=1)
    assert take_reply(exchange(replace(said, status="DECLINED", stamp=later))) is Taken.ANSWER
    assert answer_of(said) == RsvpAnswer.NO
    assert confirmations() == 2


def test_the_sequence_counts_before_the_time(said: Said) -> None:
    Campaign.objects.update(calendar_sequence=said.number + 1)
    newer = replace(said, status="DECLINED", sequence=said.number + 1)
    take_reply(google(newer))
    later = replace(said, stamp=STAMP + timedelta(days=1))

    assert take_reply(google(later)) is Taken.NOTHING_NEW
    assert answer_of(said) == RsvpAnswer.NO


@pytest.mark.parametrize("number", [2**31 - 1, 1_000_000])
def test_a_number_that_is_ahead_doesnt_stop_later_answers(said: Said, number: int) -> None:
    """No reply can be newer than the invitation that it answers."""
    assert take_reply(google(replace(said, sequence=number))) is Taken.ANSWER

    later = replace(said, status="DECLINED", stamp=STAMP + timedelta(minutes=1))

    assert take_reply(google(later)) is Taken.ANSWER
    assert answer_of(said) == RsvpAnswer.NO


def test_a_number_that_was_ahead_before_doesnt_either(said: Said) -> None:
    take_reply(google(said))
    Rsvp.objects.update(calendar_sequence=2**31 - 1)

    later = replace(said, status="DECLINED", stamp=STAMP + timedelta(minutes=1))

    assert take_reply(google(later)) is Taken.ANSWER
    assert answer_of(said) == RsvpAnswer.NO


def test_an_answer_to_what_was_changed_since_goes_to_staff(said: Said) -> None:
    Campaign.objects.update(calendar_sequence=said.number + 1)

    assert take_reply(google(said)) is Taken.FOR_STAFF
    assert noted().kind == CalendarMailKind.OUTDATED
    assert answer_of(said) == ""


def test_a_clock_that_is_ahead_doesnt_stop_later_answers(said: Said) -> None:
    take_reply(google(replace(said, stamp=timezone.now() + timedelta(days=400))))
    later = timezone.now() + timedelta(minutes=1)

    done = take_reply(
        google(replace(said, status="DECLINED", stamp=later)), now=later + timedelta(minutes=1)
    )

    assert done is Taken.ANSWER
    assert answer_of(said) == RsvpAnswer.NO


def answer_no(said: Said, *, now: datetime) -> None:
    no = Reply(answer=RsvpAnswer.NO)
    record_answer(said.event.pk, of=said.subscriber, reply=no, source=RsvpSource.LINK, now=now)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400)])
@pytest.mark.parametrize("again_after", [timedelta(minutes=2), timedelta(hours=2)])
def test_a_copy_from_a_clock_that_is_ahead_undoes_no_later_answer(
    said: Said, ahead: timedelta, again_after: timedelta
) -> None:
    now = timezone.now()
    raw = google(replace(said, stamp=now + ahead))
    assert take_reply(raw, now=now) is Taken.ANSWER
    answer_no(said, now=now + timedelta(minutes=1))

    assert take_reply(raw, now=now + again_after) is Taken.NOTHING_NEW
    assert answer_of(said) == RsvpAnswer.NO


def test_copies_of_two_clocks_undo_nothing_either(said: Said) -> None:
    """One is ahead, and the answer from the other came afterwards."""
    now = timezone.now()
    ahead = google(replace(said, stamp=now + timedelta(hours=1)))
    right = google(replace(said, status="DECLINED", stamp=now + timedelta(minutes=1)))
    last = google(replace(said, status="TENTATIVE", stamp=now + timedelta(minutes=2)))
    for minute, raw in enumerate([ahead, right, last]):
        assert take_reply(raw, now=now + timedelta(minutes=minute, seconds=1)) is Taken.ANSWER

    for minute, raw in enumerate([ahead, right, last], start=4):
        assert take_reply(raw, now=now + timedelta(minutes=minute)) is Taken.NOTHING_NEW
    assert answer_of(said) == RsvpAnswer.MAYBE


def test_an_older_answer_of_a_clock_that_is_ahead_changes_nothing(said: Said) -> None:
    now = timezone.now()
    first = google(replace(said, stamp=now + timedelta(hours=1)))
    second = google(replace(said, status="DECLINED", stamp=now + timedelta(hours=1, minutes=5)))
    take_reply(first, now=now)
    take_reply(second, now=now + timedelta(minutes=5))

    assert take_reply(first, now=now + timedelta(minutes=6)) is Taken.NOTHING_NEW
    assert answer_of(said) == RsvpAnswer.NO


def undated(said: Said, date: bytes = b"") -> bytes:
    raw = re.sub(rb"DTSTAMP:[^\r]*\r\n", b"", thunderbird(said))
    return date + re.sub(rb"Date: [^\r]*\r\n", b"", raw)


@pytest.mark.parametrize("date", [b"", b"Date: Fri, 31 Dec 9999 23:59:00 -0500\r\n"])
def test_what_says_no_time_counts_once(said: Said, date: bytes) -> None:
    now = timezone.now()
    raw = undated(said, date)
    assert take_reply(raw, now=now) is Taken.ANSWER
    assert take_reply(raw, now=now) is Taken.NOTHING_NEW
    answer_no(said, now=now + timedelta(minutes=1))

    assert take_reply(raw, now=now + timedelta(minutes=2)) is Taken.FOR_STAFF
    assert answer_of(said) == RsvpAnswer.NO
    assert noted().text.startswith("Yes, I’ll come. It doesn’t say when it was written")


def test_from_says_nothing(said: Said) -> None:
    """Somebody who claims to be Ada, and doesn't know her address of answers, answers nothing."""
    other = Subscriber.objects.latest("pk")
    raw = thunderbird(replace(said, subscriber=other))
    raw = raw.replace(f"Ada <{other.email}>".encode(), said.subscriber.email.encode())

    take_reply(raw)

    assert answer_of(said) == ""
    assert answer_of(replace(said, subscriber=other)) == RsvpAnswer.YES


def test_an_address_in_small_or_large_letters_is_the_same(said: Said) -> None:
    raw = thunderbird(said).replace(said.to.encode(), said.to.upper().encode())
    assert take_reply(raw) is Taken.ANSWER


@pytest.mark.parametrize("change", ["forged", "cut", "none", "other event"])
def test_a_token_that_isnt_ours_answers_nothing(said: Said, change: str) -> None:
    mailbox, _, rest = said.to.partition("+")
    coded, _, domain = rest.partition("@")
    wrong = {
        "forged": f"{mailbox}+{'a' * 34}@{domain}",
        "cut": f"{mailbox}+{coded[:-1]}@{domain}",
        "none": REPLIES,
        "other event": reply_address(
            said.event.pk + 1, said.subscriber.pk, email=said.subscriber.email
        ),
    }[change]

    assert take_reply(thunderbird(said).replace(said.to.encode(), wrong.encode())) is (
        Taken.FOR_STAFF
    )
    assert noted().kind == CalendarMailKind.STRANGER
    assert not Rsvp.objects.exists()


def test_an_invitation_in_an_old_mailbox_is_void(said: Said) -> None:
    raw = google(said)
    Subscriber.objects.filter(pk=said.subscriber.pk).update(email="new@example.org")

    assert take_reply(raw) is Taken.FOR_STAFF
    assert not Rsvp.objects.exists()
    # Its subject names the event, so it stands where that is known.
    assert (noted().kind, noted().event) == (CalendarMailKind.STRANGER, said.event)


def test_whoever_got_no_invitation_answers_nothing(said: Said) -> None:
    Delivery.objects.filter(subscriber=said.subscriber).update(status=DeliveryStatus.SKIPPED)

    assert take_reply(google(said)) is Taken.FOR_STAFF
    assert noted().kind == CalendarMailKind.STRANGER


def test_a_proposed_time_goes_to_staff_and_is_no_answer(said: Said) -> None:
    start = said.event.starts_at + timedelta(hours=2)
    end = start + timedelta(hours=1)

    done = take_reply(counter(said, starts_at=start, ends_at=end, comment="Later\\, please"))

    assert done is Taken.FOR_STAFF
    note = noted()
    assert (note.kind, note.event, note.subscriber) == ("counter", said.event, said.subscriber)
    assert (note.proposed_start, note.proposed_end) == (start, end)
    assert note.text == "Later, please"
    assert answer_of(said) == ""


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])
def test_a_proposed_time_that_no_page_can_show_is_told_in_words(said: Said, year: int) -> None:
    start = said.event.starts_at + timedelta(hours=2)
    raw = counter(said, starts_at=start, ends_at=start + timedelta(hours=1), comment="Later")

    assert take_reply(raw.replace(time(start).encode(), b"%04d0101T000000Z" % year)) is (
        Taken.FOR_STAFF
    )

    note = noted()
    assert (note.kind, note.proposed_start) == ("counter", None)
    assert note.text == "The time that it proposes can’t be understood. Later"


def zone(name: str, rule: str) -> str:
    return folded(
        "BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:16010101T000000",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", f"RRULE:{rule}", "END:STANDARD",
        "END:VTIMEZONE",
    )  # fmt: skip


@pytest.mark.parametrize("folded_at", ["", "\r\n ", "\r\r\n \n "])
def test_no_zone_is_made_of_rules_in_a_calendar(
    said: Said, monkeypatch: pytest.MonkeyPatch, folded_at: str
) -> None:
    """One whose clocks change every second would keep the reader for hours."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a zone is made")

    monkeypatch.setattr("icalendar.cal.timezone.Timezone.to_tz", fail)
    hostile = zone("Nowhere/Else", "FREQ=SECONDLY").replace(
        "TZID", f"TZ{folded_at}ID"
    ).replace(":VTIMEZONE", f":VTIME{folded_at}ZONE")  # fmt: skip
    calendar = event_lines(
        said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example",
        "DTSTART;TZID=Nowhere/Else:20261112T090000",
    ).replace("BEGIN:VEVENT", f"{hostile}BEGIN:VEVENT", 1)  # fmt: skip

    assert take_reply(mail(said.to, calendar, sender="ada@example.org")) is Taken.ANSWER


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("name", "hour"),
    [("Europe/Bucharest", 7), ("GTB Standard Time", 7), ("/vendor.example/Europe/Bucharest", 7),
     ("Customized Time Zone", None)],
)  # fmt: skip
def test_a_zone_is_known_by_its_name_alone(said: Said, name: str, hour: int | None) -> None:
    """What one mail calls so must not shift what another proposes."""
    moment = datetime(2026, 11, 12, 9, tzinfo=UTC)
    proposed = counter(said, starts_at=moment, ends_at=moment + timedelta(hours=1))
    took = proposed.replace(b"DTSTART:", f"DTSTART;TZID={name}:".encode(), 1)
    took = took.replace(b"T090000Z", b"T090000")
    rules = zone(name, "FREQ=YEARLY").encode()
    took = took.replace(b"BEGIN:VEVENT", rules + b"BEGIN:VEVENT", 1)

    assert take_reply(took) is Taken.FOR_STAFF
    start = noted().proposed_start
    assert (start.hour if start else None) == hour


@pytest.mark.parametrize("odd", ["mark in front", "words behind", "broken line", "broken property"])
def test_what_isnt_read_doesnt_matter(said: Said, odd: str) -> None:
    calendar = event_lines(said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example")
    put = {
        "mark in front": ("BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR"),
        "words behind": ("END:VCALENDAR", "END:VCALENDAR\r\n\r\nThis email was scanned: clean."),
        "broken line": ("END:VEVENT", "DESCRIPTION:Two\r\nlines of it\r\nEND:VEVENT"),
        "broken property": ("METHOD:REPLY", "METHOD:REPLY\r\nX-WR-RELCALID;=:1\r\nNAME;A:"),
    }
    raw = mail(said.to, calendar.replace(*put[odd], 1), sender="ada@example.org")

    assert take_reply(raw) is Taken.ANSWER


def test_of_one_person_the_newest_are_kept_and_the_others_counted(said: Said) -> None:
    start = said.event.starts_at + timedelta(hours=2)
    end = start + timedelta(hours=1)
    for number in range(MOST_OF_ONE + 4):
        take_reply(counter(said, starts_at=start, ends_at=end, comment=f"Proposal {number}"))

    kept = list(CalendarMail.objects.order_by("-pk"))
    assert [note.text for note in kept] == ["Proposal 6", "Proposal 5", "Proposal 4"]
    assert sum(note.earlier for note in kept) == 4, "none is lost without a word"


def test_mails_of_others_stay_where_one_sends_many(said: Said) -> None:
    start = said.event.starts_at + timedelta(hours=2)
    end = start + timedelta(hours=1)
    other = replace(said, subscriber=Subscriber.objects.latest("pk"))
    take_reply(counter(other, starts_at=start, ends_at=end, comment="Mine"))
    for number in range(MOST_OF_ONE + 1):
        take_reply(counter(said, starts_at=start, ends_at=end, comment=f"Proposal {number}"))

    assert CalendarMail.objects.filter(subscriber=other.subscriber).count() == 1
    assert CalendarMail.objects.count() == MOST_OF_ONE + 1


def test_winmail_dat_is_shown_to_staff(said: Said) -> None:
    raw = (
        f"From: ada@example.org\r\nTo: {said.to}\r\nSubject: Accepted: Meeting\r\n"
        'MIME-Version: 1.0\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\neJ8+IgEA\r\n"
    ).encode()

    assert take_reply(raw) is Taken.FOR_STAFF
    note = noted()
    assert (note.kind, note.event) == (CalendarMailKind.UNREADABLE, said.event)
    assert "winmail.dat" in note.text
    assert "Accepted: Meeting" in note.text


def event_lines(said: Said, *more: str) -> str:
    return folded(
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "METHOD:REPLY", "BEGIN:VEVENT",
        f"UID:{said.event.uid}", f"DTSTAMP:{time(STAMP)}", f"SEQUENCE:{said.number}", *more,
        "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip


ODD: dict[str, Callable[[Said], str]] = {
    "no calendar": lambda said: "no calendar at all\r\n",
    "nothing in it": lambda said: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "cut": lambda said: event_lines(said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example")[:150],
    "two meetings": lambda said: event_lines(
        said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example", "END:VEVENT", "BEGIN:VEVENT"
    ),
    "another meeting": lambda said: event_lines(
        said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"
    ).replace(str(said.event.uid), "another"),
    "one of a series": lambda said: event_lines(
        said, "RECURRENCE-ID:20270101T090000Z", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"
    ),
    "several attendees": lambda said: event_lines(
        said,
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:c@b.example",
    ),
    "nobody": lambda said: event_lines(said),
    "delegated": lambda said: event_lines(
        said,
        'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:c@b.example":mailto:a@b.example',
    ),
    "no number": lambda said: event_lines(said, "SEQUENCE:many"),
    "too large a number": lambda said: event_lines(
        said, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"
    ).replace(f"SEQUENCE:{said.number}", f"SEQUENCE:{10**30}"),
    "too large": lambda said: event_lines(said, *["X-A:" + "x" * 60] * 2000),
    "a thousand levels": lambda said: "BEGIN:VEVENT\r\n" * 7000,
    "control characters": lambda said: event_lines(said, "COMMENT:\x00\x1b[31m", "X\x01Y:z"),
}


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("odd", ODD)
def test_what_isnt_understood_is_shown_to_staff_and_recorded_nowhere(said: Said, odd: str) -> None:
    raw = mail(said.to, ODD[odd](said), sender="ada@example.org")

    assert take_reply(raw) is Taken.FOR_STAFF
    assert noted().event == said.event
    assert not Rsvp.objects.exists()


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "name", ['"Ada, \\"the first\\""', '"Lovelace; Ada: MP"', "Лада Ґудзь", "ليلى حداد", "a\\nb"]
)
def test_names_of_attendees_may_be_anything(said: Said, name: str) -> None:
    line = f"ATTENDEE;CN={name};PARTSTAT=ACCEPTED:mailto:a@b.example"
    raw = mail(said.to, event_lines(said, line), sender="ada@example.org")
    # Read as an answer, or shown to staff, and never lost or taken for somebody else's.
    assert take_reply(raw) in (Taken.ANSWER, Taken.FOR_STAFF)
    assert set(Rsvp.objects.values_list("subscriber", flat=True)) <= {said.subscriber.pk}


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "attendee",
    [
        'ATTENDEE;CN="Ada \\"the\\" Lovelace";PARTSTAT=DECLINED:mailto:a@b.example',
        'ATTENDEE;CN=Ada "the" Lovelace;PARTSTAT=DECLINED:mailto:a@b.example',
        "ATTENDEE;CN=Lovelace; Ada;PARTSTAT=DECLINED:mailto:a@b.example",
        'ATTENDEE;CN="x;PARTSTAT=ACCEPTED";;PARTSTAT="DECLINED":mailto:a@b.example',
        "ATTENDEE;PARTSTAT=declined;:mailto:a@b.example",
        "ATTENDEE;PARTSTAT=DECLINED;CN=\x07Ada:mailto:a@b.example",
        "ATTENDEE;PARTSTAT=DECLINED:",
    ],
)
def test_an_attendee_that_is_written_badly_is_an_answer(said: Said, attendee: str) -> None:
    raw = mail(said.to, event_lines(said, attendee), sender="ada@example.org")

    assert take_reply(raw) is Taken.ANSWER
    assert answer_of(said) == RsvpAnswer.NO


def test_names_of_zones_fill_neither_log_nor_memory(
    said: Said, recwarn: pytest.WarningsRecorder
) -> None:
    moment = datetime(2026, 11, 12, 9, tzinfo=UTC)
    named = counter(said, starts_at=moment, ends_at=moment + timedelta(hours=1))
    take_reply(named.replace(b"DTSTART:", b"DTSTART;TZID=/vendor.example/Asia/Kabul:"))
    assert not [each for each in recwarn if "vendor.example" in str(each.message)]

    take_reply(google(said))
    assert "vendor.example/Asia/Kabul" not in vars(tzp)["_TZP__tz_cache"]


def test_a_huge_attachment_behind_the_calendar_does_no_harm(said: Said) -> None:
    raw = thunderbird(said).replace(
        b"--b1--\r\n",
        b"--b1\r\nContent-Type: application/pdf\r\n\r\n" + b"x" * 20_000_000 + b"\r\n--b1--\r\n",
    )
    assert take_reply(raw) is Taken.ANSWER


def test_a_mail_of_very_many_parts_is_shown_to_staff(said: Said) -> None:
    part = b"--b1\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    raw = thunderbird(said).replace(b"--b1--\r\n", part * 10_000)
    assert take_reply(raw) is Taken.FOR_STAFF
    assert noted().text == "It has too many parts."


def test_a_mail_of_very_deep_parts_is_shown_to_staff(said: Said) -> None:
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(400)
    )
    raw = f"From: a@b.example\r\nTo: {said.to}\r\n{deep}\r\n".encode()
    assert take_reply(raw) is Taken.FOR_STAFF


def test_a_mail_that_was_made_to_take_long_is_shown_to_staff(said: Said) -> None:
    hostile = b"Content-Disposition: inline" + b";" * 900_000
    raw = thunderbird(said).replace(b"Content-Type:", hostile + b"\r\nContent-Type:", 1)
    assert take_reply(raw) is Taken.FOR_STAFF
    assert (noted().kind, noted().text) == (
        CalendarMailKind.UNREADABLE,
        "One of its headers is too long.",
    )


@pytest.mark.parametrize("raw", [b"", b"\0\xff" * 100, b"Subject: \xff\xfe\r\n\r\nx"])
def test_what_is_no_mail_is_shown_to_staff(said: Said, raw: bytes) -> None:
    assert take_reply(raw) is Taken.FOR_STAFF
    assert noted().kind == CalendarMailKind.STRANGER


FAILING = {
    "a subject": ("Subject: =?utf-8?b?A?=", "text/plain"),
    "a sender": ("From: =?utf-8?b?A?= <ada@x.example>", "text/plain"),
    "a character set": ("X-A: b", "text/calendar; charset=undefined"),
    "a name of a file": ("Content-Disposition: attachment; filename*=undefined''a.ics", "text/a"),
    "a date": ("Date: Mon, 1 Jan 99999999999999999999 10:00:00 +0000", "text/calendar"),
}


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("failing", FAILING)
def test_a_mail_that_python_cant_read_is_shown_to_staff(said: Said, failing: str) -> None:
    line, kind = FAILING[failing]
    raw = f"To: {said.to}\r\n{line}\r\nContent-Type: {kind}\r\n\r\nx\xe9\r\n".encode("latin-1")

    assert take_reply(raw) is Taken.FOR_STAFF
    assert (noted().kind, noted().event) == (CalendarMailKind.UNREADABLE, said.event)


def test_a_calendar_that_names_no_known_character_set_is_an_answer(said: Said) -> None:
    raw = thunderbird(said).replace(b'charset="UTF-8"', b"charset=undefined")
    assert b"charset=undefined" in raw
    assert take_reply(raw) is Taken.ANSWER


@pytest.mark.parametrize(
    ("old", "new"),
    [("PARTSTAT=ACCEPTED", "PARTSTAT=\ud800"), ("METHOD:REPLY", "METHOD:\0\ud800")],
)
def test_nothing_that_no_database_takes_is_kept(said: Said, old: str, new: str) -> None:
    line = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"
    calendar = event_lines(said, line)
    assert old in calendar
    raw = f"To: {said.to}\r\nContent-Type: text/calendar; charset=utf-7\r\n".encode()
    raw += b"Content-Transfer-Encoding: base64\r\n\r\n"
    raw += b64encode(calendar.replace(old, new).encode("utf-7", "surrogatepass"))

    assert take_reply(raw) is Taken.FOR_STAFF
    assert noted().event == said.event
    assert db_text(noted().text) == noted().text


def test_a_failure_of_ours_keeps_the_mail_for_staff_and_stops_nobody(
    said: Said, box: FakeMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> bool:
        raise RuntimeError("unexpected")

    monkeypatch.setattr("campaigns.calendars.take_reply.record_reply", fail)
    box.put(google(said), b"Subject: x\r\n\r\nx")

    assert read_replies() == {Taken.FOR_STAFF: 2}
    assert box.mails == {}
    assert set(CalendarMail.objects.values_list("kind", flat=True)) == {"unreadable", "stranger"}


def test_a_failure_of_the_database_leaves_the_mail_where_it_is(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr("campaigns.calendars.take_reply.record_reply", fail)
    with pytest.raises(OperationalError):
        take_reply(google(said))
    assert not CalendarMail.objects.exists()


def test_an_automatic_reply_is_nobodys_work(said: Said) -> None:
    raw = (
        f"From: ada@example.org\r\nTo: {said.to}\r\nSubject: Out of office\r\n"
        "Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    ).encode()
    assert take_reply(raw) is Taken.AUTOMATIC
    assert not CalendarMail.objects.exists()


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        ("Absent le 12 novembre", "ada@example.org"),
        ("On leave then, sorry", "ada@example.org"),
        ("Where?", "System Administrator <ada@example.org>"),
        ("Where?", "postmaster@example.org"),
        ("Where?", "ada@example.org\r\nPrecedence: bulk"),
    ],
)
def test_what_only_sounds_automatic_is_shown_to_staff(
    said: Said, subject: str, sender: str
) -> None:
    raw = f"From: {sender}\r\nTo: {said.to}\r\nSubject: {subject}\r\n\r\nI can’t come.\r\n"
    assert take_reply(raw.encode()) is Taken.FOR_STAFF
    assert subject in noted().text


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-replied; owner-email=x@example.org",
        "X-Auto-Response-Suppress: All",
        "Precedence: auto_reply",
        "Precedence: bulk\r\nSubject: Out of office",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    ],
)
def test_a_header_says_that_a_mail_is_automatic(said: Said, header: str) -> None:
    raw = f"{header}\r\nFrom: ada@example.org\r\nTo: {said.to}\r\nSubject: Meeting\r\n\r\nx\r\n"
    assert take_reply(raw.encode()) is Taken.AUTOMATIC


def test_words_of_a_person_are_shown_to_staff(said: Said) -> None:
    raw = (
        f"From: Ada <ada@x.example>\r\nTo: {said.to}\r\nSubject: Where?\r\n\r\nWhere?\r\n".encode()
    )
    assert take_reply(raw) is Taken.FOR_STAFF
    assert "Where?" in noted().text


def test_an_answer_that_comes_too_late_goes_to_staff(said: Said) -> None:
    cancel_event(said.event)
    assert take_reply(google(said)) is Taken.FOR_STAFF
    assert noted().kind == CalendarMailKind.CLOSED
    assert confirmations() == 0


def test_what_was_said_by_link_stays_beside_the_answer(said: Said) -> None:
    change_event(said.event, attendance=Attendance.HYBRID, venue="Parliament")
    reply = Reply(
        answer=RsvpAnswer.MAYBE, attends=Attendance.IN_PERSON, access_needs="A ramp", note="Hello"
    )
    record_answer(said.event.pk, of=said.subscriber, reply=reply, source=RsvpSource.LINK)

    take_reply(google(replace(said, stamp=timezone.now())))

    rsvp = Rsvp.objects.get()
    assert (rsvp.answer, rsvp.attends, rsvp.access_needs) == ("yes", "in_person", "A ramp")


@pytest.mark.parametrize(
    "put",
    [
        ("DTSTAMP:", "COMMENT;LANGUAGE=en-GB:It’s the 2nd\\, and I may be late\\n\r\nDTSTAMP:"),
        (
            ";PARTSTAT=",
            ';X-RESPONSE-COMMENT="It&#39\\;s the 2nd, and I may be late";PARTSTAT=',
        ),
    ],
)
def test_words_beside_an_answer_are_its_note(said: Said, put: tuple[str, str]) -> None:
    calendar = event_lines(said, "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example")
    raw = mail(said.to, calendar.replace(*put, 1), sender="ada@example.org")

    assert take_reply(raw) is Taken.ANSWER
    assert Rsvp.objects.get().note.replace("’", "'") == "It's the 2nd, and I may be late"


def test_words_beside_an_answer_are_cut_where_they_are_too_long(said: Said) -> None:
    lines = ["ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example", f"COMMENT:{'word ' * 1000}"]

    assert take_reply(mail(said.to, event_lines(said, *lines), sender="a@b.example")) is (
        Taken.ANSWER
    )
    assert Rsvp.objects.get().note.startswith("word word")


def test_an_answer_without_words_leaves_the_note(said: Said) -> None:
    reply = Reply(answer=RsvpAnswer.MAYBE, note="Hello")
    record_answer(said.event.pk, of=said.subscriber, reply=reply, source=RsvpSource.LINK)

    take_reply(exchange(replace(said, stamp=timezone.now())))
    assert Rsvp.objects.get().note == "Hello"


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("note", "comment", "kept"),
    [
        ("Must leave at 15:00", "ok", "Must leave at 15:00\nok"),
        ("ok then", "ok", "ok then\nok"),
        ("", "ok", "ok"),
        ("Hello\nok", "ok", "Hello\nok"),
        ("w" * 900, "ok " * 100, f"{'w' * 900}\n{'ok ' * 33}".strip()),
        ("w" * MAXIMUM_NOTE, "ok", "w" * MAXIMUM_NOTE),
    ],
)
def test_words_beside_an_answer_stand_once_beneath_what_was_said_before(
    said: Said, note: str, comment: str, kept: str
) -> None:
    reply, link = Reply(answer=RsvpAnswer.MAYBE, note=note), RsvpSource.LINK
    before = timezone.now() - timedelta(minutes=1)
    record_answer(said.event.pk, of=said.subscriber, reply=reply, source=link, now=before)
    lines = ["ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example", f"COMMENT:{comment}"]

    for seconds in (1, 2, 3):
        stamp = time(before + timedelta(seconds=seconds))
        calendar = event_lines(said, *lines).replace(time(STAMP), stamp)
        take_reply(mail(said.to, calendar, sender="a@b.example"))
        assert (Rsvp.objects.get().answer, Rsvp.objects.get().note) == (RsvpAnswer.NO, kept)
    assert confirmations() == 1


def test_words_beside_what_cant_be_recorded_are_shown_to_staff(said: Said) -> None:
    lines = ["ATTENDEE;PARTSTAT=DELEGATED:mailto:a@b.example", "COMMENT:Grace comes for me"]

    assert take_reply(mail(said.to, event_lines(said, *lines), sender="a@b.example")) is (
        Taken.FOR_STAFF
    )
    assert "Grace comes for me" in noted().text


def test_an_invitation_that_somebody_attached_is_shown_with_the_subject(said: Said) -> None:
    calendar = event_lines(said).replace("METHOD:REPLY", "METHOD:REQUEST")

    take_reply(mail(said.to, calendar, sender="a@b.example", method="REQUEST"))
    assert "Accepted: Quarterly meeting" in noted().text


def test_where_people_can_choose_a_calendars_yes_takes_nobodys_place(said: Said) -> None:
    change_event(said.event, attendance=Attendance.HYBRID, venue="Parliament", capacity=1)

    take_reply(google(said))

    rsvp = Rsvp.objects.get()
    assert (rsvp.answer, rsvp.attends, rsvp.seat) == ("yes", "online", "")


def test_strangers_cant_fill_the_list(said: Said) -> None:
    for number in range(MOST_OF_STRANGERS):
        CalendarMail.objects.create(
            kind=CalendarMailKind.STRANGER, fingerprint=str(number), received_at=timezone.now()
        )
    assert take_reply(b"Subject: one more\r\n\r\nx") is Taken.DROPPED
    # An answer still counts.
    assert take_reply(google(said)) is Taken.ANSWER


def test_mails_go_with_their_person_and_after_a_while(said: Said, settings: Settings) -> None:
    start = said.event.starts_at
    take_reply(counter(said, starts_at=start, ends_at=start + timedelta(hours=1)))
    take_reply(b"From: reader1@mail1.example\r\nSubject: x\r\n\r\nx")
    assert CalendarMail.objects.count() == 2

    erase(said.subscriber.pk)
    erase("reader1@mail1.example")
    assert not CalendarMail.objects.exists()

    take_reply(b"Subject: y\r\n\r\ny")
    now = timezone.now()
    assert forget_calendar_mails(now=now) == 0
    assert forget_calendar_mails(now=now + settings.KEEP_CALENDAR_MAIL) == 1


@pytest.fixture(params=["imap", "pop3"])
def box(request: pytest.FixtureRequest, settings: Settings, said: Said) -> Iterator[FakeMailbox]:
    with serving(FakeMailbox(protocol=request.param)) as box:
        settings.REPLY_MAILBOX = parse_reply_mailbox_url(f"{box.url}?address={REPLIES}")
        yield box


@pytest.mark.thorough(sample=1)
def test_the_clock_empties_the_mailbox(box: FakeMailbox, said: Said) -> None:
    box.put(google(said), b"Subject: x\r\n\r\nx", *[google(said)] * 120)

    taken = Counter(read_replies())
    while box.mails:  # a look ends after some seconds, however slow the machine
        taken.update(read_replies())

    assert taken == {Taken.ANSWER: 1, Taken.FOR_STAFF: 1, Taken.NOTHING_NEW: 120}
    assert answer_of(said) == RsvpAnswer.YES


def test_a_look_whose_time_is_over_begins_no_other_mail(box: FakeMailbox, said: Said) -> None:
    box.put(google(said), google(said), google(said))
    assert read_replies(seconds=0) == {Taken.ANSWER: 1}
    assert len(box.mails) == 2


def test_without_a_mailbox_nothing_is_read(settings: Settings) -> None:
    settings.REPLY_MAILBOX = None
    assert not read_replies()


def test_everybody_answers_for_themselves(said: Said, followers: MakeFollowers) -> None:
    for number, person in enumerate(Subscriber.objects.order_by("pk")):
        status = ("ACCEPTED", "DECLINED")[number % 2]
        take_reply(google(replace(said, subscriber=person, status=status)))
    answers = list(Rsvp.objects.order_by("subscriber").values_list("answer", flat=True))
    assert answers == ["yes", "no", "yes", "no", "yes"]
