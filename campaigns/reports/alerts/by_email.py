"""Telling an alert by email.

It goes out at once and past the outbox, because the workers may be what is wrong.
"""

from collections.abc import Callable
from functools import partial

from django.conf import settings

from campaigns.reports.operator_email import operator_email
from newsletter.states import Stream
from newsletter.transport.config.alert_target import Alert
from newsletter.transport.config.mailer_settings import ALERT_ALIAS
from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.results.result import Outcome


class NotTold(Exception):
    """Somebody was not told. The message names no address and holds no secret.

    Attributes:
        others_were: whether somebody else was told, who must not hear the same again and again.
    """

    def __init__(self, message: str, *, others_were: bool = False) -> None:
        super().__init__(message)
        self.others_were = others_were


def tell_by_email(
    alert: Alert, before_each: Callable[[], object], *, from_memory: bool = False
) -> None:
    """Send an alert to each of ALERT_EMAIL: by the transactional mailer, and else by the other one.

    Where the first doesn't say whether it took the email, the other gets it, too: twice is better
    than never.

    Args:
        before_each: is called before each email. What it raises ends the telling.
        from_memory: whether the database is left alone, because it is what is wrong.

    Raises:
        NotTold: at least one address got nothing.
    """
    send = partial(_send, alert=alert, before_each=before_each, from_memory=from_memory)
    failed = [why for each in settings.ALERT_EMAIL if (why := send(each))]
    if failed:
        raise NotTold(failed[0], others_were=len(failed) < len(settings.ALERT_EMAIL))


def _send(to: str, *, alert: Alert, before_each: Callable[[], object], from_memory: bool) -> str:
    """Send to one address, and return why that failed, or nothing."""
    why = ""
    for alias in (Stream.TRANSACTIONAL.value, *([ALERT_ALIAS] if settings.ALERT_MAILER else [])):
        before_each()
        email = operator_email(to, subject=alert.title, text=alert.text, from_memory=from_memory)
        result = dispatch_single(email, stream=Stream.TRANSACTIONAL, mailer=alias)
        if result.outcome is Outcome.ACCEPTED:
            return ""
        why = why or f"{result.mailer}: {result.reason}"
    return why
