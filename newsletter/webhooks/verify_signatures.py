"""The second wall: the signatures of providers that sign.

The first is WEBHOOK_SECRET (newsletter.webhooks.secret). How each provider signs stands in its
file in newsletter.transport.providers.
"""

from django.conf import settings

from newsletter.models import ProviderReport
from newsletter.transport.providers.parts.webhook import SignedRequest
from newsletter.transport.providers.registry import webhook_of


def verify(report: ProviderReport) -> None:
    """Check the signature of a report.

    It is checked where the provider signs and WEBHOOK_SIGNING_KEYS has a key for it; one whose
    signature can be checked without a key is always checked.

    Raises:
        NotSigned: its signature is missing or wrong.
        CertificateMissing: the certificate has to be fetched first.
    """
    webhook = webhook_of(report.provider)
    if webhook is None or webhook.signature is None:
        return
    key = settings.WEBHOOK_SIGNING_KEYS.get(report.provider, "")
    if key or webhook.signature.is_checked_without_key:
        request = SignedRequest(bytes(report.raw), report.headers, report.received_at)
        webhook.signature.check(request, key)
