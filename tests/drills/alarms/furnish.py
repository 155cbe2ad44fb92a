"""Furnish the installation, or launch its campaign: a process of its own, which has its settings.

`python -m tests.drills.alarms.furnish` prints what the drill needs of it as JSON.
"""

import json
import sys

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from campaigns.models import Audience, Campaign, CampaignContent
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from newsletter.core.addresses import address_digest, domain_of
from newsletter.models import THE_BRAND, Brand
from staff.accounts.roles_of import groups_of
from staff.roles import ADMINISTRATOR
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.samples import BRAND

PEOPLE = 300


def furnish() -> dict[str, object]:
    """Write a brand, an administrator, a topic with people, and an approved campaign."""
    Brand.objects.update_or_create(pk=THE_BRAND, defaults=BRAND)
    topic = Topic.objects.create(slug="quarterly-meetings", name="Quarterly meetings")
    addresses = [f"reader{number}@mail{number % 3}.example" for number in range(PEOPLE)]
    people = Subscriber.objects.bulk_create(
        Subscriber(email=each, digest=address_digest(each), domain=domain_of(each))
        for each in addresses
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            topic=topic,
            status=SubscriptionStatus.CONFIRMED,
            changed_at=timezone.now(),
        )
        for person in people
    )
    campaigns = [_campaign(topic, name) for name in ("Quarterly meeting", "Minutes")]
    account = User.objects.create_user("operator", "operator@example.org", is_staff=True)
    account.groups.set(groups_of((ADMINISTRATOR,)))
    browser = Client()
    browser.force_login(account)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"campaigns": campaigns, "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}


def _campaign(topic: Topic, name: str) -> int:
    campaign = Campaign.objects.create(name=name, topic=topic)
    Audience.objects.create(campaign=campaign)
    CampaignContent.objects.create(
        campaign=campaign,
        subject=name,
        preheader="Ninety minutes, online",
        blocks=[{"type": "rich_text", "html": "<p>We meet again.</p>"}],
    )
    approve(campaign, by="Sam")
    return campaign.pk


def main() -> None:
    """Do what the arguments say."""
    if sys.argv[1:2] == ["launch"]:
        launch_now(Campaign.objects.get(pk=int(sys.argv[2])))
    else:
        sys.stdout.write(json.dumps(furnish()))


if __name__ == "__main__":
    main()
