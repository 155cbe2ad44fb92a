"""Roles and actions: the one table of who may do what.

A role is a group of Django's with the same name, so membership is a row and what it means is here.
Nobody's rights are lists of Django's permissions: those are how the code asks, and `RolesBackend`
answers from this table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

type Permission = str
"""As Django writes them: app label, dot, codename."""


class Action(StrEnum):
    """Something that a person may do, in the words of the account page."""

    SEE_CAMPAIGNS = "See campaigns, events, topics, images and reports"
    WRITE_CAMPAIGNS = "Write campaigns, and submit them for review"
    EDIT_MEDIA = "Upload, edit and delete images"
    SEND_TEST_EMAILS = "Send test emails"
    KEEP_TEST_RECIPIENTS = "Keep the list of people who get test emails"
    EDIT_EVENTS = "Create, edit and cancel events"
    SEE_ANSWERS = "See answers to invitations"
    ENTER_ANSWERS = "Enter answers, and mark who came"
    APPROVE_CAMPAIGNS = "Approve campaigns, or request changes"
    SEND_CAMPAIGNS = "Send, schedule, pause, stop and cancel campaigns"
    SEE_PEOPLE = "See subscribers and suppressions"
    EXPORT_PEOPLE = "Download lists of subscribers"
    SEE_DISCREET = "See the addresses and names of people in discreet mode"
    SEE_IMPORTS = "See imports"
    IMPORT_LISTS = "Import lists, and undo imports"
    EDIT_PEOPLE = "Correct, invite, unsubscribe and block subscribers"
    SEE_LABELS = "See labels and custom fields"
    EDIT_LABELS = "Create, change and delete labels and custom fields"
    ERASE_PEOPLE = "Erase subscribers"
    SEE_APPLICATIONS = "See applications to join"
    DECIDE_APPLICATIONS = "Accept, decline and answer applications to join"
    EDIT_TOPICS = "Edit topics, the mission statement and the list of bodies"
    SEE_SENDING_LOG = "See the sending log"
    RESOLVE_MESSAGES = "Resolve and resend transactional emails"
    SEE_BRAND = "See the brand"
    EDIT_BRAND = "Edit the brand"
    SEE_ACCOUNTS = "See staff accounts"
    MANAGE_ACCOUNTS = "Invite staff, and change their roles"
    GRANT_TOPICS = "Grant need-to-know topics to staff"
    READ_AUDIT_LOG = "Read and export the audit log"
    EXPORT_CONSENT = "Export evidence of consent"


PERMISSIONS: Mapping[Action, frozenset[Permission]] = {
    Action.SEE_CAMPAIGNS: frozenset(
        {
            "campaigns.view_campaign",
            "campaigns.view_event",
            "newsletter.view_mediaimage",
            "subscribers.view_topic",
            "subscribers.view_missionstatement",
            "subscribers.view_body",
        }
    ),
    Action.WRITE_CAMPAIGNS: frozenset({"campaigns.add_campaign", "campaigns.change_campaign"}),
    Action.EDIT_MEDIA: frozenset(
        {
            "newsletter.add_mediaimage",
            "newsletter.change_mediaimage",
            "newsletter.delete_mediaimage",
        }
    ),
    Action.SEND_TEST_EMAILS: frozenset({"campaigns.send_test_email"}),
    Action.KEEP_TEST_RECIPIENTS: frozenset({"campaigns.change_proofrecipient"}),
    Action.EDIT_EVENTS: frozenset({"campaigns.add_event", "campaigns.change_event"}),
    Action.SEE_ANSWERS: frozenset({"campaigns.view_rsvp"}),
    Action.ENTER_ANSWERS: frozenset({"campaigns.change_rsvp"}),
    Action.APPROVE_CAMPAIGNS: frozenset({"campaigns.approve_campaign"}),
    Action.SEND_CAMPAIGNS: frozenset({"campaigns.launch_campaign"}),
    Action.SEE_PEOPLE: frozenset(
        {
            "subscribers.view_subscriber",
            "subscribers.view_suppression",
            "campaigns.view_proofrecipient",
        }
    ),
    Action.EXPORT_PEOPLE: frozenset({"subscribers.export_subscriber"}),
    Action.SEE_DISCREET: frozenset({"subscribers.unmask_discreet"}),
    Action.SEE_IMPORTS: frozenset({"subscribers.view_importbatch"}),
    Action.IMPORT_LISTS: frozenset({"subscribers.add_importbatch"}),
    Action.EDIT_PEOPLE: frozenset(
        {
            "subscribers.change_subscriber",
            "subscribers.add_topicinvitation",
            "subscribers.add_suppression",
            "subscribers.change_suppression",
        }
    ),
    Action.SEE_LABELS: frozenset({"subscribers.view_label", "subscribers.view_customfield"}),
    Action.EDIT_LABELS: frozenset(
        {
            "subscribers.add_label",
            "subscribers.change_label",
            "subscribers.add_customfield",
            "subscribers.change_customfield",
        }
    ),
    Action.ERASE_PEOPLE: frozenset({"subscribers.delete_subscriber"}),
    Action.SEE_APPLICATIONS: frozenset({"subscribers.view_application"}),
    Action.DECIDE_APPLICATIONS: frozenset({"subscribers.change_application"}),
    Action.EDIT_TOPICS: frozenset(
        {
            "subscribers.add_topic",
            "subscribers.change_topic",
            "subscribers.add_missionstatement",
            "subscribers.change_missionstatement",
            "subscribers.add_body",
            "subscribers.change_body",
        }
    ),
    Action.SEE_SENDING_LOG: frozenset(
        {
            "campaigns.view_delivery",
            "newsletter.view_transactionalmessage",
            "newsletter.view_providerevent",
            "newsletter.view_providerreport",
        }
    ),
    Action.RESOLVE_MESSAGES: frozenset({"newsletter.change_transactionalmessage"}),
    Action.SEE_BRAND: frozenset({"newsletter.view_brand"}),
    Action.EDIT_BRAND: frozenset({"newsletter.add_brand", "newsletter.change_brand"}),
    Action.SEE_ACCOUNTS: frozenset({"auth.view_user", "subscribers.view_topicgrant"}),
    Action.MANAGE_ACCOUNTS: frozenset({"auth.add_user", "auth.change_user"}),
    Action.GRANT_TOPICS: frozenset(
        {
            "subscribers.add_topicgrant",
            "subscribers.change_topicgrant",
        }
    ),
    Action.READ_AUDIT_LOG: frozenset({"newsletter.view_auditentry"}),
    Action.EXPORT_CONSENT: frozenset({"subscribers.view_consentrecord"}),
}
"""What the code asks for, by action. Each permission stands for one action alone."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that an administrator can give."""

    name: str
    """Also that of its group."""
    what_for: str
    actions: frozenset[Action]

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that its actions need."""
        return frozenset[Permission]().union(*(PERMISSIONS[action] for action in self.actions))


AUTHOR = Role(
    "Author",
    "Writes campaigns and announces events.",
    frozenset(
        {
            Action.SEE_CAMPAIGNS,
            Action.WRITE_CAMPAIGNS,
            Action.EDIT_MEDIA,
            Action.SEND_TEST_EMAILS,
            Action.EDIT_EVENTS,
        }
    ),
)
REVIEWER = Role(
    "Reviewer",
    "Checks campaigns before they are sent.",
    frozenset({Action.SEE_CAMPAIGNS, Action.SEND_TEST_EMAILS, Action.APPROVE_CAMPAIGNS}),
)
PUBLISHER = Role(
    "Publisher",
    "Sends what has been approved.",
    frozenset({Action.SEE_CAMPAIGNS, Action.SEND_TEST_EMAILS, Action.SEND_CAMPAIGNS}),
)
LIST_MANAGER = Role(
    "List manager",
    "Looks after subscribers and topics, and answers what they ask for.",
    frozenset(
        {
            Action.SEE_CAMPAIGNS,
            Action.SEE_ANSWERS,
            Action.ENTER_ANSWERS,
            Action.SEE_PEOPLE,
            Action.KEEP_TEST_RECIPIENTS,
            Action.EXPORT_PEOPLE,
            Action.SEE_DISCREET,
            Action.SEE_IMPORTS,
            Action.IMPORT_LISTS,
            Action.EDIT_PEOPLE,
            Action.SEE_LABELS,
            Action.EDIT_LABELS,
            Action.ERASE_PEOPLE,
            Action.SEE_APPLICATIONS,
            Action.DECIDE_APPLICATIONS,
            Action.EDIT_TOPICS,
            Action.SEE_SENDING_LOG,
            Action.RESOLVE_MESSAGES,
        }
    ),
)
ADMINISTRATOR = Role(
    "Administrator",
    "Looks after staff accounts and the brand, and brings lists from elsewhere.",
    frozenset(
        {
            Action.SEE_CAMPAIGNS,
            Action.SEE_IMPORTS,
            Action.IMPORT_LISTS,
            Action.SEE_LABELS,
            Action.EDIT_LABELS,
            Action.SEE_APPLICATIONS,
            Action.DECIDE_APPLICATIONS,
            Action.EDIT_TOPICS,
            Action.SEE_BRAND,
            Action.EDIT_BRAND,
            Action.EDIT_MEDIA,
            Action.SEE_ACCOUNTS,
            Action.MANAGE_ACCOUNTS,
            Action.GRANT_TOPICS,
            Action.EXPORT_CONSENT,
        }
    ),
)
AUDITOR = Role(
    "Auditor",
    "Reads everything, and changes nothing.",
    frozenset(
        {
            Action.SEE_CAMPAIGNS,
            Action.SEE_ANSWERS,
            Action.SEE_PEOPLE,
            Action.SEE_LABELS,
            Action.SEE_IMPORTS,
            Action.SEE_APPLICATIONS,
            Action.SEE_SENDING_LOG,
            Action.SEE_BRAND,
            Action.SEE_ACCOUNTS,
            Action.READ_AUDIT_LOG,
            Action.EXPORT_CONSENT,
        }
    ),
)
ROLES: Mapping[str, Role] = {
    role.name: role for role in (AUTHOR, REVIEWER, PUBLISHER, LIST_MANAGER, ADMINISTRATOR, AUDITOR)
}
"""Name → role, in the order of the account page."""


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return all permissions of these roles together.

    Args:
        roles: names of groups. One that names no role gives nothing.
    """
    return frozenset[Permission]().union(
        *(ROLES[name].permissions for name in roles if name in ROLES)
    )
