"""The people who can read a campaign's email on our pages once it is sent."""

from campaigns.audience.resolve import rule_of
from campaigns.models import Campaign
from campaigns.states import SHOWS_WAY_IN
from subscribers.states import ArchiveAccess


def archive_access_of(campaign: Campaign) -> ArchiveAccess:
    """Return who can read the email by its link once it is launched.

    The start of sending notes the answer: a topic that is made private later empties no link in
    emails that were rendered with it.
    """
    if campaign.launched_at is None:
        return access_at_launch(campaign)
    return ArchiveAccess(campaign.archive_access or ArchiveAccess.NONE)


def access_at_launch(campaign: Campaign) -> ArchiveAccess:
    """Return who could read the email if the campaign were launched now.

    It is what was chosen for the campaign, else for its topic. Anybody reads emails of public
    topics alone. Nobody reads those of need-to-know topics, as their address would tell strangers
    that there is one; nor an email that asks for consent; nor one that says how to join, to those
    alone who may know.
    """
    topic = campaign.topic
    chosen = ArchiveAccess(campaign.archive_access or topic.archive_access)
    is_for_nobody = (
        chosen is ArchiveAccess.NONE
        or (chosen is ArchiveAccess.PUBLIC and not topic.is_public)
        or topic.is_restricted
        or campaign.asks_for_consent
        or rule_of(campaign).rule in SHOWS_WAY_IN
    )
    return ArchiveAccess.NONE if is_for_nobody else chosen
