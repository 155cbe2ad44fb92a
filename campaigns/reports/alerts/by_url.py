"""Telling an alert, or that all is well, by a request to somebody's server."""

import json

from django.conf import settings

from campaigns.reports.alerts.by_email import NotTold
from newsletter.core.outbound.fetch import fetch
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.trouble import OutboundError, Trouble
from newsletter.transport.config.alert_target import Alert, AlertTarget, request_of

_WORDS = {
    Trouble.NOT_ALLOWED: "it leads to an address that isn't opened",
    Trouble.NOT_PUBLIC: "it leads into a private network, which isn't opened",
    Trouble.NO_SUCH_NAME: "DNS doesn't know its host",
    Trouble.NO_NETWORK: "there is no way to it from here",
    Trouble.NOT_CONNECTED: "nobody listens there",
    Trouble.TOO_SLOW: "it gave no answer in time",
    Trouble.TOO_MANY_REDIRECTS: "it redirects, and alerts go only to the address that was given",
}


def tell_by_url(alert: Alert, *, target: AlertTarget, reach: Reach = PUBLIC) -> None:
    """Post an alert.

    Args:
        target: where to, and in which form.
        reach: what may be opened.

    Raises:
        NotTold: it was not taken.
    """
    request = request_of(target, alert)
    if isinstance(request.body, str):
        kind, body = "text/plain; charset=utf-8", request.body.encode()
    else:
        kind, body = "application/json", json.dumps(request.body).encode()
    try:
        answer = fetch(
            request.url,
            method=request.method,
            headers={**request.headers, "Content-Type": kind},
            body=body,
            reach=reach,
        )
    except OutboundError as error:
        raise NotTold(_in_words(error.trouble)) from None
    if not 200 <= answer.status < 300:
        raise NotTold(f"it answered HTTP {answer.status}")


def ping(*, reach: Reach = PUBLIC) -> None:
    """Fetch HEARTBEAT_URL.

    Args:
        reach: what may be opened.

    Raises:
        NotTold: it doesn't answer, or not well.
    """
    try:
        answer = fetch(settings.HEARTBEAT_URL, reach=reach)
    except OutboundError as error:
        raise NotTold(_in_words(error.trouble)) from None
    if not 200 <= answer.status < 300:
        raise NotTold(f"it answered HTTP {answer.status}")


def _in_words(trouble: Trouble) -> str:
    return _WORDS.get(trouble, str(trouble).replace("_", " "))
