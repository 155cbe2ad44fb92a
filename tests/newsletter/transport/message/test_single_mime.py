"""An ordinary single message says the same as one that Python's email package writes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.rendering.merge import sentinel
from newsletter.transport.message.envelope import Attachment, OutgoingMessage, Unsendable
from newsletter.transport.message.headers import message_id, notice_headers
from newsletter.transport.message.mime import build
from newsletter.transport.message.single_mime import single_mime
from tests.newsletter.transport.message.test_mime_template import (
    BODY,
    HEADER,
    HOSTILE,
    PRINTABLE,
    is_fit_for_the_wire,
    part,
    read,
    without_space,
)

MESSAGE = OutgoingMessage(
    to="ada@example.nz",
    sender="news@lists.example.org",
    sender_name="The “Taskforce”",
    reply_to="office@example.org",
    subject="Please confirm",
    html="<p>Please confirm.</p>",
    text="Please confirm.\n",
    headers=notice_headers(),
    ref="BgAAAAAAAwAAAAAazVSgRTFZwbES",
    message_id=message_id("BgAAAAAAAwAAAAAazVSgRTFZwbES"),
)
NEUTRAL = replace(
    MESSAGE,
    sender="post@mailbox.example",
    sender_name="Morning post",
    reply_to="",
    message_id=message_id(MESSAGE.ref, domain="notes.example.net"),
    is_neutral=True,
    return_path="bounces@mailbox.example",
)


def says_the_same(message: OutgoingMessage) -> None:
    raw = single_mime(message)
    assert raw is not None
    by_the_book = build(message)
    by_the_book.extra_headers[by_the_book.ref_header] = message.ref
    ours, theirs = read(raw), read(by_the_book.message().as_bytes())

    if message.to.isascii():
        is_fit_for_the_wire(raw)
    assert ours.defects == []
    assert sorted(name.lower() for name in ours) == sorted(name.lower() for name in theirs)
    for name, value in theirs.items():
        if name.lower() not in ("content-type", "date"):
            assert without_space(ours[name]) == without_space(value), name
    for kind in ("plain", "html"):
        assert part(ours, kind).rstrip("\r\n") == part(theirs, kind).rstrip("\r\n")


@given(name=HEADER, subject=HEADER, html=BODY, text=BODY)
@settings(max_examples=100)
def test_whatever_it_says_both_say_the_same(name: str, subject: str, html: str, text: str) -> None:
    says_the_same(replace(MESSAGE, to_name=name, subject=subject, html=html, text=text))


@given(html=st.sampled_from(HOSTILE), subject=st.sampled_from(PRINTABLE))
@settings(max_examples=60)
def test_a_neutral_message_has_the_neutral_domain_alone(html: str, subject: str) -> None:
    message = replace(NEUTRAL, html=f"<p>{html}</p>", subject=subject)
    says_the_same(message)
    raw = single_mime(message)
    assert raw is not None
    assert b"X-Ref: " in raw
    assert b"lists.example.org" not in raw
    assert b"Convene" not in raw


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "ömer@example.com"},
        {"headers": {**notice_headers(), "List-Unsubscribe": f"<https://e.example/{'x' * 90}>"}},
        {"headers": {"X-Note": "ab" * 200}},
        {"reply_to": ""},
        {"to_name": "x" * 190},
    ],
    ids=str,
)
def test_what_is_out_of_the_ordinary_says_the_same(changes: dict[str, object]) -> None:
    says_the_same(replace(MESSAGE, **changes))  # type: ignore[arg-type]  # a test's shorthand


def test_what_looks_like_a_merge_field_stays_as_it_is() -> None:
    field = sentinel("given_name", "colleague")
    raw = single_mime(replace(MESSAGE, text=f"Dear {field} {{given_name|x}}"))
    assert raw is not None
    assert part(read(raw), "plain").startswith(f"Dear {field} {{given_name|x}}")


def test_the_headers_that_are_kept_are_those_of_the_sender() -> None:
    senders = [
        read(single_mime(message) or b"")["From"].addresses[0].addr_spec
        for message in (MESSAGE, NEUTRAL, MESSAGE)
    ]
    assert senders == [MESSAGE.sender, NEUTRAL.sender, MESSAGE.sender]


@pytest.mark.parametrize(
    "changes",
    [
        {"html": ""},
        {"text": ""},
        {"attachments": (Attachment("event.ics", b"BEGIN:VCALENDAR", "text/calendar"),)},
    ],
    ids=str,
)
def test_what_has_other_parts_is_built(changes: dict[str, object]) -> None:
    assert single_mime(replace(MESSAGE, **changes)) is None  # type: ignore[arg-type]  # as above


def test_what_no_charset_can_represent_is_refused() -> None:
    with pytest.raises(Unsendable):
        single_mime(replace(MESSAGE, text="a\ud800b"))
