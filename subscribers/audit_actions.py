"""The actions on subscribers and lists that the audit log records: code → words."""

from newsletter.audit_actions import AuditedAction


class SubscriberAction(AuditedAction):
    """Actions on one subscriber."""

    UNSUBSCRIBED = "subscriber.unsubscribed", "Unsubscribed a person from all topics"
    ERASED = "subscriber.erased", "Erased a person"
    LABELLED = "subscriber.labelled", "Gave a person a label"
    UNLABELLED = "subscriber.unlabelled", "Took a label from a person"
    NOTED = "subscriber.noted", "Added a note on a person"
    NOTE_DELETED = "subscriber.note_deleted", "Deleted a note on a person"
    DEATH_RECORDED = "subscriber.death_recorded", "Recorded a death"
    DEATH_TAKEN_BACK = "subscriber.death_taken_back", "Took back that somebody died"
    MERGED = "subscriber.merged", "Merged two records of a person"


class SavedFilterAction(AuditedAction):
    """Actions on saved filters of the list of people."""

    SAVED = "filter.saved", "Saved a filter of the list of people"
    DELETED = "filter.deleted", "Deleted a saved filter of the list of people"


class LabelAction(AuditedAction):
    """Actions on a label, and on many people at once by it."""

    CREATED = "label.created", "Created a label"
    RENAMED = "label.renamed", "Renamed a label"
    MERGED = "label.merged", "Merged a label into another"
    DELETED = "label.deleted", "Deleted a label"
    GIVEN = "label.given", "Gave many people a label"
    TAKEN = "label.taken", "Took a label from many people"


class SuppressionAction(AuditedAction):
    """Actions on a suppression."""

    ADDED = "suppression.added", "Added suppression"
    LIFTED = "suppression.lifted", "Removed suppression"


class ListAction(AuditedAction):
    """Actions on many subscribers at once."""

    EXPORTED = "subscribers.exported", "Exported subscribers"
    IMPORTED = "subscribers.imported", "Imported subscribers"
    IMPORT_UNDONE = "subscribers.import_undone", "Undid an import"
    UPLOADED = "subscribers.list_uploaded", "Uploaded a list"
    DISCARDED = "subscribers.list_discarded", "Discarded an uploaded list"
    REPORT_EXPORTED = "subscribers.import_report_exported", "Exported the report of an import"


class NeedToKnowAction(AuditedAction):
    """An action on a need-to-know topic, or on what belongs to one."""

    RESTRICTED = "topic.restricted", "Made a topic need-to-know"
    OPENED = "topic.opened", "Made a need-to-know topic visible to all staff"
    GRANTED = "grant.given", "Granted a need-to-know topic"
    REVOKED = "grant.revoked", "Revoked a grant of a need-to-know topic"
    VIEWED = "need_to_know.viewed", "Looked at something need-to-know"
    TERM_SET = "membership.end_set", "Set the end of a membership"


class ConsentAuditAction(AuditedAction):
    """An action on the evidence of consent."""

    EXPORTED = "consent.exported", "Exported evidence of consent"
    RESTORED = "consent.restored", "Accepted restored evidence of consent"
    ADOPTED = "consent.adopted", "Signed evidence of consent of an earlier release"


class ApplicationAction(AuditedAction):
    """Actions of staff on an application to join a moderated topic."""

    ACCEPTED = "application.accepted", "Accepted an application"
    DECLINED = "application.declined", "Declined an application"
    ASKED = "application.asked", "Asked an applicant a question"
    ASSIGNED = "application.assigned", "Assigned an application"
    NOTED = "application.noted", "Added a note to an application"


class InvitationAction(AuditedAction):
    """Actions of staff on invitations to a topic."""

    INVITED = "topic.invited", "Invited somebody to a topic"
