"""Amazon's types and subtypes of bounces, which Resend uses too."""

from newsletter.transport.providers.parts.untrusted_input import word
from newsletter.transport.providers.parts.webhook import ReportedClass

_BY_SUBTYPE = {
    "NoEmail": ReportedClass.HARD,
    "MailboxFull": ReportedClass.SOFT,
    "MessageTooLarge": ReportedClass.BLOCK,
    "ContentRejected": ReportedClass.BLOCK,
    "AttachmentRejected": ReportedClass.BLOCK,
    # The account's own list also holds those who complained.
    "OnAccountSuppressionList": ReportedClass.BLOCK,
}
_BY_TYPE = {"Permanent": ReportedClass.HARD, "Transient": ReportedClass.SOFT}


def class_of_bounce(bounce_type: object, subtype: object) -> ReportedClass | None:
    """Return the class that a type and subtype mean; None where they mean none."""
    return _BY_SUBTYPE.get(word(subtype)) or _BY_TYPE.get(word(bounce_type))
