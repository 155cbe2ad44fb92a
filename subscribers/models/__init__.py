"""Columns, constraints and predicates. What touches a second table is an action."""

from subscribers.models.address_change import AddressChange
from subscribers.models.application import Application
from subscribers.models.application_note import ApplicationNote
from subscribers.models.application_question import ApplicationQuestion
from subscribers.models.body import Body
from subscribers.models.consent_record import ConsentRecord, ConsentRemoval, ConsentSeal
from subscribers.models.consent_wording import ConsentWording
from subscribers.models.custom_field import CustomField, CustomFieldValue
from subscribers.models.form_submission import FormSubmission
from subscribers.models.import_batch import ImportBatch
from subscribers.models.import_fill import ImportFill
from subscribers.models.import_question import ImportQuestion
from subscribers.models.import_upload import ImportUpload
from subscribers.models.label import Label, SubscriberLabel
from subscribers.models.mission_statement import MissionStatement
from subscribers.models.saved_filter import SavedFilter
from subscribers.models.sign_up_attack import SignUpAttack
from subscribers.models.soft_bounces import SoftBounces
from subscribers.models.subscriber import Subscriber
from subscribers.models.subscriber_note import SubscriberNote
from subscribers.models.subscription import Subscription
from subscribers.models.suppression import Suppression
from subscribers.models.topic import Topic
from subscribers.models.topic_grant import TopicGrant
from subscribers.models.topic_invitation import TopicInvitation

__all__ = [
    "AddressChange",
    "Application",
    "ApplicationNote",
    "ApplicationQuestion",
    "Body",
    "ConsentRecord",
    "ConsentRemoval",
    "ConsentSeal",
    "ConsentWording",
    "CustomField",
    "CustomFieldValue",
    "FormSubmission",
    "ImportBatch",
    "ImportFill",
    "ImportQuestion",
    "ImportUpload",
    "Label",
    "MissionStatement",
    "SavedFilter",
    "SignUpAttack",
    "SoftBounces",
    "Subscriber",
    "SubscriberLabel",
    "SubscriberNote",
    "Subscription",
    "Suppression",
    "Topic",
    "TopicGrant",
    "TopicInvitation",
]
