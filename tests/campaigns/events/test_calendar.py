from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from campaigns.events.calendar import event_ics
from campaigns.events.schedule import cancel_event, change_event, plan_event
from campaigns.models import Event
from newsletter.models import Brand


def plan(slug: str = "q1", title: str = "Quarterly meeting") -> Event:
    start = datetime(2027, 3, 12, 9, tzinfo=UTC)
    return plan_event(
        slug=slug,
        title=title,
        local_start=start,
        local_end=start + timedelta(minutes=90),
        time_zone="Europe/Bucharest",
        summary="Ninety minutes; for members, and friends",
        join_url="https://meet.example.org/secret-room",
    )


def test_an_entry_says_when_in_utc(brand: Brand) -> None:
    (entry,) = Calendar.from_ical(event_ics([plan()])).walk("VEVENT")

    assert entry.decoded("dtstart") == datetime(2027, 3, 12, 7, tzinfo=UTC)
    assert entry.decoded("dtend") == datetime(2027, 3, 12, 8, 30, tzinfo=UTC)
    assert entry["status"] == "CONFIRMED"
    assert entry["organizer"] == "mailto:office@example.org"


def test_the_way_in_and_attendees_are_never_in_it(brand: Brand) -> None:
    raw = event_ics([plan()])

    assert b"secret-room" not in raw.replace(b"\r\n ", b"")
    assert b"ATTENDEE" not in raw
    assert b"METHOD:PUBLISH\r\n" in raw


def test_lines_end_with_crlf_and_are_folded_at_75_octets(brand: Brand) -> None:
    raw = event_ics([plan(title="Réunion trimestrielle de la coalition parlementaire 会议 " * 2)])

    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    for line in raw.split(b"\r\n"):
        line.decode()  # no character is cut in two


def test_a_new_version_keeps_its_uid_and_raises_its_sequence(brand: Brand) -> None:
    event = plan()
    (before,) = Calendar.from_ical(event_ics([event])).walk("VEVENT")
    change_event(event, local_end=event.local_end + timedelta(minutes=30))
    (after,) = Calendar.from_ical(event_ics([event])).walk("VEVENT")

    assert before["uid"] == after["uid"] == str(event.uid)
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_a_cancelled_event_takes_itself_out(brand: Brand) -> None:
    event = plan()
    cancel_event(event)
    raw = event_ics([event])

    assert b"METHOD:CANCEL\r\n" in raw
    assert b"STATUS:CANCELLED\r\n" in raw
    assert b"SEQUENCE:1\r\n" in raw


def test_among_others_a_cancelled_event_is_published_as_cancelled(brand: Brand) -> None:
    gone, other = plan(), plan("q2")
    cancel_event(gone)
    raw = event_ics([gone, other])

    assert b"METHOD:PUBLISH\r\n" in raw
    assert raw.count(b"STATUS:CANCELLED") == 1


def test_text_can_not_add_lines_of_its_own(brand: Brand) -> None:
    event = plan()
    Event.objects.update(summary="x\r\nATTENDEE:mailto:all@example.org\r\nEND:VEVENT")
    event.refresh_from_db()
    calendar = Calendar.from_ical(event_ics([event]))

    assert len(calendar.walk("VEVENT")) == 1
    assert "attendee" not in calendar.walk("VEVENT")[0]


def test_an_empty_calendar_is_a_calendar(brand: Brand) -> None:
    assert event_ics([], name="Events").startswith(b"BEGIN:VCALENDAR\r\n")
