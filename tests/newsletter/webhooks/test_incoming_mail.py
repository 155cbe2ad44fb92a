"""A mail of strangers is read within bounds, however it was made."""

import pytest

from newsletter.webhooks.incoming_mail import (
    LARGEST,
    LONGEST_HEADER,
    MOST_LINES,
    MOST_PARAMETERS,
    MOST_PARTS,
    UnreadableMail,
    header_in_words,
    read_mail,
)

PART = b"--b\nContent-Type: text/plain\n\nx\n"
MIXED = b'Content-Type: multipart/mixed; boundary="b"\n\n'


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"Content-Disposition: attachment" + b";" * 900_000 + b"\n\nx", "headers is too long"),
        (b"Content-Type: text/plain" + b"; a=b" * 101 + b"\n\nx", "headers is too long"),
        (MIXED + b"--b\nContent-Type: x/y" + b";\n\t" * 101 + b"\n\nx", "headers is too long"),
        (
            b"Content-Disposition: attachment"
            + b"".join(b"; filename*%d=a" % number for number in range(101))
            + b"\n\nx",
            "headers is too long",
        ),
        (b"Subject: x" + b"\n y" * LONGEST_HEADER + b"\n\nx", "headers is too long"),
        (MIXED + PART * MOST_PARTS, "too many parts"),
        ((MIXED + PART * MOST_PARTS).replace(b"\n", b"\r"), "too many parts"),
        (b"Content-Type: message/rfc822\n\n" * 200, "too many parts"),
        (
            b"".join(
                b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (number, number)
                for number in range(200)
            ),
            "too many parts",
        ),
        (b"Subject: x\n\n" + b"\n" * MOST_LINES, "too many lines"),
        (b"Subject: x\r\r" + b"\r" * MOST_LINES, "too many lines"),
    ],
)
def test_a_mail_that_was_made_to_take_long_isnt_read(raw: bytes, why: str) -> None:
    with pytest.raises(UnreadableMail, match=why):
        read_mail(raw)


def test_an_ordinary_mail_is_far_from_the_bounds() -> None:
    name = b"".join(b";\n filename*%d*=utf-8''%s" % (number, b"%D0%9F" * 8) for number in range(25))
    raw = (
        b"To: " + b", ".join(b"person%d@example.org" % number for number in range(500))
        + b"\n" + MIXED + (PART * 50).replace(b"\n\n", name + b"\n\n") + b"--b--\n"
    )  # fmt: skip
    mail = read_mail(raw)
    assert len(list(mail.walk())) == 51
    assert name.count(b";") < MOST_PARAMETERS / 2


def test_of_a_large_mail_the_beginning_is_read() -> None:
    mail = read_mail(b"Subject: a\n\n" + b"x" * LARGEST * 2)
    assert mail["Subject"] == "a"
    assert len(mail.get_payload()) < LARGEST


def test_a_long_subject_is_read_to_its_bound() -> None:
    mail = read_mail(b"Subject: " + b"x=?a?q?x" * 2_000 + b"\n\nx")
    assert len(header_in_words(mail, "Subject")) <= 2_000
