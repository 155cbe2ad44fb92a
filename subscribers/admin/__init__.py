"""Staff pages of the subscribers app: people, topics and grants, suppressions, imports."""

from subscribers.admin import visibility
from subscribers.admin.import_batch import ImportBatchAdmin
from subscribers.admin.subscriber import SubscriberAdmin
from subscribers.admin.suppression import SuppressionAdmin
from subscribers.admin.topic import TopicAdmin
from subscribers.admin.topic_grant import TopicGrantAdmin

__all__ = [
    "ImportBatchAdmin",
    "SubscriberAdmin",
    "SuppressionAdmin",
    "TopicAdmin",
    "TopicGrantAdmin",
    "visibility",
]
