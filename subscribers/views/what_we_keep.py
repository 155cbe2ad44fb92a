"""The rows of "What we keep and for how long" on the privacy page."""

from dataclasses import dataclass

from django.conf import settings

_TOLD_BY_PROVIDERS = ("WEBHOOK_SECRET", "BOUNCE_MAILBOX")
"""Without a webhook or a bounce mailbox no provider reports anything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data.

    `period` names the setting that ends it, or is empty where `until` says more.

    `needs` names settings of which one must be set. Without any of them this installation collects
    nothing of the kind.
    """

    what: str
    why: str
    period: str = ""
    until: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_collected(self) -> bool:
        return not self.needs or any(getattr(settings, name) for name in self.needs)


KEPT = (
    Kept(
        "Your email address and the details you gave us, or that came with an imported list: "
        "name, organisation, language, country and time zone",
        "To send you email in your language and with your local times",
        until="Until you erase it. Unsubscribing does not erase it",
    ),
    Kept(
        "The topics you subscribed to or unsubscribed from",
        "To send you only the email you asked for",
        until="Until you erase it. Unsubscribing does not erase it",
    ),
    Kept(
        "A sign-up form you sent",
        "To process it, usually within moments",
        "KEEP_FORM_SUBMISSIONS",
        "at most",
    ),
    Kept(
        "A new email address that you have not confirmed yet",
        "To change your address when you confirm it",
        "KEEP_FORM_SUBMISSIONS",
        "at most",
    ),
    Kept("A sign-up that was not confirmed", "To wait for your confirmation", "KEEP_UNCONFIRMED"),
    Kept(
        "When and how you subscribed or unsubscribed, and the words you agreed to",
        "To prove your consent, as the law requires. We store a code in place of your address; "
        "only we can compute it",
        until="Permanently",
    ),
    Kept(
        "The network you subscribed from (a block of at least 256 addresses, not your own "
        "address), and what you entered in the form",
        "To answer a complaint that you did not agree",
        "KEEP_CONSENT_NETWORK",
    ),
    Kept(
        "That we must not email an address",
        "So that you are not added again by mistake. We store the same code in place of your "
        "address",
        until="Permanently",
    ),
    Kept(
        "Confirmations and other emails about your subscription",
        "To send them again if they fail",
        "KEEP_TRANSACTIONAL_BODIES",
    ),
    Kept(
        "The email that tells you that your data has been erased",
        "To deliver it. It is usually deleted within 1 hour",
        "KEEP_NEWS_OF_ERASURE",
        "at most",
    ),
    Kept(
        "Which emails we sent you, and whether they arrived",
        "To fix problems and to send nothing twice",
        "KEEP_DELIVERY_SUBSCRIBERS",
    ),
    Kept(
        "Reports from email providers: delivered, bounced, marked as spam",
        "To stop emailing addresses that don’t work",
        "KEEP_PROVIDER_EVENTS",
        needs=_TOLD_BY_PROVIDERS,
    ),
    Kept(
        "How many emails in a row your mailbox rejected",
        "To stop emailing mailboxes that are no longer used",
        "KEEP_SOFT_BOUNCES",
        "after the last one",
        needs=_TOLD_BY_PROVIDERS,
    ),
    Kept(
        "What our staff did with your record: a number in place of your name and address",
        "To see who did what",
        "KEEP_AUDIT",
    ),
    Kept(
        "Rows of an imported file that could not be used",
        "To correct the file",
        "KEEP_IMPORT_DETAILS",
    ),
    Kept(
        "Copies of emails on test installations",
        "To check emails without sending them",
        "KEEP_INBOX",
        needs=("INBOX_ENABLED",),
    ),
)
