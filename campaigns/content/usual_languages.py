"""Languages in which a new campaign is probably wanted, by earlier ones and their readers."""

from collections import Counter
from collections.abc import Collection

from django.conf import settings

from campaigns.models import Campaign, CampaignContent
from subscribers.models import Subscription, Topic
from subscribers.need_to_know.small_groups import SMALL_GROUP
from subscribers.states import SubscriptionStatus

LATEST, SAMPLED = 20, 500
"""Earlier campaigns, and subscribers of each topic, who are looked at."""


def usual_languages(topics: Collection[Topic]) -> list[str]:
    """Return the installation's languages: its first one, then those that topics use.

    These are the languages of their latest campaigns, the commonest first, then those of their
    subscribers. A language that few of them chose is left at its place, since it could tell of one.

    Args:
        topics: that whoever asks may know of.
    """
    used = [*_of_campaigns(topics), *_of_subscribers(topics)]
    own, *_ = offered = list(settings.CONTENT_LANGUAGES)
    return list(dict.fromkeys([own, *(tag for tag in used if tag in offered), *offered]))


def _of_campaigns(topics: Collection[Topic]) -> list[str]:
    campaigns = Campaign.objects.filter(topic__in=topics).order_by("-pk")
    latest = list(campaigns.values_list("pk", flat=True)[:LATEST])
    rows = CampaignContent.objects.filter(campaign__in=latest).order_by("language")
    return [tag for tag, _ in Counter(rows.values_list("language", flat=True)).most_common()]


def _of_subscribers(topics: Collection[Topic]) -> list[str]:
    found: Counter[str] = Counter()
    for topic in topics:
        # The first of them: counting all of a large list takes too long for a page.
        rows = Subscription.objects.filter(topic=topic, status=SubscriptionStatus.CONFIRMED)
        rows = rows.order_by("subscriber")
        found.update(rows.values_list("subscriber__language", flat=True)[:SAMPLED])
    return [tag for tag, number in found.most_common() if number >= SMALL_GROUP]
