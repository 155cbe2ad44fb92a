"""Check that what providers and mail servers report comes in."""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level, Said, moment
from newsletter.models import Intake
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.webhooks.intake import BOUNCES, REPLIES

TWICE = timedelta(seconds=15)
"""A mailbox is visited every 20 seconds, so one that fails for longer has failed twice."""
LATELY = timedelta(hours=1)
"""A webhook that was refused before then has been given up, or was never a provider's."""
_MAILBOXES = {
    BOUNCES: ("BOUNCE_MAILBOX_URL", "bounces stay unread"),
    REPLIES: ("REPLY_MAILBOX_URL", "answers from calendars stay unread"),
}


def mailboxes(now: datetime) -> Found:
    """Check that the mailboxes can be read."""
    set_up = {BOUNCES: settings.BOUNCE_MAILBOX, REPLIES: settings.REPLY_MAILBOX}
    names = [name for name, mailbox in set_up.items() if mailbox is not None]
    bad = 0
    for row in Intake.objects.filter(name__in=names, failing_since__lte=now - TWICE):
        variable, harm = _MAILBOXES[row.name]
        bad += 1
        yield Said(
            Level.MEND,
            f"The mailbox of {variable} can't be read since {moment(row.failing_since or now)}: "
            f"{harm}. Correct it, or unlock the account; nothing is lost, and it is tried again "
            f"by itself.",
            row.name,
            row.failing_since,
            f"({row.trouble})",
        )
    if not bad:
        what = " and ".join(_MAILBOXES[name][0] for name in names)
        yield Level.FINE, f"{what} can be read." if names else "No mailbox is read."


def webhooks(now: datetime) -> Found:
    """Check that no provider's webhook is refused.

    Anybody can send one with a wrong secret, so it is worth a look alone, and only as long as no
    good one comes.
    """
    bad = 0
    refused = Intake.objects.exclude(name__in=_MAILBOXES).exclude(failing_since=None)
    for row in refused.filter(failed_at__gte=now - LATELY).order_by("name"):
        bad += 1
        yield Said(
            Level.LOOK,
            f"Webhooks of {_provider(row.name)} are refused since "
            f"{moment(row.failing_since or now)}, and none has come that is right: {row.trouble} "
            f"See that the provider has the address with WEBHOOK_SECRET as it is set here, and "
            f"WEBHOOK_SIGNING_KEYS its key.",
            row.name,
            row.failing_since,
        )
    if not bad:
        yield Level.FINE, "No provider's webhook was refused within an hour."


def _provider(name: str) -> str:
    return PROVIDERS[name].capabilities.name if name in PROVIDERS else name
