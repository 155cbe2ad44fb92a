"""Turning an audience rule into subscribers, in SQL and never as a list in memory."""

from dataclasses import dataclass, field

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When

from campaigns.audience.asked_again import reasons_not_to_ask
from campaigns.models import Audience, Campaign
from campaigns.states import SkipReason
from subscribers.models import Subscriber, Subscription
from subscribers.queries import followers, lasts, paused, suppressed
from subscribers.states import SubscriptionStatus

RECEIVE = "receive"
UNCONFIRMED = "unconfirmed"
NOT_ADDRESSED = "not_addressed"
"""The reason of followers whose country or language the audience rule leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The number of recipients if the campaign were launched now."""

    receive: int
    left_out: dict[str, int] = field(default_factory=dict)
    """Number by reason: suppressed, unsubscribed, unconfirmed, not_addressed, term_ended, paused,
    and of a campaign that asks for consent: agreed, asked, discreet.

    Reasons that nobody has are absent.
    """


def audience_of(campaign: Campaign) -> QuerySet[Subscriber]:
    """Select the confirmed followers of the campaign's topic, narrowed by its rule.

    Of a campaign that asks for consent, those who need not be asked are left out. Suppressed
    people, and those who have paused, are still among them. A language of the rule includes its
    regions: `en` means en-GB too.
    """
    people = followers(campaign.topic).filter(_narrowing(campaign))
    for reason in reasons_not_to_ask(campaign).values():
        people = people.exclude(reason)
    return people


def estimate(campaign: Campaign) -> Estimate:
    """Count, in one statement, the recipients and, by reason, the followers who are left out.

    Each subscription of the topic is counted once, under the first reason that applies. The
    statement reads the whole list, so it is for the review page and the launch, and not for a page
    that refreshes itself.
    """
    unconfirmed = Q(status__in=[SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW])
    # The index on the followers of other topics doesn't hold the date.
    is_over = [~lasts()] if campaign.topic.is_restricted else []
    to_leave_out = reasons_not_to_ask(campaign, through="subscriber__")
    fate = Case(
        When(unconfirmed, then=Value(UNCONFIRMED)),
        When(~Q(status=SubscriptionStatus.CONFIRMED), then=Value(SkipReason.UNSUBSCRIBED.value)),
        *(When(each, then=Value(SkipReason.TERM_ENDED.value)) for each in is_over),
        When(~_narrowing(campaign, through="subscriber__"), then=Value(NOT_ADDRESSED)),
        *(When(condition, then=Value(reason)) for reason, condition in to_leave_out.items()),
        When(suppressed("subscriber__digest"), then=Value(SkipReason.SUPPRESSED.value)),
        When(paused("subscriber__"), then=Value(SkipReason.PAUSED.value)),
        default=Value(RECEIVE),
        output_field=TextField(),
    )
    rows = (
        Subscription.objects.filter(topic_id=campaign.topic_id)
        .annotate(fate=fate)
        .values("fate")
        .annotate(number=Count("pk"))
        .order_by()
    )
    numbers = {row["fate"]: row["number"] for row in rows}
    return Estimate(receive=numbers.pop(RECEIVE, 0), left_out=numbers)


def _narrowing(campaign: Campaign, *, through: str = "") -> Q:
    """Build the rule's condition on a subscriber that the lookup `through` leads to."""
    rule = Audience.objects.filter(campaign_id=campaign.pk).first()
    # This always holds. Without it `~` of an empty rule would be an empty Q, which matches
    # everybody.
    condition = Q(**{f"{through}pk__isnull": False})
    if rule is None:
        return condition
    if rule.countries:
        condition &= Q(**{f"{through}country__in": rule.countries})
    if rule.languages:
        spoken = Q()
        for language in rule.languages:
            spoken |= Q(**{f"{through}language__iexact": language}) | Q(
                **{f"{through}language__istartswith": f"{language}-"}
            )
        condition &= spoken
    return condition
