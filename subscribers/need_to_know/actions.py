"""Actions on need-to-know topics in the audit log: code → words."""

from django.db.models import TextChoices


class NeedToKnowAction(TextChoices):
    """An action on a need-to-know topic, or on what belongs to one."""

    RESTRICTED = "topic.restricted", "Made a topic need-to-know"
    OPENED = "topic.opened", "Made a need-to-know topic visible to all staff"
    GRANTED = "grant.given", "Granted a need-to-know topic"
    REVOKED = "grant.revoked", "Revoked a grant of a need-to-know topic"
    VIEWED = "need_to_know.viewed", "Looked at something need-to-know"
    TERM_SET = "membership.end_set", "Set the end of a membership"
