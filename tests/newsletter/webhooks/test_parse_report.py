"""One contract for all providers: their own words in, the same events out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_token
from newsletter.states import ProviderEventKind
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.webhooks.parse_report import parse_report
from tests.fakes import webhooks

EXPECTED = {
    "delivered": ("delivered", ""),
    "hard": ("bounced", "hard"),
    "soft": ("bounced", "soft"),
    "block": ("bounced", "block"),
    "deferred": ("deferred", ""),
    "complained": ("complained", ""),
    "unsubscribed": ("unsubscribed", ""),
}
REFUSED_BY_PROVIDER = {("brevo", "block"), ("mailjet", "block"), ("postmark", "block")}
"""These say "blocked" of what they didn't even send, or won't send again."""
REPORTED = [
    (provider, case)
    for provider in webhooks.PROVIDERS
    for case in webhooks.CASES
    if webhooks.has(provider, case)
]


def test_every_provider_with_a_webhook_has_payloads() -> None:
    assert {key for key, known in PROVIDERS.items() if known.webhook} == set(webhooks.PROVIDERS)


@pytest.mark.parametrize(("provider", "case"), REPORTED)
def test_each_case_of_each_provider_means_the_same(provider: str, case: str) -> None:
    at = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    ref = make_token(Purpose.DELIVERY, 7)
    report = webhooks.report(
        provider, case, ref=ref, recipient="ada@example.nz", message_id="4711", at=at
    )

    [found] = parse_report(provider, report.body, headers=report.headers)

    kind, bounce_class = EXPECTED[case]
    if (provider, case) in REFUSED_BY_PROVIDER:
        kind = "rejected"
    assert (found.kind, found.bounce_class or "") == (kind, bounce_class)
    assert (found.ref, found.recipient, found.problem) == (ref, "ada@example.nz", "")
    assert found.provider_message_id.strip("<>") == "4711"
    assert found.happened_at is not None
    # Amazon's is the time of the notification.
    assert abs(found.happened_at - (timezone.now() if provider == "ses" else at)) < timedelta(
        minutes=1
    )
    assert found.raw == report.body


UNKNOWN, DENIED = "550 5.1.1 User unknown", "550 5.4.1 Recipient address rejected: Access denied"


@pytest.mark.parametrize(
    ("provider", "changes", "expected"),
    [
        (
            "brevo",
            {"reason": "RecipientError: 550 5.5.0 Requested action not taken: mailbox unavailable"},
            "hard",
        ),
        ("brevo", {"reason": "550 5.5.0"}, "hard"),
        ("brevo", {"event": "soft_bounce", "reason": UNKNOWN}, "hard"),
        ("brevo", {"reason": "550 5.1.1 your IP is on a blocklist"}, "block"),
        ("brevo", {"reason": "552 5.1.1 mailbox full"}, "soft"),
        ("brevo", {"event": "soft_bounce", "reason": DENIED}, "hard"),
        (
            "mailjet",
            {
                "blocked": True,
                "error_related_to": "domain",
                "error": "invalid domain",
                "comment": "",
            },
            "hard",
        ),
        ("mailjet", {"blocked": True, "error": "mailbox inactive", "comment": ""}, "hard"),
        ("mailjet", {"hard_bounce": False, "error": "quota exceeded", "comment": ""}, "soft"),
        (
            "mailjet",
            {"error": "sender blocked", "error_related_to": "spam", "comment": ""},
            "block",
        ),
        ("postmark", {"Type": "SoftBounce", "Details": UNKNOWN}, "hard"),
        (
            "postmark",
            {
                "Type": "HardBounce",
                "Details": "smtp;550 5.4.310 DNS domain example.nz does not exist",
            },
            "hard",
        ),
        ("postmark", {"Type": "HardBounce", "Details": "smtp;550 5.1.1 SPF check failed"}, "block"),
    ],
    ids=str,
)
def test_a_provider_s_class_is_weighed_with_what_the_mail_server_said(
    provider: str, changes: dict[str, object], expected: str
) -> None:
    report = webhooks.report(provider, "hard", ref="", recipient="ada@example.nz", changes=changes)
    [found] = parse_report(provider, report.body, headers={})
    assert (found.kind, found.bounce_class) == ("bounced", expected)


@pytest.mark.parametrize(
    ("bounce", "expected"),
    [
        (
            {
                "message": (
                    "The recipient's email provider sent a hard bounce message, but didn't "
                    "specify the reason."
                )
            },
            "hard",
        ),
        (
            {
                "message": (
                    "Resend has suppressed sending to this address: it is on the "
                    "account-level suppression list."
                )
            },
            "block",
        ),
        ({"message": "The recipient's email provider sent a general bounce message."}, "soft"),
        ({"message": "Something new."}, "soft"),
        ({"type": "Undetermined", "subType": "Undetermined"}, "soft"),
    ],
    ids=str,
)
def test_resend_is_understood_without_a_type(bounce: dict[str, str], expected: str) -> None:
    report = webhooks.report("resend", "hard", ref="", recipient="ada@example.nz")
    body = json.loads(report.body)
    body["data"]["bounce"] = bounce
    [found] = parse_report("resend", json.dumps(body).encode(), headers={})
    assert (found.kind, found.bounce_class) == ("bounced", expected)


@pytest.mark.parametrize("provider", webhooks.PROVIDERS)
def test_several_events_in_one_body_are_told_apart(provider: str) -> None:
    reports = [
        webhooks.report(provider, case, ref="", recipient=f"{case}@example.nz")
        for case in ("delivered", "hard")
    ]
    found = parse_report(provider, webhooks.grouped(provider, reports).body, headers={})
    assert [(one.kind, one.recipient) for one in found] == [
        ("delivered", "delivered@example.nz"),
        ("bounced", "hard@example.nz"),
    ]


@pytest.mark.parametrize(
    ("provider", "changes"),
    [
        ("mailgun", {"event-data": {"event": "opened", "recipient": "ada@example.nz"}}),
        ("mailjet", {"event": "click"}),
        ("brevo", {"event": "unique_opened"}),
        ("resend", {"type": "email.opened"}),
        ("postmark", {"RecordType": "Open"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_opens_and_clicks_are_not_kept(provider: str, changes: dict[str, object]) -> None:
    report = webhooks.report(
        provider, "delivered", ref="", recipient="ada@example.nz", changes=changes
    )
    assert parse_report(provider, report.body, headers={}) == []


@pytest.mark.parametrize(
    ("provider", "changes"),
    [
        ("mailgun", {"event-data": {"event": "levitated"}}),
        ("mailjet", {"event": "levitated"}),
        ("brevo", {"event": "levitated"}),
        ("resend", {"type": "email.levitated"}),
        ("postmark", {"RecordType": "Levitation"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_event_is_kept_with_what_is_odd_about_it(
    provider: str, changes: dict[str, object]
) -> None:
    report = webhooks.report(
        provider, "delivered", ref="", recipient="ada@example.nz", changes=changes
    )
    [found] = parse_report(provider, report.body, headers={})
    assert found.kind is ProviderEventKind.OTHER
    assert "unknown" in found.problem


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure"])
def test_a_feedback_that_is_no_complaint_is_none(feedback: str) -> None:
    report = webhooks.report("ses", "complained", ref="", recipient="ada@example.nz")
    body = report.body.replace(
        b'\\"complaintFeedbackType\\": \\"abuse\\"',
        f'\\"complaintFeedbackType\\": \\"{feedback}\\"'.encode(),
    )
    assert body != report.body
    [found] = parse_report("ses", body, headers={})
    assert found.kind is ProviderEventKind.OTHER


def test_our_reference_is_also_found_in_a_message_id_that_was_kept() -> None:
    ref = make_token(Purpose.DELIVERY, 7)
    report = webhooks.report(
        "mailgun",
        "delivered",
        ref="",
        recipient="ada@example.nz",
        message_id=f"{ref}@lists.example.org",
    )
    [found] = parse_report("mailgun", report.body, headers={})
    assert found.ref == ref
