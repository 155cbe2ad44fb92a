"""Each provider's API takes the event as a file, in calls for one and for many."""

import base64

import pytest
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.sending.send import send_batch
from newsletter.transport.bulk import senders
from tests.campaigns.calendars.test_self_test import use_mailer
from tests.fakes import provider as http
from tests.fakes.provider import Provider
from tests.fakes.providers.apis import mailer_url
from tests.newsletter.transport.providers.conversation import ACCEPTED

pytestmark = pytest.mark.django_db


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in ACCEPTED),
        *((name, {"batch": 10}) for name in ("mailgun", "brevo", "mailjet")),
    ],
    ids=str,
)
def test_the_file_goes_with_every_call(
    sending: Campaign, settings: Settings, name: str, options: dict[str, object]
) -> None:
    with http.running(Provider(ACCEPTED[name])) as provider:
        use_mailer(settings, mailer_url(name, provider.url, timeout=5, **options))
        send_batch(sending.pk)
        senders.close_all()

    assert provider.requests
    for request in provider.requests:
        body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
        assert b"event.ics" in body or b"event.ics" in _decoded(body)
        assert (
            b"BEGIN:VCALENDAR" in body
            or base64.b64encode(b"BEGIN:VCALENDAR")[:18] in body
            or (b"BEGIN:VCALENDAR" in _decoded(body))
        )
    reasons = set(Delivery.objects.exclude(reason="").values_list("reason", flat=True))
    assert not any("calendar" in reason or "attachment" in reason for reason in reasons)


def _decoded(body: bytes) -> bytes:
    """Return what Amazon gets as one base64 text, decoded."""
    found = b""
    for word in body.replace(b'"', b" ").replace(b"\\n", b"").split():
        if len(word) > 500:
            found += base64.b64decode(word + b"=" * (-len(word) % 4))
    return found
