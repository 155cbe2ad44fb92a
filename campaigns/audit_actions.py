"""The actions on campaigns and events that the audit log records: code → words."""

from newsletter.audit_actions import AuditedAction


class CampaignAuditAction(AuditedAction):
    """Actions on a campaign."""

    CREATED = "campaign.created", "Created campaign"
    DETAILS_SAVED = "campaign.details_saved", "Changed details"
    CONTENT_SAVED = "campaign.content_saved", "Changed content"
    CONTENT_REMOVED = "campaign.content_removed", "Removed a language"
    VERSION_RESTORED = "campaign.version_restored", "Restored an earlier version"
    TRANSLATION_CHECKED = "campaign.translation_checked", "Checked a translation"
    FALLBACK_ACCEPTED = "campaign.fallback_accepted", "Accepted another language for recipients"
    AUDIENCE_SAVED = "campaign.audience_saved", "Changed audience"
    PROOF_SENT = "campaign.proof_sent", "Sent a test email"
    SUBMITTED = "campaign.submitted", "Submitted for review"
    REVIEWERS_ASKED = "campaign.reviewers_asked", "Asked reviewers"
    WITHDRAWN = "campaign.withdrawn", "Withdrew from review"
    COMMENTED = "campaign.commented", "Commented"
    COMMENT_SETTLED = "campaign.comment_settled", "Settled a comment"
    LOOKED_AT = "campaign.looked_at", "Looked at a language"
    APPROVED = "campaign.approved", "Approved"
    RETURNED = "campaign.returned", "Requested changes"
    LAUNCHED = "campaign.launched", "Launched"
    TAKEN_BACK = "campaign.taken_back", "Took back to draft"
    MOVED_WITH_CLOCKS = "campaign.moved_with_clocks", "Start moved with the clocks of a time zone"
    UNDONE = "campaign.undone", "Undid the launch"
    PAUSED = "campaign.paused", "Paused"
    RESUMED = "campaign.resumed", "Resumed"
    CANCELLED = "campaign.cancelled", "Stopped sending"
    RETRIED = "campaign.retried", "Had failed emails tried again"
    RETRACTED = "campaign.retracted", "Marked as sent in error"
    RETRACTION_ENDED = "campaign.retraction_ended", "Took back the notice of an error"
    ARCHIVE_NARROWED = "campaign.archive_narrowed", "Let fewer people read a past email"
    RESOLVED = "campaign.resolved", "Resolved uncertain emails"


class ProofAction(AuditedAction):
    """Actions on the list of people who get test emails."""

    RECIPIENT_ADDED = "proof.recipient_added", "Added a test recipient"
    RECIPIENT_REMOVED = "proof.recipient_removed", "Removed a test recipient"


class TemplateAction(AuditedAction):
    """Actions on a template of campaigns."""

    CREATED = "template.created", "Saved as template"
    RENAMED = "template.renamed", "Renamed template"
    DELETED = "template.deleted", "Deleted template"


class AudienceAction(AuditedAction):
    """Actions on a saved audience."""

    CREATED = "audience.created", "Saved an audience"
    CHANGED = "audience.changed", "Changed a saved audience"
    DELETED = "audience.deleted", "Deleted a saved audience"


class EventAction(AuditedAction):
    """Actions on an event."""

    CREATED = "event.created", "Created event"
    CHANGED = "event.changed", "Changed event"
    CANCELLED = "event.cancelled", "Cancelled event"
    DOCUMENT_ADDED = "event.document_added", "Added a document"
    DOCUMENT_DELETED = "event.document_deleted", "Deleted a document"
    ANSWER_ENTERED = "event.answer_entered", "Entered an answer"
    CAME_MARKED = "event.came_marked", "Marked who came"
    ANSWERS_EXPORTED = "event.answers_exported", "Exported answers"
    CALENDARS_TESTED = "event.calendars_tested", "Tested calendar invitations"
    CALENDAR_MAIL_DONE = "event.calendar_mail_done", "Removed an email from a calendar"


class BackupAction(AuditedAction):
    """Actions of an operator on backups."""

    MADE = "backup.made", "Made a backup"
    RESTORED = "backup.restored", "Restored a backup"


class RestoreAction(AuditedAction):
    """Actions of an operator after a backup was restored."""

    DONE = "restore.done", "Put in doubt what may have been sent before the restore"
    HOLD_ENDED = "restore.hold_ended", "Let sending go on without a restore"
