"""What each provider says of a bounce in fields of its own, beside the mail server's answer."""

from collections.abc import Callable, Mapping
from typing import Any

from newsletter.states import BounceClass
from newsletter.webhooks.untrusted_input import fields, word

HARD, SOFT, BLOCK = BounceClass.HARD, BounceClass.SOFT, BounceClass.BLOCK

_MAILGUN = {
    "bounce": HARD,
    "hardfail": HARD,
    "suppress-bounce": HARD,
    "suppress-complaint": BLOCK,
    "suppress-unsubscribe": BLOCK,
    "espblock": BLOCK,
    "old": SOFT,
}
_POSTMARK = {
    "HardBounce": HARD,
    "BadEmailAddress": HARD,
    "SoftBounce": SOFT,
    "Transient": SOFT,
    "DnsError": SOFT,
    "Blocked": BLOCK,
    "SpamNotification": BLOCK,
    "DMARCPolicy": BLOCK,
    "VirusNotification": BLOCK,
    "ManuallyDeactivated": BLOCK,
}
_BREVO = {
    "hard_bounce": HARD,
    "invalid_email": HARD,
    "soft_bounce": SOFT,
    "blocked": BLOCK,
    "error": BLOCK,
}
# Amazon SES; Resend sends through it, and uses its words.
_SES = {
    "NoEmail": HARD,
    "MailboxFull": SOFT,
    "MessageTooLarge": BLOCK,
    "ContentRejected": BLOCK,
    "AttachmentRejected": BLOCK,
    # The account's own list also holds those who complained.
    "OnAccountSuppressionList": BLOCK,
}
_SES_TYPES = {"Permanent": HARD, "Transient": SOFT}
# Of events without type and subtype, as Resend wrote them at first.
_RESEND_SENTENCES = {
    "suppression list": BLOCK,
    "hard bounce message": HARD,
    "general bounce": SOFT,
    "inbox was full": SOFT,
}


def mailgun(event: Mapping[str, Any]) -> BounceClass | None:
    data = fields(event, "event-data")
    return _MAILGUN.get(word(data.get("reason"))) if data.get("severity") == "permanent" else None


def postmark(event: Mapping[str, Any]) -> BounceClass | None:
    return _POSTMARK.get(word(event.get("Type"))) or _POSTMARK.get(
        word(event.get("SuppressionReason"))
    )


def brevo(event: Mapping[str, Any]) -> BounceClass | None:
    return _BREVO.get(word(event.get("event")))


def mailjet(event: Mapping[str, Any]) -> BounceClass | None:
    """`blocked` beside a bounce only says that Mailjet won't try the address again, which follows from any hard one."""
    if event.get("event") == "blocked" or event.get("error_related_to") in (
        "spam",
        "content",
        "mailjet",
    ):
        return BLOCK
    return HARD if event.get("hard_bounce") is True else SOFT


def resend(event: Mapping[str, Any]) -> BounceClass | None:
    bounce = fields(fields(event, "data"), "bounce")
    by_type = _SES.get(word(bounce.get("subType"))) or _SES_TYPES.get(word(bounce.get("type")))
    sentence = word(bounce.get("message"))
    return by_type or next(
        (meant for said, meant in _RESEND_SENTENCES.items() if said in sentence), None
    )


def ses(event: Mapping[str, Any]) -> BounceClass | None:
    bounce = fields(event, "bounce")
    return _SES.get(word(bounce.get("bounceSubType"))) or _SES_TYPES.get(
        word(bounce.get("bounceType"))
    )


HINTS: Mapping[str, Callable[[Mapping[str, Any]], BounceClass | None]] = {
    "brevo": brevo,
    "mailgun": mailgun,
    "mailjet": mailjet,
    "postmark": postmark,
    "resend": resend,
    "ses": ses,
}
