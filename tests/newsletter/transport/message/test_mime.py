"""The message leaves as it was meant: no name or subject becomes a header or a recipient."""

from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.transport.message.envelope import BadHeader, OutgoingMessage, check_headers
from newsletter.transport.message.headers import (
    campaign_headers,
    list_id,
    message_id,
    notice_headers,
    unsubscribe_header,
)
from newsletter.transport.message.mime import build
from tests.newsletter.transport.conftest import UNSUBSCRIBE_URL, MakeMessage

NAMES = [
    "Ada Lovelace",
    "Ömer Faruk Özdemir",
    "ليلى حداد",
    "山田 由紀",
    'Ada "The Countess" Lovelace',
    "Lovelace, Ada",
    "Ada\\",
    "ada@evil.example",
    "Ada <ada@evil.example>",
    '"',
    "(comment) Ada; Ben: <>",
    "=?utf-8?q?Bcc=3A_eve=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "A" * 200,
    "é" * 200,
]


def parsed(message: OutgoingMessage) -> EmailMessage:
    check_headers(message)
    read = message_from_bytes(build(message).message().as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def only_address(read: EmailMessage, name: str) -> tuple[str, str]:
    header = read[name]
    assert isinstance(header, AddressHeader)
    [address] = header.addresses
    return address.display_name, address.addr_spec


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_a_name(make_message: MakeMessage, name: str) -> None:
    read = parsed(make_message(to_name=name, sender_name=name))

    shown, address = only_address(read, "To")
    assert address == "ada@example.nz"
    # Python's reader puts a space between the encoded-words of a long name; RFC 2047 section 6.2
    # has none there.
    assert shown.replace(" ", "") == name.replace(" ", "")
    assert only_address(read, "From")[1] == "news@lists.example.org"
    assert read.keys().count("Bcc") == 0
    assert read.defects == []


@pytest.mark.parametrize("name", NAMES)
def test_a_subject_stays_a_subject(make_message: MakeMessage, name: str) -> None:
    read = parsed(make_message(subject=name))

    assert str(read["Subject"]).replace("= ?", "=?") == name
    assert "Bcc" not in read


CONTROLS: tuple[Literal["Cs", "Cc", "Zl", "Zp"], ...] = ("Cs", "Cc", "Zl", "Zp")
TEXT = st.text(st.characters(exclude_categories=CONTROLS), min_size=1, max_size=120)


@given(
    name=TEXT,
    subject=TEXT,
    body=st.text(st.characters(exclude_categories=CONTROLS[:1]), max_size=300),
)
@settings(max_examples=150)
def test_whatever_is_typed_one_recipient_and_one_message_leave(
    name: str, subject: str, body: str
) -> None:
    message = OutgoingMessage(
        to="ada@example.nz",
        to_name=name,
        sender="news@lists.example.org",
        sender_name="Interparliamentary Taskforce",
        subject=subject,
        html=f"<p>{body}</p>",
        text=body,
        headers=notice_headers(),
        ref="r3f",
        message_id="<r3f@localhost>",
    )
    raw = build(message).message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)

    assert only_address(read, "To")[1] == "ada@example.nz"
    expected = {
        "mime-version",
        "content-type",
        "subject",
        "from",
        "to",
        "date",
        "auto-submitted",
        "x-auto-response-suppress",
        "message-id",
    }
    assert {header.lower() for header in read} == expected
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "a\r\nBcc: eve@evil.example"}, "The subject has a control character in it."),
        ({"subject": "a\x85b"}, "The subject has a control character"),
        ({"subject": "a\u2028b"}, "The subject has a control character"),
        ({"subject": "a\ud800"}, "The subject has a control character"),
        ({"subject": "a" * 901}, "The subject has more than 900 characters."),
        ({"to_name": "a\nb"}, "The recipient’s name has a control character"),
        ({"sender_name": "a\tb"}, "The sender’s name has a control character"),
        ({"ref": "a\nb"}, "The reference has a control character"),
        ({"message_id": "<a\r\n@b>"}, "The Message-ID has a control character"),
        ({"headers": {"X-A": "a\nb"}}, "The header X-A has a control character"),
        ({"headers": {"X-A\r\nBcc": "a"}}, "A header has a name that RFC 5322 doesn’t allow."),
        ({"headers": {"X A": "a"}}, "A header has a name"),
        ({"headers": {"": "a"}}, "A header has a name"),
        (
            {"to": "ada@example.nz, eve@evil.example"},
            "The recipient is not a single email address.",
        ),
        ({"to": "Ada <ada@example.nz>"}, "The recipient is not a single email address."),
        ({"to": "ada@example.nz\n"}, "The recipient is not a single email address."),
        ({"to": "ada@münchen.de"}, "The recipient is not a single email address."),
        ({"to": ""}, "The recipient is not a single email address."),
        ({"sender": ""}, "The sender is not a single email address."),
        ({"reply_to": "nobody"}, "The reply-to is not a single email address."),
    ],
)
def test_what_can_not_stand_in_a_header_is_refused_with_its_name(
    make_message: MakeMessage, change: dict[str, str], words: str
) -> None:
    with pytest.raises(BadHeader, match="^" + words.replace(".", r"\.")):
        check_headers(make_message(**change))


@pytest.mark.parametrize("length", [20, 76, 77, 200, 800])
def test_list_unsubscribe_is_one_plain_line_however_long(
    make_message: MakeMessage, length: int
) -> None:
    url = "https://lists.example.org/u/" + "x" * length
    headers = campaign_headers(
        list_id="l.example.org", list_name="Forums", feedback_id="1:a:b"
    ) | unsubscribe_header(url)

    raw = build(make_message(headers=headers)).message().as_bytes()

    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw
    assert raw.count(b"List-Unsubscribe:") == 1


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Forums", '"Forums" <forums.localhost>'),
        ("Réunions trimestrielles", '"Reunions trimestrielles" <forums.localhost>'),
        ('The "big" one', '"The \\"big\\" one" <forums.localhost>'),
        ("منتديات", "<forums.localhost>"),
        ("", "<forums.localhost>"),
    ],
)
def test_list_id_is_ascii_and_stable(name: str, header: str) -> None:
    headers = campaign_headers(
        list_id=list_id("forums"), list_name=name, feedback_id="1:a:b"
    ) | unsubscribe_header(UNSUBSCRIBE_URL)

    assert headers["List-Id"] == header


def test_a_message_id_is_in_our_domain() -> None:
    assert message_id("abc") == "<abc@localhost>"
