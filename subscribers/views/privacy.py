"""What is kept, why, and for how long: from the very settings that the clock goes by."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_TOLD_BY_PROVIDERS = ("WEBHOOK_SECRET", "BOUNCE_MAILBOX")
"""Without a webhook or a bounce mailbox no provider tells us anything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data.

    `period` names the setting that ends it, or is empty where `until` says more.

    `where`: settings of which one must be set, or else this installation collects nothing of the
        kind.
    """

    what: str
    why: str
    period: str = ""
    until: str = ""
    where: tuple[str, ...] = ()

    @property
    def is_collected(self) -> bool:
        return not self.where or any(getattr(settings, name) for name in self.where)


KEPT = (
    Kept(
        "Your address, and what you or a list that we took over said: name, organisation, "
        "language, country and time zone",
        "To send you what you follow, in your language and time",
        until="While you are on the list, or until you erase it",
    ),
    Kept(
        "Which topics you follow or have left",
        "To send those and no others",
        until="While you are on the list, or until you erase it",
    ),
    Kept(
        "A sign-up form, as it came in",
        "To deal with it, as a rule a moment later",
        "KEEP_FORM_SUBMISSIONS",
        "at most",
    ),
    Kept(
        "A new address that you have not confirmed yet",
        "To change it once you do",
        "KEEP_FORM_SUBMISSIONS",
        "at most",
    ),
    Kept("A sign-up that was never confirmed", "To wait for your confirmation", "KEEP_UNCONFIRMED"),
    Kept(
        "When, how and in which words you agreed or left",
        "To be able to show it, as the law asks; without your address, under a code that only we "
        "can compute",
        until="For good",
    ),
    Kept(
        "The network that you agreed from (a block of 256 addresses or more, not yours), and what "
        "the form said",
        "To answer a complaint that you never agreed",
        "KEEP_CONSENT_NETWORK",
    ),
    Kept(
        "That an address must not be written to",
        "So that no import and no mistake brings you back; under the same code, without the "
        "address",
        until="For good",
    ),
    Kept(
        "Confirmations and other single messages to you",
        "To send them again when they fail",
        "KEEP_TRANSACTIONAL_BODIES",
    ),
    Kept(
        "The message that tells you of your erasure",
        "To deliver it; as a rule it is gone within the hour",
        "KEEP_NEWS_OF_ERASURE",
        "at most",
    ),
    Kept(
        "Which letters were sent to you, and whether they arrived",
        "To repair faults and to send nothing twice",
        "KEEP_DELIVERY_SUBSCRIBERS",
    ),
    Kept(
        "What mail providers tell us of a letter: delivered, bounced, complained",
        "To stop writing to dead mailboxes",
        "KEEP_PROVIDER_EVENTS",
        where=_TOLD_BY_PROVIDERS,
    ),
    Kept(
        "How often in a row your mailbox took no letter",
        "To stop writing to mailboxes that nobody reads",
        "KEEP_SOFT_BOUNCES",
        "after the last time",
        where=_TOLD_BY_PROVIDERS,
    ),
    Kept(
        "Which rows of an imported file could not be used",
        "To put the file right",
        "KEEP_IMPORT_DETAILS",
    ),
    Kept(
        "Copies of mail on machines that try Convene out",
        "To look at it without sending",
        "KEEP_INBOX",
        where=("INBOX_ENABLED",),
    ),
)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy page."""
    rows = [
        {"what": kept.what, "why": kept.why, "how_long": _how_long(kept)}
        for kept in KEPT
        if kept.is_collected
    ]
    return render(
        request,
        "subscribers/privacy.html",
        {"rows": rows, "unconfirmed": in_words(settings.KEEP_UNCONFIRMED)},
    )


def _how_long(kept: Kept) -> str:
    if not kept.period:
        return kept.until
    return " ".join([in_words(getattr(settings, kept.period)), kept.until]).strip()


def in_words(period: timedelta) -> str:
    """A period as people say it: "30 days", "24 months", "6 hours"."""
    if period < timedelta(days=1):
        return _plural(round(period.total_seconds() / 3600), "hour")
    if period >= timedelta(days=365) and period.days % 365 in (0, 1):
        return _plural(period.days // 365 * 12, "month")
    return _plural(period.days, "day")


def _plural(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
