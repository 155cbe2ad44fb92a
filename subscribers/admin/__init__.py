"""Staff pages of the subscribers app: people, applications, topics, suppressions, imports."""

from subscribers.admin import visibility
from subscribers.admin.application import ApplicationAdmin
from subscribers.admin.body import BodyAdmin
from subscribers.admin.custom_field import CustomFieldAdmin
from subscribers.admin.import_batch import ImportBatchAdmin
from subscribers.admin.label import LabelAdmin
from subscribers.admin.mission_statement import MissionStatementAdmin
from subscribers.admin.subscriber import SubscriberAdmin
from subscribers.admin.suppression import SuppressionAdmin
from subscribers.admin.topic import TopicAdmin
from subscribers.admin.topic_grant import TopicGrantAdmin

__all__ = [
    "ApplicationAdmin",
    "BodyAdmin",
    "CustomFieldAdmin",
    "ImportBatchAdmin",
    "LabelAdmin",
    "MissionStatementAdmin",
    "SubscriberAdmin",
    "SuppressionAdmin",
    "TopicAdmin",
    "TopicGrantAdmin",
    "visibility",
]
