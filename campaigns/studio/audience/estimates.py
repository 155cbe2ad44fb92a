"""The number of recipients for pages: exact, or about, and no more than an account may know."""

from campaigns.audience.quick_estimate import draw, quick_estimate
from campaigns.audience.resolve import Estimate, estimate, receivers_of, rule_of
from campaigns.models import Campaign
from campaigns.rsvp.told_apart import told_apart
from campaigns.studio.answers.counts import number_of_answers
from campaigns.studio.audience.reasons import ROUGHLY, not_included, rough
from campaigns.studio.masking import is_discreet, shown_address
from newsletter.admin.discreet import PERMISSION
from subscribers.countries import country_name, refresh_bodies
from subscribers.models import Subscription
from subscribers.need_to_know.hidden import Account
from subscribers.states import SubscriptionStatus

SEE_PEOPLE = "subscribers.view_subscriber"
SAMPLED = 5
COUNTED_AT_ONCE = 50_000
"""Followers of a topic that the page counts before it is shown."""


def is_large(campaign: Campaign) -> bool:
    """Return whether so many people follow the topic that counting them takes long."""
    # Of the ties alone, which an index answers without looking at a person.
    ties = Subscription.objects.filter(topic=campaign.topic_id, status=SubscriptionStatus.CONFIRMED)
    beyond = ties.order_by()[COUNTED_AT_ONCE : COUNTED_AT_ONCE + 1]
    return bool(beyond.values_list("topic", flat=True))


def rounds_numbers(campaign: Campaign, account: Account) -> bool:
    """Return whether an account gets numbers of recipients rounded.

    Whoever narrows an audience could otherwise ask for one person at a time: by conditions, or by
    a country, a language and an answer. Nobody chooses the rule of a campaign about a change.
    """
    rule = rule_of(campaign)
    chosen = "" if campaign.tells_of_change else rule.rule
    is_narrowed = bool(rule.conditions or rule.countries or rule.languages or chosen)
    return is_narrowed and not account.has_perm(SEE_PEOPLE)


def estimate_context(campaign: Campaign, account: Account) -> dict[str, object]:
    """Return the estimate for a template, as far as an account may know of it."""
    answer: Estimate = estimate(campaign)
    apart = _number_told_apart(campaign, account)
    context: dict[str, object] = {
        "receive": answer.receive,
        "not_included": not_included(answer.left_out),
        "told_apart": apart,
        "apart_alone": "" if answer.receive else _short_messages(apart),
    }
    if rounds_numbers(campaign, account):
        context["rough"] = rough(answer.receive)
        context["receive"] = answer.receive // ROUGHLY * ROUGHLY  # no template has the exact one
        context["not_included"] = [
            (rough(number), words) for number, words in not_included(answer.left_out)
        ]
    return context


def _short_messages(number: int | None) -> str:
    """Name the short messages that go to people told apart; "" where there are none."""
    if number is None:
        return "short messages"
    return f"{number:,} short message{'' if number == 1 else 's'}" if number else ""


def _number_told_apart(campaign: Campaign, account: Account) -> int | None:
    event = campaign.event
    return 0 if event is None else number_of_answers(told_apart(campaign), event, account)


def quick_context(campaign: Campaign, account: Account) -> dict[str, object]:
    """Return a quick estimate for a template; the exact one takes its place a moment later."""
    found = quick_estimate(campaign)
    return {
        "is_quick": True,
        "about": found.about,
        "at_most": found.at_most,
        "not_included": [
            (f"about {number:,}", words) for number, words in not_included(found.left_out)
        ],
        "sample": _sample(campaign, account, is_of_many=True),
    }


def sample_of(campaign: Campaign, account: Account) -> list[str]:
    """Return a few of the recipients, for whoever may see people; of a large list any few."""
    return _sample(campaign, account, is_of_many=is_large(campaign))


def _sample(campaign: Campaign, account: Account, *, is_of_many: bool) -> list[str]:
    if not account.has_perm(SEE_PEOPLE):
        return []
    people = receivers_of(campaign).order_by()
    if is_of_many:
        people = people.filter(pk__any_of=draw(campaign.pk)[:2000])
    refresh_bodies()  # for the names of countries
    unmasked = account.has_perm(PERMISSION)
    return [
        ", ".join(
            part
            for part in (
                shown_address(each, unmasked=unmasked or not is_discreet(each)),
                country_name(each.country.code) if each.country else "",
            )
            if part
        )
        for each in people[:SAMPLED]
    ]
