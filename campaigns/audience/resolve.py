"""Turning an audience rule into subscribers, in SQL and never as a list in memory."""

from dataclasses import dataclass, field

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When

from campaigns.audience.asked_again import reasons_not_to_ask
from campaigns.audience.had_step import reasons_of_step
from campaigns.audience.rules import fits, reason_not_to_fit
from campaigns.audience.same_change import reasons_of_change
from campaigns.models import Audience, Campaign
from campaigns.states import SkipReason
from subscribers.models import Subscriber, Subscription, Suppression
from subscribers.queries import followers, lasts, paused, suppressed
from subscribers.states import SubscriptionStatus

RECEIVE = "receive"
UNCONFIRMED = "unconfirmed"
NOT_ADDRESSED = "not_addressed"
"""The reason of followers whose country or language the audience rule leaves out."""

_NOT_YET = (SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW)
_UNCONFIRMED, _CONFIRMED = Q(status__in=_NOT_YET), Q(status=SubscriptionStatus.CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The number of recipients if the campaign were launched now."""

    receive: int
    left_out: dict[str, int] = field(default_factory=dict)
    """Number by reason: suppressed, unsubscribed, unconfirmed, not_addressed, term_ended, paused,
    of a campaign that asks for consent: agreed, asked, discreet; of one with a rule about
    answers its `reason_not_to_fit`; of a step of a series: had_step; and of one that tells of a
    change: told_already.

    Reasons that nobody has are absent.
    """


def audience_of(campaign: Campaign, *, by_answers: bool = True) -> QuerySet[Subscriber]:
    """Select the confirmed followers of the campaign's topic, narrowed by its rule.

    Of a campaign that asks for consent, those who need not be asked are left out. Suppressed
    people, and those who have paused, are still among them. A language of the rule includes its
    regions: `en` means en-GB too.

    Args:
        by_answers: whether its rule about answers narrows it, too.
    """
    rule = rule_of(campaign)
    people = followers(campaign.topic).filter(_narrowing(rule))
    if rule.rule and by_answers:
        people = people.filter(fits(rule.rule, campaign.event_id))
    for reason in _reasons(campaign).values():
        people = people.exclude(reason)
    return people


def receivers_of(campaign: Campaign, *, by_answers: bool = True) -> QuerySet[Subscriber]:
    """Select the audience without the suppressed, and those who have paused.

    Args:
        by_answers: as in `audience_of`.
    """
    people = audience_of(campaign, by_answers=by_answers)
    return people.exclude(suppressed("digest")).exclude(paused())


def estimate(campaign: Campaign) -> Estimate:
    """Count the recipients and, by reason, the followers who are left out.

    Each subscription of the topic is counted once, under the first reason that applies. That reads
    the list, so it is for the review page and the launch, and not for a page that refreshes itself.
    """
    rule = rule_of(campaign)
    rows = Subscription.objects.filter(topic_id=campaign.topic_id)
    if (
        rule.countries
        or rule.languages
        or campaign.topic.is_restricted
        or rule.rule
        or _reasons(campaign)
    ):
        numbers = _count_by_person(campaign, rule, rows)
    else:
        numbers = _count_by_status(rows)
    receive = numbers.pop(RECEIVE, 0)
    return Estimate(receive=receive, left_out={why: each for why, each in numbers.items() if each})


def _count_by_person(
    campaign: Campaign, rule: Audience, rows: QuerySet[Subscription]
) -> dict[str, int]:
    """Return fate → number, in one statement that reads every person."""
    # The index on the followers of other topics doesn't hold the date.
    is_over = [~lasts()] if campaign.topic.is_restricted else []
    to_leave_out = _reasons(campaign, through="subscriber__")
    if rule.rule:
        condition = ~fits(rule.rule, campaign.event_id, through="subscriber__")
        to_leave_out[reason_not_to_fit(rule.rule)] = condition
    fate = Case(
        When(_UNCONFIRMED, then=Value(UNCONFIRMED)),
        When(~_CONFIRMED, then=Value(SkipReason.UNSUBSCRIBED.value)),
        *(When(each, then=Value(SkipReason.TERM_ENDED.value)) for each in is_over),
        When(~_narrowing(rule, through="subscriber__"), then=Value(NOT_ADDRESSED)),
        *(When(condition, then=Value(reason)) for reason, condition in to_leave_out.items()),
        When(suppressed("subscriber__digest"), then=Value(SkipReason.SUPPRESSED.value)),
        When(paused("subscriber__"), then=Value(SkipReason.PAUSED.value)),
        default=Value(RECEIVE),
        output_field=TextField(),
    )
    counted = rows.annotate(fate=fate).values("fate").annotate(number=Count("pk")).order_by()
    return {row["fate"]: row["number"] for row in counted}


def _count_by_status(rows: QuerySet[Subscription]) -> dict[str, int]:
    """Return fate → number where only few people have another fate than their subscription's.

    The status stands in the index on the followers of a topic, and the few are found from
    suppressions and pauses: of a million followers no person is read.
    """
    counted = rows.values("status").annotate(number=Count("*")).order_by()
    of_status: dict[str, int] = {row["status"]: row["number"] for row in counted}
    confirmed = rows.filter(_CONFIRMED)
    standing = Suppression.objects.filter(lifted_at=None).values("digest")
    is_suppressed = confirmed.filter(subscriber__digest__in=standing).count()
    has_paused = confirmed.filter(paused("subscriber__"), ~suppressed("subscriber__digest")).count()
    everybody = of_status.pop(SubscriptionStatus.CONFIRMED, 0)
    unconfirmed = sum(of_status.pop(each, 0) for each in _NOT_YET)
    return {
        UNCONFIRMED: unconfirmed,
        SkipReason.UNSUBSCRIBED.value: sum(of_status.values()),
        SkipReason.SUPPRESSED.value: is_suppressed,
        SkipReason.PAUSED.value: has_paused,
        # Somebody may leave between two statements.
        RECEIVE: max(everybody - is_suppressed - has_paused, 0),
    }


def _reasons(campaign: Campaign, *, through: str = "") -> dict[str, Q]:
    """Build reason → condition on a subscriber to leave out, whatever the audience rule says."""
    return {
        **reasons_not_to_ask(campaign, through=through),
        **reasons_of_step(campaign, through=through),
        **reasons_of_change(campaign, through=through),
    }


def _narrowing(rule: Audience, *, through: str = "") -> Q:
    """Build the condition of countries and languages on a subscriber that `through` leads to."""
    # This always holds. Without it `~` of an empty rule would be an empty Q, which matches
    # everybody.
    condition = Q(**{f"{through}pk__isnull": False})
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


def rule_of(campaign: Campaign) -> Audience:
    """Return the audience rule of a campaign; where it has none, one that narrows nothing."""
    return Audience.objects.filter(campaign_id=campaign.pk).first() or Audience()
