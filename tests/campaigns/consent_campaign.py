"""A campaign that asks people to agree again, and consent as forms record it."""

from campaigns.content.ask_again import create_consent_campaign
from campaigns.models import Campaign, Delivery
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from newsletter.core.tokens import Purpose, make_token
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import Subscriber, Topic
from subscribers.states import ConsentAction, ConsentMethod

OLD = "I agreed long ago."


def agree_to(person: Subscriber, topic: Topic, words: str = OLD) -> None:
    """Record that a person confirmed a topic in these words."""
    record_consent(
        person.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.FORM, words=words),
    )


def asked(topic: Topic, *languages: str) -> Campaign:
    """Create, approve, launch and send a campaign that asks the topic's followers.

    Args:
        languages: those beside English in which it is sent; each takes as long as the first.
    """
    campaign = create_consent_campaign(topic)
    campaign.contents.exclude(language__in=("en", *languages)).delete()
    approve(campaign, by="Sam")
    launch_now(campaign)
    send_batch(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def path_for(person: Subscriber, campaign: Campaign) -> str:
    """Return the path of a person's own link."""
    delivery = Delivery.objects.get(campaign=campaign, subscriber=person)
    return f"/consent/{make_token(Purpose.CONSENT, delivery.pk)}/"
