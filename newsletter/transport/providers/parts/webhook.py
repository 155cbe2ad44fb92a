"""The parts of a provider's file that are about its webhook: reading its events, and its signature.

Providers' files are read while settings are made, so nothing here imports Django. What reads an
event (anymail) or a certificate (cryptography) is imported by the function that needs it.
"""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from newsletter.transport.providers.parts.untrusted_input import Malformed

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

type Event = Mapping[str, Any]
"""One event as the provider wrote it: an object of JSON."""


class NotSigned(Malformed):
    """A report whose signature is missing, wrong or stale.

    It is kept, and nothing follows from it.
    """


class CertificateMissing(Exception):
    """The certificate of a signature has yet to be fetched from `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class ReportedClass(StrEnum):
    """The class that a provider itself gives a bounce.

    newsletter.webhooks.bounces.classify weighs it with the mail server's codes and words.
    """

    HARD = "hard"
    """The mailbox doesn't exist any more."""
    SOFT = "soft"
    """It may pass."""
    BLOCK = "block"
    """It is about us: rate, reputation, content, policy, a list of the provider's own."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """One request to the webhook, as it was stored.

    Args:
        headers: those that the provider's file names, by name in lower case.
    """

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A provider's way of signing its requests.

    Args:
        check: looks at the signature of a request with the key of WEBHOOK_SIGNING_KEYS. Raises
            NotSigned, or CertificateMissing where the certificate has to be fetched first.
        key: the form of that key.
        key_shape: the same, as a person would write it.
        is_checked_without_key: each request is signed verifiably, whether a key is set or not.
        fetch_certificate: fetches the certificate at a URL; False where it must be tried later.
    """

    check: Callable[[SignedRequest, str], None]
    key: re.Pattern[str]
    key_shape: str
    is_checked_without_key: bool = False
    fetch_certificate: Callable[[str], bool] | None = None


def _no_class(event: Event, tracked: "AnymailTrackingEvent") -> ReportedClass | None:
    return None


def _no_answers(event: Event, tracked: "AnymailTrackingEvent") -> list[object]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A provider's way of reporting at /webhooks/<provider>/.

    Args:
        read: reads one event, with the headers that were kept, into anymail's form. It may hold
            whatever it likes: an event that raises is kept as one that can't be read. Raises
            Malformed where no event of the request can be read.
        reported_class: the class that the provider itself gives a bounce, where it gives one.
        server_answers: what mail servers answered, from fields that anymail doesn't read, the
            closest to the mailbox last.
        signature: None where the provider doesn't sign.
        headers: those of a request that reading or checking it needs, beside Content-Type.
        id_header: the one of them that tells a request from others with the same body.
        asks_first: the provider sends a user name and password only after it was asked for them.
    """

    read: Callable[[Event, Mapping[str, str]], "list[AnymailTrackingEvent]"]
    reported_class: Callable[[Event, "AnymailTrackingEvent"], ReportedClass | None] = _no_class
    server_answers: Callable[[Event, "AnymailTrackingEvent"], list[object]] = _no_answers
    signature: Signature | None = None
    headers: tuple[str, ...] = ()
    id_header: str = ""
    asks_first: bool = False


def signed_object(request: SignedRequest) -> Mapping[str, Any]:
    """Return the JSON object in a request that carries its signature inside.

    Raises:
        NotSigned: there is none.
    """
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise NotSigned("It has no signature that can be read.") from None
    if not isinstance(found, dict):
        raise NotSigned("It has no signature.")
    return found


def require_same(given: str, expected: str) -> None:
    """Compare a signature with the one that it should be, in constant time.

    Raises:
        NotSigned: it is another.
    """
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise NotSigned("Its signature is wrong.")


def require_fresh(stamp: str, request: SignedRequest, *, tolerance: timedelta) -> None:
    """Compare the time of a signature with the time when its request came.

    Args:
        stamp: seconds since 1970.

    Raises:
        NotSigned: it has no time, or it is stale.
    """
    try:
        signed_at = datetime.fromtimestamp(int(stamp), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSigned("Its signature has no time.") from None
    if abs(request.received_at - signed_at) > tolerance:
        raise NotSigned("Its signature is stale.")
