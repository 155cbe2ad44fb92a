"""The audience of a campaign that asks people to agree to the consent wording of now.

They are those who agreed to earlier words, and weren't asked for the words of now before. Nobody is
asked twice for the same words, and nobody is unsubscribed because they don't answer.
"""

from django.db.models import Exists, OuterRef, Q

from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.states import REACHED_NOBODY, CampaignKind, SkipReason
from subscribers.consent.wording_versions import current_wordings, is_under_current_wording
from subscribers.models import Topic

AGREED = "agreed"
"""The reason of followers who have agreed to the words of now."""
ASKED = "asked"
"""The reason of followers who were asked for them before."""


def reasons_not_to_ask(campaign: Campaign, *, through: str = "") -> dict[str, Q]:
    """Build reason → condition on a subscriber; nothing for a campaign that doesn't ask.

    People in discreet mode are left out, because the email that they get holds a link that is the
    same for all, by which nobody can answer for themselves.

    Args:
        through: the lookup that leads to the subscriber, such as `subscriber__`.
    """
    if not campaign.asks_for_consent:
        return {}
    topic = campaign.topic
    agreed = is_under_current_wording(topic, digest=f"{through}digest")
    return {
        AGREED: agreed,
        ASKED: _was_asked(topic, subscriber=f"{through}pk", but=campaign.pk),
        SkipReason.DISCREET.value: Q(**{f"{through}discreet_since__isnull": False}),
    }


def _was_asked(topic: Topic, *, subscriber: str, but: int) -> Q:
    """Build the condition that an email of another campaign asked somebody for the words of now."""
    hashes = [each.text_hash for each in current_wordings(topic)]
    asked = CampaignContent.objects.filter(
        campaign__kind=CampaignKind.CONSENT, campaign__topic=topic, asked_hash__in=hashes
    )
    # The condition of nothing, so that it holds for nobody where there was no such campaign.
    emails = Q(pk__in=[])
    for campaign_id, language in asked.exclude(campaign=but).values_list("campaign", "language"):
        emails |= Q(campaign_id=campaign_id, language=language)
    sent = Delivery.objects.filter(emails, subscriber_id=OuterRef(subscriber))
    return Q(Exists(sent.exclude(status__in=REACHED_NOBODY)))
