"""What the audit log records of mail, the brand, and the log itself: code → words."""

from django.db.models import TextChoices


class AuditAction(TextChoices):
    """An action of the newsletter app's, in the past tense: the log says that it was done."""

    BRAND_SAVED = "brand.saved", "Saved the brand"
    MESSAGE_RESOLVED = "message.resolved", "Resolved an uncertain transactional email"
    MESSAGE_SENT_AGAIN = "message.sent_again", "Sent a transactional email again"
    MESSAGE_VIEWED = "message.viewed", "Read a transactional email"
    AUDIT_RESTORED = "audit.restored", "Accepted a restored audit log"
