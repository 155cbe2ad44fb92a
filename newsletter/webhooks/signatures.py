"""The second wall: signatures of providers that have them.

The first, the secret in the webhook's address, is asked for at the door.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from django.conf import settings

from newsletter.models import ProviderReport
from newsletter.transport.providers.sns_certificates import is_amazons, known_certificate
from newsletter.webhooks.parsed_event import Malformed
from newsletter.webhooks.untrusted_input import fields, word

MAILGUN_TOLERANCE = timedelta(hours=9)
"""Mailgun repeats a report for eight hours. Its signature covers neither body nor address, so a
token counts once: it is what the event is known by for KEEP_PROVIDER_EVENTS, far longer than
this."""
SVIX_TOLERANCE = timedelta(minutes=5)
"""Svix signs each attempt anew."""

_SNS_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
    "UnsubscribeConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}


class NotSigned(Malformed):
    """A report whose signature is missing, wrong or stale.

    It is kept, and nothing follows from it.
    """


class CertificateMissing(Exception):
    """The certificate has yet to be fetched; `url` says from where."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def verify(report: ProviderReport) -> None:
    """Look at the signature of a report, where its provider signs and WEBHOOK_SIGNING_KEYS has a key for it (Amazon needs none).

    Raises:
        NotSigned: it is not who it says it is.
        CertificateMissing: not to be said yet.
    """
    key = settings.WEBHOOK_SIGNING_KEYS.get(report.provider, "")
    check = _CHECKS.get(report.provider)
    if check is not None and (key or report.provider == "ses"):
        check(report, key)


def _mailgun(report: ProviderReport, key: str) -> None:
    block = fields(_object(report), "signature")
    stamp, token = str(block.get("timestamp", "")), str(block.get("token", ""))
    expected = hmac.new(
        key.encode(), f"{stamp}{token}".encode(errors="replace"), hashlib.sha256
    ).hexdigest()
    _same(str(block.get("signature", "")), expected)
    _fresh(stamp, report, MAILGUN_TOLERANCE)


def _resend(report: ProviderReport, key: str) -> None:
    # docs.svix.com: the key is base64 after its prefix; several signatures may stand there while a
    # key is being changed.
    stamp, told = report.headers.get("svix-timestamp", ""), report.headers.get("svix-signature", "")
    signed = f"{report.headers.get('svix-id', '')}.{stamp}.".encode() + bytes(report.raw)
    expected = base64.b64encode(hmac.new(svix_key(key), signed, hashlib.sha256).digest()).decode()
    given = [
        signature.partition(",")[2] for signature in told.split() if signature.startswith("v1,")
    ]
    if not any(
        hmac.compare_digest(signature.encode(errors="replace"), expected.encode())
        for signature in given
    ):
        raise NotSigned("Its signature is wrong.")
    _fresh(stamp, report, SVIX_TOLERANCE)


def svix_key(key: str) -> bytes:
    """The bytes of a key such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(key.removeprefix("whsec_"), validate=True)


def _ses(report: ProviderReport, topics: str) -> None:
    message = _object(report)
    names = _SNS_SIGNED.get(word(message.get("Type")))
    url = word(message.get("SigningCertURL"))
    if names is None or not is_amazons(url):
        raise NotSigned("It is not signed by Amazon SNS.")
    if topics and message.get("TopicArn") != topics:
        raise NotSigned("It comes from another topic of Amazon SNS.")
    pem = known_certificate(url)
    if pem is None:
        raise CertificateMissing(url)
    signed = "".join(
        f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None
    )
    algorithm = SHA256() if message.get("SignatureVersion") == "2" else SHA1()  # noqa: S303 - what version 1 is
    try:
        public_key = x509.load_pem_x509_certificate(pem).public_key()
        if not isinstance(public_key, RSAPublicKey):
            raise NotSigned("Its certificate has no RSA key.")
        public_key.verify(
            base64.b64decode(word(message.get("Signature"))),
            signed.encode(errors="replace"),
            PKCS1v15(),
            algorithm,
        )
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned("Its signature is wrong.") from None


def _object(report: ProviderReport) -> Mapping[str, Any]:
    try:
        found = json.loads(bytes(report.raw))
    except (ValueError, RecursionError):
        raise NotSigned("It has no signature that can be read.") from None
    if not isinstance(found, dict):
        raise NotSigned("It has no signature.")
    return found


def _same(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise NotSigned("Its signature is wrong.")


def _fresh(stamp: str, report: ProviderReport, tolerance: timedelta) -> None:
    try:
        signed_at = datetime.fromtimestamp(int(stamp), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSigned("Its signature has no time.") from None
    if abs(report.received_at - signed_at) > tolerance:
        raise NotSigned("Its signature is stale.")


_CHECKS: Mapping[str, Callable[[ProviderReport, str], None]] = {
    "mailgun": _mailgun,
    "resend": _resend,
    "ses": _ses,
}
