"""The spliced message is the built one: a mail program finds the same in both."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.rendering.merge import Splice, sentinel
from newsletter.transport.message.envelope import (
    BadHeader,
    BadSender,
    Unsendable,
    check_headers,
)
from newsletter.transport.message.mime import REF_HEADER, build
from newsletter.transport.message.mime_template import MimeTemplate
from newsletter.transport.message.recipients import Recipient
from tests.newsletter.transport.sample_messages import SENDER, recipient, template

HOSTILE = [
    "",
    "Ada",
    ".",
    "..",
    ".Ada",
    "From the desk of Ada",
    "=",
    "a=3D",
    "ends in a space ",
    "tab\there",
    "Ömer Faruk Özdemir",
    "ليلى حداد",
    "山田 由紀",
    "🧑‍⚖️" * 30,
    "x" * 75,
    "x" * 76,
    "x" * 500,
    "é" * 200,
    "." * 200,
    "a b " * 100,
    "<b>\"Ada\" & 'Ben'</b>",
    "a\r\nBcc: eve@evil.example",
    "a\r\n.\r\nMAIL FROM:<eve@evil.example>",
    "a\u2028b",
    "a\u00a0!",
    "=?utf-8?q?Bcc=3A_eve=40evil.example?=",
    "a=?b",
]
PRINTABLE = [text for text in HOSTILE if text.isprintable()]


def filled(one: Recipient) -> bytes:
    return MimeTemplate(one.template).fill(one)


def built(one: Recipient) -> bytes:
    message = build(one.message())
    message.extra_headers[REF_HEADER] = one.ref
    return message.message().as_bytes()


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


def is_fit_for_the_wire(raw: bytes) -> None:
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert not any(line.startswith((b".", b"From ")) for line in lines)
    assert max(map(len, lines)) <= 998
    _, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76


def says_the_same(one: Recipient) -> None:
    """Hold the spliced message against the built one."""
    raw = filled(one)
    is_fit_for_the_wire(raw)
    ours, theirs = read(raw), read(built(one))

    assert ours.defects == []
    assert sorted(name.lower() for name in ours) == sorted(name.lower() for name in theirs)
    for name, value in theirs.items():
        # Their boundary is random, their date may be a second younger, and of long names and
        # subjects see below.
        if name.lower() not in ("content-type", "date", "to", "subject"):
            assert ours[name] == value, name
    assert without_space(ours["To"]) == without_space(theirs["To"])
    assert without_space(ours["Subject"]) == without_space(theirs["Subject"])
    for kind in ("plain", "html"):
        # A field without a value at the very end may leave an empty line there.
        assert part(ours, kind).rstrip("\r\n") == part(theirs, kind).rstrip("\r\n")


def without_space(value: object) -> str:
    """Leave out the spaces that Python's parser puts between the encoded-words of a phrase.

    Theirs are divided at other places than ours.
    """
    return re.sub(r"[ \u00a0]", "", str(value))


# Lone surrogates can't be sent; of what ends a line in a literal, only whole pairs are known to
# rendering.
UNSENDABLE: tuple[Literal["Cs"], ...] = ("Cs",)
CONTROLS: tuple[Literal["Cs", "Cc", "Zl", "Zp"], ...] = ("Cs", "Cc", "Zl", "Zp")
LINE = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=UNSENDABLE), max_size=200)
)
HEADER = st.one_of(
    st.sampled_from(PRINTABLE), st.text(st.characters(exclude_categories=CONTROLS), max_size=120)
)
FIELDS = ("given_name", "full_name", "event_time", "unsubscribe_url")
PIECE = st.one_of(
    st.text(
        st.characters(exclude_categories=UNSENDABLE, exclude_characters="\r\n\ue000\ue001"),
        max_size=120,
    ),
    st.sampled_from(["\n", "\r\n", ".\n", "\n.", " \n", "From ", "=", "x" * 80]),
    st.builds(
        sentinel,
        st.sampled_from(FIELDS),
        st.sampled_from(["", "colleague", ".", "Ömer & Co", "From you", "=20"]),
    ),
)
BODY = (
    st.lists(PIECE, min_size=1, max_size=12)
    .map("".join)
    .filter(lambda text: text.strip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029") != "")
)


@given(
    name=HEADER,
    subject=st.lists(
        st.one_of(
            HEADER, st.builds(sentinel, st.just("given_name"), st.sampled_from(["", "Ömer"]))
        ),
        max_size=3,
    ).map(" ".join),
    html=BODY,
    text=BODY,
    values=st.dictionaries(st.sampled_from(FIELDS), LINE),
)
@example(name="", subject="", html="<p>a</p>", text="a", values={})
@settings(max_examples=150)
def test_whatever_is_typed_both_say_the_same(
    name: str, subject: str, html: str, text: str, values: dict[str, str]
) -> None:
    email = template(
        subject=Splice.parse(subject),
        html=Splice.parse(f"<p>{html}"),
        text=Splice.parse(f"-{text}"),
    )
    one = recipient(to_name=name, template=email, values=values)

    try:
        check_headers(one.message())
    except BadHeader as refused:
        with pytest.raises(BadHeader, match=f"^{re.escape(str(refused))}$"):
            filled(one)
    else:
        says_the_same(one)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_value_arrives_as_it_is_and_never_as_a_line_of_its_own(value: str) -> None:
    one = recipient(values={"given_name": value, "full_name": value, "unsubscribe_url": value})

    says_the_same(one)
    assert "Bcc" not in read(filled(one))


@pytest.mark.parametrize("name", PRINTABLE, ids=range(len(PRINTABLE)))
def test_a_name_or_a_subject_that_is_decoded_by_the_book_is_what_was_typed(name: str) -> None:
    """Not read with Python's address parser, which puts spaces between encoded-words."""
    raw = filled(recipient(to_name=name, template=template(subject=Splice.parse(name))))
    head, _, _ = raw.decode("ascii").partition("\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in re.sub(r"\r\n(?= )", "", head).split("\r\n"))
    typed = name.replace("=?utf-8?", "= ?utf-8?")

    phrase = str(make_header(decode_header(lines["To"].rpartition("<")[0].strip())))
    shown = re.sub(r"\\(.)", r"\1", phrase[1:-1]) if phrase.startswith('"') else phrase
    assert shown == typed
    assert str(make_header(decode_header(lines["Subject"]))) == typed


@pytest.mark.parametrize("length", [20, 60, 69, 70, 200, 890])
def test_no_line_that_people_read_is_longer_than_it_should_be(length: int) -> None:
    words = ("x" * 9 + " ") * 90
    one = recipient(to_name=words[:length], template=template(subject=Splice.parse(words[:length])))

    head, _, _ = filled(one).partition(b"\r\n\r\n")

    assert max(len(line) for line in head.split(b"\r\n") if not line.startswith(b"List-")) <= 78


def test_list_unsubscribe_is_one_plain_line_however_long() -> None:
    url = "https://lists.example.org/u/" + "x" * 800

    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in filled(
        recipient(headers={"List-Unsubscribe": f"<{url}>"})
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "jürgen@xn--mller-kva.example"},
        {"headers": {"List-Id": "<another.localhost>"}},
        {"headers": {"X-Note": "Grüße"}},
        {"headers": {"X-Note": "=?utf-8?q?a?="}},
        {"headers": {"Comments": "a"}},
        {"headers": {f"X-{number}": "a" * 800 for number in range(3)}},
    ],
    ids=[
        "international mailbox",
        "a header of the template",
        "other letters",
        "encoded-word",
        "other header",
        "many headers",
    ],
)
def test_what_is_out_of_the_ordinary_is_built_by_the_book(changes: dict[str, Any]) -> None:
    one = recipient(**changes)

    ours, theirs = read(filled(one)), read(built(one))

    assert [
        (name, value) for name, value in ours.items() if name not in ("Content-Type", "Date")
    ] == [(name, value) for name, value in theirs.items() if name not in ("Content-Type", "Date")]
    assert part(ours, "html") == part(theirs, "html")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"to_name": "a\r\nBcc: eve@evil.example"},
            "The recipient’s name has a control character in it.",
        ),
        ({"to_name": "a\ud800"}, "The recipient’s name has a control character in it."),
        ({"to_name": "a" * 901}, "The recipient’s name has more than 900 characters."),
        ({"to": "ada@example.nz\r\n"}, "The recipient is not a single email address."),
        (
            {"to": "ada@example.nz, eve@evil.example"},
            "The recipient is not a single email address.",
        ),
        (
            {"to": "ada@example.nz> SIZE=1\r\nRCPT TO:<eve@evil.example"},
            "The recipient is not a single email address.",
        ),
        ({"ref": "a\nb"}, "The reference has a control character in it."),
        ({"headers": {"X-A": "a\nb"}}, "The header X-A has a control character in it."),
        ({"headers": {"X-A\r\nBcc": "a"}}, "A header has a name that RFC 5322 doesn’t allow."),
        (
            {"template": template(subject=Splice.parse("a\r\nBcc: eve@evil.example"))},
            "The subject has a control character in it.",
        ),
        (
            {"values": {"given_name": "a" * 890}},
            "The subject has more than 900 characters.",
        ),
        (
            {"template": template(headers={"X-A": "a\nb"})},
            "The header X-A has a control character in it.",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_what_can_not_stand_in_a_header_is_refused_with_its_name(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadHeader, match="^" + re.escape(words)):
        filled(recipient(**changes))


@pytest.mark.parametrize(
    "sender",
    [{"sender": ""}, {"sender_name": "a\nb"}, {"reply_to": "nobody"}],
    ids=lambda change: next(iter(change)),
)
def test_a_sender_that_can_not_stand_in_a_header_is_no_recipients_fault(
    sender: dict[str, Any],
) -> None:
    with pytest.raises(BadSender):
        filled(recipient(template=template(sender=replace(SENDER, **sender))))


def test_a_value_that_no_charset_can_represent_is_refused() -> None:
    with pytest.raises(Unsendable):
        filled(recipient(values={"full_name": "a\ud800"}))
