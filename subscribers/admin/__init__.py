"""Staff pages of the subscribers app: subscribers, topics, suppressions, imports."""

from subscribers.admin.import_batch import ImportBatchAdmin
from subscribers.admin.subscriber import SubscriberAdmin
from subscribers.admin.suppression import SuppressionAdmin
from subscribers.admin.topic import TopicAdmin

__all__ = ["ImportBatchAdmin", "SubscriberAdmin", "SuppressionAdmin", "TopicAdmin"]
