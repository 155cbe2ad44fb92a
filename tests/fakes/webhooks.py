"""Providers' reports in their own words, from tests/payloads/webhooks, signed as they sign them."""

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.test import Client
from django.utils import timezone

from newsletter.transport.providers.ses.certificates import remember_certificate
from tests.fakes.amazon import CERTIFICATE_URL, certificate

PAYLOADS = Path(__file__).resolve().parent.parent / "payloads" / "webhooks"
PROVIDERS = ("brevo", "mailgun", "mailjet", "postmark", "resend", "ses")
CASES = ("delivered", "hard", "soft", "block", "deferred", "complained", "unsubscribed")
SECRET = "a-webhook-secret-of-tests-that-is-long-enough"
MAILGUN_KEY = "a-signing-key-of-mailgun"
RESEND_KEY = "whsec_" + base64.b64encode(b"a signing key of svix, of thirty").decode()
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"
_numbers = itertools.count(1_000)


@dataclass(frozen=True)
class Report:
    """One request of a provider."""

    provider: str
    body: bytes
    headers: dict[str, str]

    def post(self, client: Client) -> int:
        """Post it, as the provider does, and return the status of the response."""
        url = f"/webhooks/{self.provider}/?secret={SECRET}"
        return client.post(
            url, self.body, content_type="application/json", headers=self.headers
        ).status_code


def has(provider: str, case: str) -> bool:
    """Return whether the provider reports such a case at all."""
    return _payloads(provider)[case] is not None


def report(
    provider: str,
    case: str,
    *,
    ref: str,
    recipient: str,
    message_id: str = "",
    at: dt.datetime | None = None,
    changes: dict[str, Any] | None = None,
) -> Report:
    """Return the request that `provider` sends in a case.

    Args:
        case: one of CASES.
        at: the time of the event; by default now.
        changes: fields of the outermost object to put in place of its own.
    """
    at, number = at or timezone.now(), next(_numbers)
    text = json.dumps(_payloads(provider)[case])
    stamps: dict[str, str] = {
        "{{ref}}": ref,
        "{{recipient}}": recipient,
        "{{message_id}}": message_id or f"message-{number}@lists.example.org",
        "{{id}}": hashlib.sha256(str(number).encode()).hexdigest()[:25],
        "{{iso}}": at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "{{epoch}}": str(int(timezone.now().timestamp())),
    }
    quoted: dict[str, object] = {
        "{{epoch_float}}": at.timestamp(),
        "{{epoch_number}}": int(at.timestamp()),
        "{{epoch_ms}}": int(at.timestamp() * 1000),
        "{{number}}": number,
        "{{message_number}}": int(message_id)
        if message_id.isdigit()
        else 19_421_777_835_146_490 + number,
    }
    for mark, value in quoted.items():
        text = text.replace(f'"{mark}"', str(value))
    for mark, stamp in stamps.items():
        text = text.replace(mark, stamp)
    return _signed(provider, json.loads(text) | (changes or {}), number)


def grouped(provider: str, reports: list[Report]) -> Report:
    """Return several reports in one body."""
    return Report(provider, json.dumps([json.loads(one.body) for one in reports]).encode(), {})


def _signed(provider: str, payload: dict[str, Any], number: int) -> Report:
    if provider == "mailgun":
        block = payload["signature"]
        block["signature"] = hmac.new(
            MAILGUN_KEY.encode(), f"{block['timestamp']}{block['token']}".encode(), hashlib.sha256
        ).hexdigest()
    if provider == "ses":
        return _notification(json.dumps(payload), number)
    body = json.dumps(payload).encode()
    return Report(
        provider, body, svix_headers(body, f"msg_{number}") if provider == "resend" else {}
    )


def svix_headers(body: bytes, name: str, *, at: dt.datetime | None = None) -> dict[str, str]:
    """Return the headers with which Resend signs."""
    stamp = str(int((at or timezone.now()).timestamp()))
    signed = f"{name}.{stamp}.".encode() + body
    signature = base64.b64encode(
        hmac.new(
            base64.b64decode(RESEND_KEY.removeprefix("whsec_")), signed, hashlib.sha256
        ).digest()
    ).decode()
    return {"svix-id": name, "svix-timestamp": stamp, "svix-signature": f"v1,{signature}"}


def _notification(message: str, number: int) -> Report:
    fields = {
        "Type": "Notification",
        "MessageId": f"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf{number}",
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
    }
    return sns(fields)


def sns(
    fields: dict[str, str],
    *,
    names: tuple[str, ...] = ("Message", "MessageId", "Timestamp", "TopicArn", "Type"),
) -> Report:
    """Return a message of Amazon SNS with these fields, signed with the tests' certificate."""
    key, pem = certificate()
    remember_certificate(CERTIFICATE_URL, pem)
    signed = "".join(f"{name}\n{fields[name]}\n" for name in names).encode()
    algorithm = hashes.SHA256() if fields["SignatureVersion"] == "2" else hashes.SHA1()
    signature = base64.b64encode(key.sign(signed, padding.PKCS1v15(), algorithm)).decode()
    body = json.dumps(fields | {"Signature": signature}).encode()
    return Report("ses", body, {"x-amz-sns-message-type": fields["Type"]})


@cache
def _payloads(provider: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{provider}.json").read_text(encoding="utf-8"))
    return found
