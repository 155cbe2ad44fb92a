"""Turning an audience rule into subscribers, in SQL and never as a list in memory."""

from dataclasses import dataclass, field

from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)

from campaigns.audience.asked_again import reasons_not_to_ask
from campaigns.audience.conditions.language import reads_one_of
from campaigns.audience.conditions.tree import Tree, everybody
from campaigns.audience.had_step import reasons_of_step
from campaigns.audience.left_over import is_left_over, left_over, waits_to_take_over
from campaigns.audience.narrow import (
    fits_conditions,
    looks_again,
    reasons_not_to_fit_conditions,
)
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
    answers its `reason_not_to_fit`; of one with other conditions the words for whoever doesn't fit
    one of them; of a step of a series: had_step; and of one that tells of a change: told_already.

    Reasons that nobody has are absent.
    """


def audience_of(campaign: Campaign, *, by_answers: bool = True) -> QuerySet[Subscriber]:
    """Select the confirmed followers of the campaign's topic, narrowed by its rule.

    Of a campaign that asks for consent, those who need not be asked are left out. A later version
    of another has those whom the earlier one still holds, wherever they live by now. Suppressed
    people, and those who have paused, are still among them. A language of the rule includes its
    regions: `en` means en-GB too.

    Args:
        by_answers: whether its rule about answers, and conditions about answers, narrow it, too.
    """
    rule = rule_of(campaign)
    narrowing = _narrowing(rule)
    if waits_to_take_over(campaign):
        narrowing = is_left_over(campaign.earlier_version_id)
    people = followers(campaign.topic).filter(narrowing)
    if rule.rule and by_answers:
        people = people.filter(fits(rule.rule, campaign.event_id))
    if (conditions := conditions_of(campaign, rule)) and (
        by_answers or not looks_again(conditions, topic_id=campaign.topic_id)
    ):
        people = people.filter(fits_conditions(conditions))
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
    rule, rows = rule_of(campaign), subscriptions_of(campaign)
    if waits_to_take_over(campaign) or (
        rule.countries
        or rule.languages
        or campaign.topic.is_restricted
        or rule.rule
        or rule.conditions
        or _reasons(campaign)
    ):
        numbers = count_fates(campaign, rule, rows)
    else:
        numbers = _count_by_status(rows)
    receive = numbers.pop(RECEIVE, 0)
    return Estimate(receive=receive, left_out={why: each for why, each in numbers.items() if each})


def subscriptions_of(campaign: Campaign) -> QuerySet[Subscription]:
    """Select the subscriptions of which each has a fate."""
    rows = Subscription.objects.filter(topic_id=campaign.topic_id)
    if not waits_to_take_over(campaign):
        return rows
    # Whoever has left meanwhile is taken over as well, and skipped with the reason.
    held = left_over(campaign.earlier_version_id).filter(subscriber_id=OuterRef("subscriber"))
    return rows.filter(Exists(held))


def fate_of(campaign: Campaign, subscriber: Subscriber) -> str | None:
    """Return why one person would get a campaign, RECEIVE, or why not, as `Estimate` counts it.

    None stands for somebody who isn't looked at: they have never followed the topic, or the earlier
    version of the campaign doesn't hold them.
    """
    rows = subscriptions_of(campaign).filter(subscriber=subscriber)
    fates = rows.annotate(fate=_fate(campaign, rule_of(campaign))).values_list("fate", flat=True)
    return fates.first()


def fate_beside(campaign: Campaign, column: str) -> Subquery:
    """Build the fate of another row's subscriber, as `fate_of` returns it.

    Args:
        column: that leads from the other row to the subscriber.

    Returns:
        An expression of the query of the other rows. It is NULL where `fate_of` is None.
    """
    rows = subscriptions_of(campaign).filter(subscriber=OuterRef(column))
    fates = rows.annotate(fate=_fate(campaign, rule_of(campaign))).values("fate")
    return Subquery(fates, output_field=TextField())


def count_fates(campaign: Campaign, rule: Audience, rows: QuerySet[Subscription]) -> dict[str, int]:
    """Return fate → number, in one statement that reads every person."""
    counted = rows.annotate(fate=_fate(campaign, rule)).values("fate")
    numbers = counted.annotate(number=Count("pk")).order_by()
    return {row["fate"]: row["number"] for row in numbers}


def _fate(campaign: Campaign, rule: Audience) -> Case:
    """Build what becomes of a subscription's person: RECEIVE, or the first reason that applies."""
    narrowing = Audience() if waits_to_take_over(campaign) else rule
    # The index on the followers of other topics doesn't hold the date.
    is_over = [~lasts()] if campaign.topic.is_restricted else []
    to_leave_out = _reasons(campaign, through="subscriber__")
    if rule.rule:
        condition = ~fits(rule.rule, campaign.event_id, through="subscriber__")
        to_leave_out[reason_not_to_fit(rule.rule)] = condition
    unfit = reasons_not_to_fit_conditions(
        conditions_of(campaign, rule), topic_id=campaign.topic_id, through="subscriber__"
    )
    return Case(
        When(_UNCONFIRMED, then=Value(UNCONFIRMED)),
        When(~_CONFIRMED, then=Value(SkipReason.UNSUBSCRIBED.value)),
        *(When(each, then=Value(SkipReason.TERM_ENDED.value)) for each in is_over),
        When(~_narrowing(narrowing, through="subscriber__"), then=Value(NOT_ADDRESSED)),
        *(When(condition, then=Value(reason)) for reason, condition in unfit.items()),
        *(When(condition, then=Value(reason)) for reason, condition in to_leave_out.items()),
        When(suppressed("subscriber__digest"), then=Value(SkipReason.SUPPRESSED.value)),
        When(paused("subscriber__"), then=Value(SkipReason.PAUSED.value)),
        default=Value(RECEIVE),
        output_field=TextField(),
    )


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
    """Build reason → condition on a subscriber to leave out, whatever the audience rule says.

    None of a later version of another: the earlier one left them out when it was frozen.
    """
    if waits_to_take_over(campaign):
        return {}
    return {
        **reasons_not_to_ask(campaign, through=through),
        **reasons_of_step(campaign, through=through),
        **reasons_of_change(campaign, through=through),
    }


def _narrowing(rule: Audience, *, through: str = "") -> Q:
    """Build the condition of countries and languages on a subscriber that `through` leads to."""
    condition = everybody(through)
    if rule.countries:
        condition &= Q(**{f"{through}country__in": rule.countries})
    if rule.languages:
        condition &= reads_one_of(rule.languages, through)
    return condition


def conditions_of(campaign: Campaign, rule: Audience) -> Tree:
    """Return the conditions that decide who gets a campaign now.

    A later version of another has the people whom the earlier one left, whatever they are by now;
    what they answered is looked at again.
    """
    tree: Tree = rule.conditions
    if waits_to_take_over(campaign) and not looks_again(tree, topic_id=campaign.topic_id):
        return {}
    return tree


def rule_of(campaign: Campaign) -> Audience:
    """Return the audience rule of a campaign; where it has none, one that narrows nothing."""
    return Audience.objects.filter(campaign_id=campaign.pk).first() or Audience()
