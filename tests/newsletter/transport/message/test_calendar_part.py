"""A calendar part arrives whole, in the template's MIME and in a single message's alike."""

from typing import Any

import pytest

from newsletter.rendering.merge import Splice
from newsletter.transport.message.calendar_part import OF_RECIPIENT, CalendarPart
from newsletter.transport.message.envelope import OutgoingMessage, check_headers
from newsletter.transport.message.mime_template import MimeTemplate
from tests.newsletter.transport.message.test_mime_template import (
    built,
    filled,
    is_fit_for_the_wire,
    part,
    read,
)
from tests.newsletter.transport.sample_messages import recipient, template

TEXT = (
    "BEGIN:VCALENDAR\r\nMETHOD:{0}\r\nBEGIN:VEVENT\r\nSUMMARY:Зустріч\\, réunion = اجتماع\r\n"
    "DESCRIPTION:" + "x" * 63 + "\r\n yyyy = z\r\n.END\r\nFrom here\r\n"
)
END = "END:VEVENT\r\nEND:VCALENDAR\r\n"
LINES = 'ORGANIZER:mailto:a+b@example.org\r\nATTENDEE;CN="Ada, “Лада”":mailto:ada@example.nz\r\n'


def with_calendar(method: str, **changes: Any) -> Any:
    part = CalendarPart.parse(TEXT.format(method) + OF_RECIPIENT + END, method=method)
    if method == "PUBLISH":
        part = CalendarPart.parse(TEXT.format(method) + END, method=method)
    return recipient(template=template(calendar=part), **changes)


@pytest.mark.parametrize("make", [filled, built])
def test_a_file_stands_beside_the_message(make: Any) -> None:
    message = read(make(with_calendar("PUBLISH")))

    assert message.get_content_type() == "multipart/mixed"
    words, file = message.iter_parts()
    assert [each.get_content_type() for each in words.iter_parts()] == ["text/plain", "text/html"]
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "PUBLISH"
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "event.ics")
    assert file.get_payload(decode=True) == (TEXT.format("PUBLISH") + END).encode()


@pytest.mark.parametrize("make", [filled, built])
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_is_another_form_of_the_message(make: Any, method: str) -> None:
    message = read(make(with_calendar(method, calendar_lines=LINES)))

    assert message.get_content_type() == "multipart/alternative"
    plain, html, calendar = message.iter_parts()
    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == method
    assert calendar["Content-Disposition"] is None
    assert calendar.get_payload(decode=True) == (TEXT.format(method) + LINES + END).encode()


@pytest.mark.parametrize("method", ["PUBLISH", "REQUEST"])
def test_it_is_fit_for_the_wire(method: str) -> None:
    raw = filled(with_calendar(method, calendar_lines=LINES))

    is_fit_for_the_wire(raw)
    assert part(read(raw), "plain") == part(read(filled(recipient())), "plain")


def test_each_recipient_has_their_own_lines_and_nobody_elses() -> None:
    one = with_calendar("REQUEST", calendar_lines=LINES)
    mime = MimeTemplate(one.template)
    for name in ("ada", "ben", "ada"):
        lines = f"ATTENDEE:mailto:{name}@example.org\r\n"
        raw = mime.fill(recipient(template=one.template, calendar_lines=lines))
        *_, calendar = read(raw).iter_parts()
        assert calendar.get_payload(decode=True) == (TEXT.format("REQUEST") + lines + END).encode()


def test_without_a_calendar_part_nothing_is_added() -> None:
    raw = filled(recipient())

    assert b"calendar" not in raw
    assert b"=_mixed" not in raw
    assert template(subject=Splice.literal("x")).files == ()


def test_the_type_of_the_part_is_fit_for_a_header() -> None:
    message = with_calendar("PUBLISH").message()

    assert isinstance(message, OutgoingMessage)
    check_headers(message)
