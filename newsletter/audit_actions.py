"""The actions that the audit log records: code → words, in the past tense, as it was done."""

from django.db.models import TextChoices


class AuditedAction(TextChoices):
    """The base of each app's table of actions. It has no members of its own."""


class RowAction(AuditedAction):
    """Actions of a form of the staff pages on a row, whatever the row is."""

    ADDED = "row.added", "Created"
    CHANGED = "row.changed", "Changed"
    DELETED = "row.deleted", "Deleted"


class CommandAction(AuditedAction):
    """Actions of an operator on the command line."""

    RAN = "command.ran", "Ran a command"
    FAILED = "command.failed", "A command ended with an error"


class MessageAction(AuditedAction):
    """Actions of staff on an email to one person."""

    RESOLVED = "message.resolved", "Resolved an uncertain email"
    SENT_AGAIN = "message.sent_again", "Sent an email again"


class MediaAction(AuditedAction):
    """Actions of staff on the images of the media library."""

    UPLOADED = "media.uploaded", "Uploaded an image"
    CHANGED = "media.changed", "Changed an image"
    DELETED = "media.deleted", "Deleted an image"


class MailerAction(AuditedAction):
    """Actions of an operator on the mailers for campaigns."""

    RETRIED = "mailer.retried", "Had resting mailers tried again"


class AuditLogAction(AuditedAction):
    """Actions on the audit log itself."""

    EXPORTED = "audit.exported", "Exported the audit log"
    RESTORED = "audit.restored", "Accepted a restored audit log"


def audited_actions() -> list[AuditedAction]:
    """Return every action of every app that is loaded, in the order of their tables."""
    return [action for table in AuditedAction.__subclasses__() for action in table]
