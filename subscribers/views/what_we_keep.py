"""The rows of "What we keep and for how long" on the privacy page."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.transport.providers.registry import capabilities_of

_TOLD_BY_PROVIDERS = ("WEBHOOK_SECRET", "BOUNCE_MAILBOX")
"""Without a webhook or a bounce mailbox no provider reports anything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data.

    `period` names the setting that ends it, or is empty where `until` says all. Otherwise `until`,
    where it is given, is the sentence that holds the `%(period)s`.

    `tables` names the models whose rows hold it.

    `needs` names settings of which one must be set. Without any of them this installation collects
    nothing of the kind.
    """

    what: str | Promise
    why: str | Promise
    period: str = ""
    until: str | Promise = ""
    needs: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def is_collected(self) -> bool:
        return not self.needs or any(getattr(settings, name) for name in self.needs)


KEPT = (
    Kept(
        _(
            "Your email address and the details you gave us, or that came with an imported list: "
            "name, institution, language, country or body, and time zone"
        ),
        _("To send you email in your language and with your local times"),
        until=_("Until you erase it. Unsubscribing does not erase it"),
        tables=("Subscriber",),
    ),
    Kept(
        _("Further details of you, such as your office, that our staff or an imported list gave"),
        _("To send you email that fits you"),
        until=_("Until you erase it. Unsubscribing does not erase it"),
        tables=("CustomFieldValue",),
    ),
    Kept(
        _("Labels that our staff give you, in their own words, such as “Balkans”"),
        _("To choose who gets an email. You see them in the download of your data"),
        until=_("Until you erase it. Unsubscribing does not erase it"),
        tables=("SubscriberLabel",),
    ),
    Kept(
        _("Notes of our staff about you, and the date of a death that we were told of"),
        _("To remember what we were told, and to email nobody who has died"),
        until=_("Until you erase it. Unsubscribing does not erase it"),
        tables=("SubscriberNote", "Subscriber"),
    ),
    Kept(
        _("Until when you have paused our emails"),
        _("To send you none before then"),
        until=_("Until the pause is over"),
        tables=("Subscriber",),
    ),
    Kept(
        _("That you use discreet mode, and since when"),
        _("To send you email that names neither you nor us"),
        until=_("Until you switch it off"),
        tables=("Subscriber",),
    ),
    Kept(
        _("When you switched discreet mode on or off, and when you paused our emails"),
        _("So that a restored backup does not undo it. We store a code in place of your address"),
        until=_("Permanently"),
        tables=("ConsentRecord",),
    ),
    Kept(
        _("The topics you subscribed to or unsubscribed from"),
        _("To send you only the email you asked for"),
        until=_("Until you erase it. Unsubscribing does not erase it"),
        tables=("Subscription",),
    ),
    Kept(
        _("A sign-up form you sent"),
        _("To process it, usually within moments"),
        "KEEP_FORM_SUBMISSIONS",
        _("%(period)s at most"),
        tables=("FormSubmission",),
    ),
    Kept(
        _("A new email address that you have not confirmed yet"),
        _("To change your address when you confirm it"),
        "KEEP_FORM_SUBMISSIONS",
        _("%(period)s at most"),
        tables=("AddressChange",),
    ),
    Kept(
        _("Your application to join a topic, with our questions, your answers and our notes"),
        _("To decide on it, and to say why if you ask"),
        "KEEP_APPLICATIONS",
        _("%(period)s after the decision. If you don’t confirm it, 30 days"),
        tables=("Application", "ApplicationQuestion", "ApplicationNote"),
    ),
    Kept(
        _("An address that our staff invited to a topic"),
        _("To wait for the answer, and not to invite the same address again"),
        "KEEP_INVITATIONS",
        tables=("TopicInvitation",),
    ),
    Kept(
        _("A sign-up that was not confirmed"),
        _("To wait for your confirmation"),
        "KEEP_UNCONFIRMED",
        tables=("Subscription",),
    ),
    Kept(
        _("When and how you subscribed or unsubscribed, and the words you agreed to"),
        _(
            "To prove your consent, as the law requires. We store a code in place of your address; "
            "only we can compute it"
        ),
        until=_("Permanently"),
        tables=("ConsentRecord",),
    ),
    Kept(
        _(
            "The network you subscribed from (a block of at least 256 addresses, not your own "
            "address), and what you entered in the form"
        ),
        _("To answer a complaint that you did not agree"),
        "KEEP_CONSENT_NETWORK",
        tables=("ConsentRecord",),
    ),
    Kept(
        _("That we must not email an address"),
        _(
            "So that you are not added again by mistake. We store the same code in place of your "
            "address"
        ),
        until=_("Permanently"),
        tables=("Suppression",),
    ),
    Kept(
        _("Confirmations and other emails about your subscription"),
        _("To send them again if they fail"),
        "KEEP_TRANSACTIONAL_BODIES",
        tables=("TransactionalMessage",),
    ),
    Kept(
        _("That we sent you an email about your subscription: its type and when, without its text"),
        _(
            "To see what was sent, and that it was sent only once. We store a code in place of "
            "your address"
        ),
        "KEEP_TRANSACTIONAL_ROWS",
        tables=("TransactionalMessage",),
    ),
    Kept(
        _("The code of an address that we wrote to, and nothing else"),
        _("So that the link in our emails by which you can block all email goes on working"),
        until=_("Permanently"),
        tables=("WrittenAddress",),
    ),
    Kept(
        _("The email that tells you that your data has been erased"),
        _("To deliver it. It is usually deleted within 1 hour"),
        "KEEP_NEWS_OF_ERASURE",
        _("%(period)s at most"),
        tables=("TransactionalMessage",),
    ),
    Kept(
        _("Which emails we sent you, and whether they arrived"),
        _("To fix problems and to send nothing twice"),
        "KEEP_DELIVERY_SUBSCRIBERS",
        tables=("Delivery",),
    ),
    Kept(
        _("Reports from email providers: delivered, bounced, marked as spam"),
        _("To stop emailing addresses that don’t work"),
        "KEEP_PROVIDER_EVENTS",
        needs=_TOLD_BY_PROVIDERS,
        tables=("ProviderReport", "ProviderEvent"),
    ),
    Kept(
        _("How many emails in a row your mailbox rejected"),
        _("To stop emailing mailboxes that are no longer used"),
        "KEEP_SOFT_BOUNCES",
        _("%(period)s after the last one"),
        needs=_TOLD_BY_PROVIDERS,
        tables=("SoftBounces",),
    ),
    Kept(
        _(
            "Your answers to invitations, who comes in your place, and if you took part. Of "
            "somebody who comes in another person’s place: name and email address"
        ),
        _("To prepare our events and know who takes part"),
        "KEEP_RSVPS",
        _("%(period)s after the event"),
        tables=("Rsvp",),
    ),
    Kept(
        _("What you told us that you need to take part, and your notes"),
        _("To make it possible for you to take part"),
        "KEEP_RSVP_NEEDS",
        _("%(period)s after the event"),
        tables=("Rsvp",),
    ),
    Kept(
        _(
            "Emails from your calendar that our staff must look at, such as a proposal for another "
            "time: your address, and the comment or the subject"
        ),
        _("To deal with what you wrote"),
        "KEEP_CALENDAR_MAIL",
        needs=("REPLY_MAILBOX",),
        tables=("CalendarMail",),
    ),
    Kept(
        _("What our staff did with your record: a number in place of your name and address"),
        _("To see who did what"),
        "KEEP_AUDIT",
        tables=("AuditEntry",),
    ),
    Kept(
        _("Rows of an imported file that could not be used"),
        _("To correct the file"),
        "KEEP_IMPORT_DETAILS",
        tables=("ImportBatch",),
    ),
    Kept(
        _("A list that our staff have uploaded, until it is imported"),
        _("To check and import it"),
        "KEEP_IMPORT_UPLOADS",
        _("%(period)s at most"),
        tables=("ImportUpload",),
    ),
    Kept(
        _("The outcome of each row of an imported list"),
        _("To correct mistakes in the list"),
        "KEEP_IMPORT_REPORTS",
        tables=("ImportUpload",),
    ),
    Kept(
        _("Which of your details an imported list added"),
        _("To remove them if the import was a mistake"),
        "KEEP_IMPORT_DETAILS",
        tables=("ImportFill",),
    ),
    Kept(
        _("That we asked you, after importing a list, if you want to go on getting our email"),
        _("To ask you only once. We store a code in place of your address"),
        "KEEP_IMPORT_QUESTIONS",
        tables=("ImportQuestion",),
    ),
    Kept(
        _("Your address, if you agreed to get test emails before an email is sent"),
        _("To check emails before others get them"),
        "KEEP_DELIVERY_SUBSCRIBERS",
        _("%(period)s after the last of them"),
        tables=("ProofRecipient",),
    ),
    Kept(
        _("Copies of emails on test installations"),
        _("To check emails without sending them"),
        "KEEP_INBOX",
        needs=("INBOX_ENABLED",),
        tables=("InboxMessage",),
    ),
)


def delivered_by() -> list[str]:
    """Return who delivers our email: kinds of mailers, by name. None where no email leaves."""
    kinds = dict.fromkeys(mailer.provider for mailer in settings.MAILER_SETTINGS.values())
    return [
        str(_("a mail server (SMTP)")) if kind == "smtp" else capabilities_of(kind).name
        for kind in kinds
        if kind != "inbox"
    ]
