"""A log or an export proves what has our reference and was not refused."""

import json

from campaigns.restoring.accepted_mail import read_accepted_mail
from newsletter.core.tokens import Purpose, make_token


def delivery(number: int) -> str:
    return make_token(Purpose.DELIVERY, number)


def postfix(queue_id: str, program: str, said: str) -> str:
    return f"Nov 26 03:04:05 mail postfix/{program}[123]: {queue_id}: {said}\n"


def through_postfix(queue_id: str, token: str, *, to: str = "ada@example.nz") -> list[str]:
    return [
        postfix(queue_id, "smtpd", "client=lists.example.org[192.0.2.1]"),
        postfix(queue_id, "cleanup", f"message-id=<{token}@lists.example.org>"),
        postfix(
            queue_id,
            "qmgr",
            f"from=<bounces+{token}@lists.example.org>, size=4711, nrcpt=1 (queue active)",
        ),
        postfix(
            queue_id,
            "smtp",
            f"to=<{to}>, relay=mx.example.nz[192.0.2.9]:25, delay=1, dsn=2.0.0, status=sent (250 "
            f"2.0.0 Ok)",
        ),
        postfix(queue_id, "qmgr", "removed"),
    ]


def test_postfix_has_what_it_put_into_its_queue() -> None:
    lines = [
        *through_postfix("4F2A61C0D3", delivery(5)),
        *through_postfix("4cN1Bb2R4Yz7", delivery(6)),
    ]

    found = read_accepted_mail(lines)

    assert found.deliveries == {5, 6}
    assert (found.understood, found.others) == (10, 0)


def test_what_postfix_deferred_or_bounced_it_has_had() -> None:
    token = delivery(7)
    lines = [
        postfix("4F2A61C0D3", "cleanup", f"message-id=<{token}@lists.example.org>"),
        postfix(
            "4F2A61C0D3",
            "smtp",
            "to=<ada@example.nz>, relay=none, status=bounced (host said: 550 5.1.1 no such user)",
        ),
    ]

    assert read_accepted_mail(lines).deliveries == {7}


def test_what_a_server_refused_stays_in_doubt() -> None:
    token = delivery(8)
    lines = [
        f"Nov 26 03:04:05 mail postfix/smtpd[9]: NOQUEUE: reject: RCPT from a: 450 4.7.1 later; "
        f"from=<bounces+{token}@lists.example.org>\n",
        postfix("4F2A61C0D3", "cleanup", f"message-id=<{token}@lists.example.org>"),
        postfix(
            "4F2A61C0D3",
            "cleanup",
            "milter-reject: END-OF-MESSAGE from a: 4.7.1 try again; from=<x@example.org> "
            "proto=ESMTP",
        ),
        f"2026-11-26 03:04:05 rejected after DATA: <{token}@lists.example.org>\n",
    ]

    found = read_accepted_mail(lines)

    assert not found.deliveries
    assert (found.understood, found.others) == (0, 4)


def test_events_of_providers_name_us_in_their_metadata_wherever_it_stands() -> None:
    message = make_token(Purpose.MESSAGE, 3)
    lines = [
        json.dumps(
            {
                "event": "delivered",
                "user-variables": {"convene_ref": delivery(1)},
                "recipient": "ada@example.nz",
            }
        ),
        json.dumps({"RecordType": "Delivery", "Metadata": {"convene_ref": message}}),
        f'2026-11-26 03:00,delivered,ada@example.nz,"{{""convene_ref"": ""{delivery(2)}""}}"',
        f"2026-11-26 03:04:05 1tFabc-0001 <= news@lists.example.org "
        f"id={delivery(4)}@lists.example.org",
    ]

    found = read_accepted_mail(lines)

    assert (found.deliveries, found.messages, found.understood) == ({1, 2, 4}, {3}, 4)


def test_what_we_did_not_sign_names_nothing() -> None:
    forged = "BQAA" + "A" * 24
    unsubscribe = make_token(Purpose.UNSUBSCRIBE, 1)

    found = read_accepted_mail(
        [f'{{"ref": "{forged}"}}', f"GET /u/{unsubscribe}", "", "\0\0\xff", "x" * 300_000]
    )

    assert not found.deliveries
    assert not found.messages
    assert found.others == 4
