"""Mails of the bounce mailbox: delivery reports, complaints, automatic replies, odd bounces."""

import pytest

from newsletter.core.tokens import Purpose, make_token
from newsletter.states import ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import Malformed
from newsletter.webhooks.bounces.mail import parse_bounce_mail
from newsletter.webhooks.parsed_event import ParsedEvent
from tests.fakes.bounce_mails import bounce_mail

REF = make_token(Purpose.DELIVERY, 7)
ADA = "ada@example.nz"


def mail(name: str, **words: str) -> bytes:
    return bounce_mail(name, **({"ref": REF, "recipient": ADA} | words))


def the_one(raw: bytes) -> ParsedEvent:
    [event] = parse_bounce_mail(raw)
    assert event.raw == raw
    assert event.happened_at
    return event


@pytest.mark.parametrize("name", ["Subject", "From"])
def test_a_header_that_cant_be_decoded_is_read_as_it_came(name: str) -> None:
    with pytest.raises(Malformed, match="neither a bounce nor a complaint"):
        parse_bounce_mail(f"{name}: =?utf-8?b?A?= <x@y.example>\r\n\r\nx".encode())


@pytest.mark.parametrize(
    ("action", "status", "answer", "kind", "bounce_class"),
    [
        ("failed", "5.1.1", "User unknown", "bounced", "hard"),
        ("failed", "5.2.2", "Mailbox full", "bounced", "soft"),
        ("failed", "5.7.1", "Message rejected as spam", "bounced", "block"),
        ("failed", "5.0.0", "something", "bounced", "soft"),
        ("FAILED", "5.1.1", "User unknown", "bounced", "hard"),
        ("delayed", "4.4.1", "Connection timed out", "deferred", None),
        ("delivered", "2.0.0", "OK", "delivered", None),
        ("relayed", "2.0.0", "OK", "accepted", None),
    ],
)
def test_a_delivery_report_is_read_by_its_action_and_its_code(
    action: str, status: str, answer: str, kind: str, bounce_class: str | None
) -> None:
    found = the_one(mail("dsn_postfix", action=action, status=status, answer=answer))
    assert (found.kind, found.bounce_class, found.recipient, found.ref) == (
        kind,
        bounce_class,
        ADA,
        REF,
    )
    assert answer in found.detail


def test_of_a_forwarded_message_the_recipient_is_the_one_whom_we_wrote_to() -> None:
    found = the_one(mail("dsn_forwarded"))
    assert (found.kind, found.bounce_class, found.recipient, found.ref) == (
        "bounced",
        "hard",
        ADA,
        REF,
    )


@pytest.mark.parametrize("rcpt", ["", f"Original-Rcpt-To: <{ADA}>\n"], ids=["redacted", "named"])
@pytest.mark.parametrize(
    ("feedback", "kind"),
    [
        ("abuse", "complained"),
        ("Fraud", "complained"),
        ("virus", "complained"),
        ("not-spam", "other"),
        ("auth-failure", "other"),
        ("dmarc", "other"),
    ],
)
def test_a_feedback_is_a_complaint_only_where_a_recipient_made_one(
    feedback: str, kind: str, rcpt: str
) -> None:
    found = the_one(mail("arf", feedback=feedback, rcpt=rcpt))
    assert (found.kind, found.recipient, found.ref) == (kind, ADA if rcpt else "", REF)


def test_an_automatic_reply_is_never_a_bounce_whatever_it_says() -> None:
    found = the_one(mail("out_of_office"))
    assert (found.kind, found.bounce_class, found.ref) == ("autoresponded", None, REF)


def test_a_bounce_of_its_own_kind_is_recognised() -> None:
    found = the_one(mail("qmail"))
    assert (found.kind, found.bounce_class, found.recipient, found.ref) == (
        "bounced",
        "hard",
        ADA,
        REF,
    )


NESTED = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 3_000
)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 100,
        mail("ordinary"),
        b"Content-Type: multipart/report\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n",
        NESTED,
    ],
    ids=[
        "nothing",
        "bytes",
        "an ordinary mail",
        "an empty report",
        "a report of nothing",
        "3,000 deep",
    ],
)
def test_what_is_no_bounce_is_told_apart_and_breaks_nothing(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_bounce_mail(raw)


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "To"])
def test_the_return_path_names_the_delivery(name: str) -> None:
    raw = (
        f"{name}: <bounces+{REF}@lists.example.org>\r\nAuto-Submitted: auto-replied\r\nDate: "
        f"Wed, 25 Nov 2026 01:02:03 +0000\r\n\r\nAway"
    )
    assert the_one(raw.encode()).ref == REF


BOUNCE = (
    "This message was created automatically. The following address failed:\n\n  "
    "ada@example.nz\n    550 User unknown\n"
)


def odd(text: str, *headers: str, to: str = f"bounces+{REF}@lists.example.org") -> bytes:
    return "\n".join(
        [*headers, f"To: {to}", "Date: Wed, 25 Nov 2026 01:02:03 +0000", "", text]
    ).encode()


@pytest.mark.parametrize(
    "headers",
    [
        ["From: Mail Delivery System <Mailer-Daemon@example.nz>"],
        ["From: postmaster@example.nz"],
        ["From: Mail Delivery Subsystem <no-reply@example.nz>"],
        ["From: <x@example.nz>", f"X-Failed-Recipients: {ADA}"],
        ["From: MAILER-DAEMON"],
    ],
    ids=str,
)
def test_a_mail_system_is_not_a_person_whatever_it_calls_its_bounce(headers: list[str]) -> None:
    found = the_one(odd(BOUNCE, "Return-Path: <>", "Auto-Submitted: auto-replied", *headers))
    assert (found.kind, found.bounce_class, found.recipient, found.ref) == (
        "bounced",
        "hard",
        ADA,
        REF,
    )


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: News",
        "Réponse automatique : News",
        "Abwesenheitsnotiz: News",
        "自動応答: News",
    ],
)
def test_a_person_who_is_away_is_recognised_without_headers(subject: str) -> None:
    found = the_one(
        odd(
            "I no longer work here; this mailbox does not exist any more.",
            f"From: <{ADA}>",
            f"Subject: {subject}",
        )
    )
    assert (found.kind, found.bounce_class) == ("autoresponded", None)


def test_a_person_s_answer_with_an_empty_return_path_is_an_answer() -> None:
    found = the_one(
        odd(
            "Away until Monday.",
            "Return-Path: <>",
            f"From: Ada <{ADA}>",
            "Auto-Submitted: auto-replied (vacation)",
        )
    )
    assert found.kind == "autoresponded"


def test_one_code_in_a_text_is_not_about_everybody_in_it() -> None:
    text = (
        "I wasn't able to deliver your message.\n\n<ada@example.nz>:\nno mailbox here by that "
        "name. (#5.1.1)\n\n<ben@example.nz>:\nSorry.\n"
    )
    raw = odd(
        f"Hi. This is the qmail-send program at example.nz.\n{text}\n--- Below this line is a "
        f"copy.\n",
        "From: MAILER-DAEMON@example.nz",
    )
    assert {one.recipient: one.bounce_class for one in parse_bounce_mail(raw)} == {
        ADA: "hard",
        "ben@example.nz": "soft",
    }


def test_where_nobody_is_named_the_bounce_is_soft_for_the_message_that_its_token_names() -> None:
    found = the_one(
        odd("Your message could not be delivered: user unknown.", "From: MAILER-DAEMON@example.nz")
    )
    assert (found.kind, found.bounce_class, found.recipient, found.ref) == (
        "bounced",
        "soft",
        "",
        REF,
    )


def test_who_isn_t_a_mail_system_can_t_say_that_somebody_doesn_t_exist() -> None:
    text = (
        "Hi. This is the qmail-send program.\n\n<ada@example.nz>:\nno mailbox here by that "
        "name. (#5.1.1)\n\n--- Below this line\n"
    )
    for name, expected in (("MAILER-DAEMON@example.nz", "hard"), ("mallory@example.com", "soft")):
        assert the_one(odd(text, f"From: <{name}>", "Subject: Re: News")).bounce_class == expected


@pytest.mark.parametrize(
    "action", ["failure", "Error", "failed (Bad destination mailbox address)", "failed;"]
)
def test_other_words_for_failed_are_read(action: str) -> None:
    found = the_one(mail("dsn_postfix", action=action, status="5.1.1", answer="550 User unknown"))
    assert (found.kind, found.bounce_class) == ("bounced", "hard")


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize(
    "atom", ["-\n", "a", "a@", "<", "<!--", "\n", "- ", "=", "(", "unknown user ", f"{ADA}\n"]
)
def test_a_mail_that_was_made_to_be_slow_is_read_to_its_end(atom: str) -> None:
    for kind in ("text/plain", "text/html"):
        found = parse_bounce_mail(
            odd("x " + atom * 20_000, "From: MAILER-DAEMON@example.nz", f"Content-Type: {kind}")
        )
        assert {one.kind for one in found} == {ProviderEventKind.BOUNCED}


@pytest.mark.parametrize("atom", ["<", "a@", " ", "*", "=41"])
def test_a_line_that_was_made_to_be_slow_is_read_to_its_end(atom: str) -> None:
    raw = odd(f"here is your list of failed recipients\n{atom * 300_000}", "From: postmaster@x.nz")
    assert [one.kind for one in parse_bounce_mail(raw)] == [ProviderEventKind.BOUNCED]


def test_a_header_that_was_made_to_be_slow_is_no_bounce() -> None:
    raw = odd("User unknown", "From: postmaster@x.nz", f"Content-Type: text/plain{';' * 500_000}")
    with pytest.raises(Malformed, match="One of its headers is too long"):
        parse_bounce_mail(raw)


def test_an_address_is_found_far_down_in_a_bounce() -> None:
    words = "a line of a mail system\n" * 1_000
    raw = odd(f"{words}here is your list of failed recipients\n<{ADA}>\n", "From: postmaster@x.nz")
    assert [one.recipient for one in parse_bounce_mail(raw)] == [ADA]
