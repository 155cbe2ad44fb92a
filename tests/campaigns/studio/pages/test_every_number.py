"""Every number of a report, of its file, the dashboard and “Over time”, counted again from rows.

The histories are by chance, through the functions that send and listen. What they come to is
counted here from the deliveries, without the code that reports use.
"""

import csv
import re
from collections import Counter
from io import StringIO
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Delivery
from campaigns.reports.breakdown import count_breakdown
from campaigns.reports.months.count import count_months
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.settle import settle
from campaigns.sending.finish import finish_done
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import resume
from campaigns.states import DeliveryStatus, SkipReason
from newsletter.transport.results.result import Outcome, Result
from newsletter.webhooks.process_reports import process_reports
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Subscriber, Subscription
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.sending.test_reported_by_provider import bring
from tests.campaigns.studio.page_helpers import page

PEOPLE = 70
ACCEPTED = Result(Outcome.ACCEPTED, mailer="mailgun")
REFUSED = Result(Outcome.REFUSED, mailer="mailgun", reason="550 5.1.1 no such mailbox")
DOUBTFUL = Result(Outcome.UNKNOWN, mailer="mailgun", reason="no answer", key_is_known=True)
COUNTRIES = {"AL": "Albania", "MK": "North Macedonia", "ME": "Montenegro", "": "Not known"}
ARRIVED = ("accepted", "delivered")
NOT_ARRIVED = ("failed", "bounced")


def history(campaign: Campaign, people: list[Subscriber], chance: Random) -> Counter[str]:
    """Send a campaign to people, of whom some are left out, and let whatever happens happen.

    Returns:
        How many aren't included, by the words of the report.
    """
    left_out = Counter[str]()
    ties = Subscription.objects.filter(topic=campaign.topic_id)
    for person in people:
        Subscriber.objects.filter(pk=person.pk).update(country=chance.choice(list(COUNTRIES)))
        fate = chance.choice(["in"] * 12 + ["pending", "left", "suppressed"])
        if fate == "pending":
            ties.filter(subscriber=person).update(status=SubscriptionStatus.PENDING)
        elif fate == "left":
            ties.filter(subscriber=person).update(status=SubscriptionStatus.UNSUBSCRIBED)
        elif fate == "suppressed":
            suppress(person.digest, reason=SuppressionReason.STAFF)
        left_out[fate] += 1
    del left_out["in"]
    approve(campaign, by="Sam")
    launch_now(campaign)
    for tie in ties.filter(status=SubscriptionStatus.CONFIRMED):
        if chance.random() < 0.05:
            unsubscribe(tie.pk, method=ConsentMethod.MAIL_LINK)
    claimed = claim(campaign.pk, size=2 * PEOPLE)
    assert claimed
    results = [*[ACCEPTED] * 10, REFUSED, DOUBTFUL]
    settle(claimed, {each.pk: chance.choice(results) for each in claimed.deliveries})
    _report(campaign, chance)
    resume(campaign.pk)  # the guard has paused it, for so many bounces
    finish_done()
    return left_out


def _report(campaign: Campaign, chance: Random) -> None:
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.ACCEPTED)
    for delivery in rows.select_related("subscriber"):
        for case in chance.choice(
            [
                *[["delivered"]] * 12,
                *([], ["hard"], ["soft"], ["block"]),
                *(["delivered", "complained"], ["complained", "delivered", "delivered"]),
                ["delivered", "soft", "hard"],
            ]
        ):
            bring(case, delivery)
        if chance.random() < 0.08 and delivery.subscriber:
            tie = delivery.subscriber.subscriptions.get(topic=campaign.topic_id)
            unsubscribe(tie.pk, method=ConsentMethod.MAIL_LINK, campaign_id=campaign.pk)
    process_reports()


def file_of(browser: Client, url: str) -> list[list[str]]:
    text = browser.get(url).content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))[1:]


def table(rows: list[list[str]], name: str, what: str | None = None) -> dict[str, int]:
    """Return the numbers of a table of the file, by group, or by what they are."""
    return {
        row[1] if what else row[2]: int(row[3])
        for row in rows
        if row[0] == name and what in (None, row[2])
    }


def by_hand(campaign: Campaign) -> dict[str, Counter[str]]:
    """Count what the file tells of all recipients together."""
    rows = list(Delivery.objects.filter(campaign=campaign))
    skipped = Counter(SkipReason(row.reason).label for row in rows if row.status == "skipped")
    return {
        "Delivery": Counter(str(DeliveryStatus(row.status).label) for row in rows)
        + Counter({"Recipients": len(rows)}),
        "Skipped while sending": Counter({str(each): skipped[each] for each in skipped}),
        "Responses": Counter(
            {
                "Unsubscribed using this email": sum(bool(row.unsubscribed_at) for row in rows),
                "Reported as spam": sum(bool(row.complained_at) for row in rows),
            }
        ),
        "bounces": Counter(row.bounce_class for row in rows if row.status == "bounced"),
    }


def groups_by_hand(campaign: Campaign, group_of: str) -> dict[str, Counter[str]]:
    """Count what became of each group, by what is known of people now."""
    found: dict[str, Counter[str]] = {}
    for row in Delivery.objects.filter(campaign=campaign).select_related("subscriber"):
        value = row.language if group_of == "language" else getattr(row.subscriber, group_of, "")
        label = {"en": "English", **COUNTRIES}.get(str(value), str(value))
        numbers = found.setdefault(label, Counter())
        numbers["Recipients"] += 1
        numbers["Arrived"] += row.status in ARRIVED
        numbers["Failed or bounced"] += row.status in NOT_ARRIVED
        numbers["Waiting, uncertain or skipped"] += row.status not in (*ARRIVED, *NOT_ARRIVED)
        numbers["Reported as spam"] += row.complained_at is not None
        numbers["Unsubscribed"] += row.unsubscribed_at is not None
    return found


def check_report(rows: list[list[str]], campaign: Campaign, *, left_out: Counter[str]) -> None:
    expected = by_hand(campaign)
    for name in ("Delivery", "Skipped while sending", "Responses"):
        assert Counter(table(rows, name)) == expected[name], name
    assert sorted(table(rows, "Not included").values()) == sorted(left_out.values())
    assert sorted(table(rows, "Bounces").values()) == sorted(expected["bounces"].values())
    sums = expected["Delivery"]
    arrived = sum(sums[str(DeliveryStatus(each).label)] for each in ARRIVED)
    failed, bounced = (sums[str(DeliveryStatus(each).label)] for each in NOT_ARRIVED)
    assert sum(table(rows, "Over time (UTC)", "Accepted").values()) == arrived + bounced
    assert sum(table(rows, "Over time (UTC)", "Failed or bounced").values()) == failed + bounced
    answers = [int(row[3]) for row in rows if row[0] == "Why emails didn’t arrive"]
    assert sum(answers) == failed + bounced
    assert table(rows, "Compared") == {
        "Recipients": sums["Recipients"],
        "Arrived": arrived,
        "Not arrived": failed + bounced,
        "Complained": expected["Responses"]["Reported as spam"],
        "Unsubscribed": expected["Responses"]["Unsubscribed using this email"],
    }
    for name, group_of in (
        ("By country or body", "country"),
        ("By language", "language"),
        ("By mail domain", "domain"),
    ):
        by_group = groups_by_hand(campaign, group_of)
        assert {row[1] for row in rows if row[0] == name} >= by_group.keys() - {""} or (
            group_of == "domain"
        )
        for what in next(iter(by_group.values())):
            told = table(rows, name, what)
            assert sum(told.values()) == sum(each[what] for each in by_group.values())
            if group_of != "domain":
                assert told == {label: each[what] for label, each in by_group.items()}, what


def check_page(shown: str, campaign: Campaign) -> None:
    """Check what stands on the page itself, beyond what its file has."""
    sums = by_hand(campaign)
    total = sums["Delivery"]["Recipients"]
    assert f"All {total} recipients accounted for." in shown
    for number, words in (
        (sums["Responses"]["Unsubscribed using this email"], "unsubscribed using this email"),
        (sums["Responses"]["Reported as spam"], "reported it as spam"),
    ):
        assert f"<strong>{number}</strong> {words}" in shown
    for words, number in sums["Skipped while sending"].items():
        assert f"<strong>{number}</strong> {words}" in shown.replace("&#x27;", "'")


def check_months(rows: list[list[str]], campaign: Campaign) -> None:
    """Check the row of this month: what the guard knows, and whoever left by the email."""
    deliveries = list(Delivery.objects.filter(campaign=campaign))
    delivered = sum(row.status == "delivered" for row in deliveries)
    assert delivered >= 20, "From here on the mailer’s reports are waited for."
    bounced = [row for row in deliveries if row.status == "bounced"]
    [now] = [row for row in rows if row[5] != "0"]
    campaigns, emails, bad, complained, left = now[5:10]
    assert int(campaigns) == 1
    assert int(emails) == delivered + len(bounced)
    assert int(bad) == sum(row.bounce_class in ("hard", "block") for row in bounced)
    assert int(complained) == sum(row.complained_at is not None for row in deliveries)
    assert int(left) == sum(row.unsubscribed_at is not None for row in deliveries)


def check_dashboard(shown: str, campaign: Campaign) -> None:
    """Check the line among the latest emails."""
    sums = Counter(Delivery.objects.filter(campaign=campaign).values_list("status", flat=True))
    line = shown.split('id="latest"')[1].split("</table>", maxsplit=1)[0]
    cells = [
        re.sub("<[^>]+>", "", cell) for cell in re.findall('<td class="st-right">.*?</td>', line)
    ]
    assert [int(cell) for cell in cells] == [
        sums.total(),
        sum(sums[each] for each in ARRIVED),
        sum(sums[each] for each in NOT_ARRIVED),
        sums["skipped"],
        sums["uncertain"],
    ]


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("erases", [False, True], ids=["nobody erased", "some erased"])
@pytest.mark.parametrize("seed", range(3))
def test_each_number_is_that_of_the_rows(
    sams: Client,
    draft: Campaign,
    followers: MakeFollowers,
    *,
    seed: int,
    erases: bool,
) -> None:
    chance = Random(seed)
    people = followers(PEOPLE)
    left_out = history(draft, people, chance)
    draft.refresh_from_db()
    if erases:
        for person in chance.sample(people, 12):
            erase(person.email)
    count_breakdown(draft)
    check_report(file_of(sams, page("report_csv", draft)), draft, left_out=left_out)
    check_page(sams.get(page("report", draft)).content.decode(), draft)
    count_months()
    check_months(file_of(sams, reverse("admin:studio_over_time_csv")), draft)
    check_dashboard(sams.get("/staff/").content.decode(), draft)


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("seed", range(3))
def test_while_it_is_sent_and_people_are_erased_it_adds_up_at_each_look(
    sams: Client, draft: Campaign, followers: MakeFollowers, *, seed: int
) -> None:
    chance = Random(seed)
    people = followers(PEOPLE)
    approve(draft, by="Sam")
    launch_now(draft)
    for _ in range(7):
        claimed = claim(draft.pk, size=PEOPLE // 7)
        gone = [people.pop(chance.randrange(len(people))) for _ in range(3)]
        for person in gone:  # who may wait, be in a worker's hands, or have it already
            erase(person.email)
        sums = by_hand(draft)["Delivery"]
        assert sums["Recipients"] == PEOPLE
        assert Counter(table(file_of(sams, page("report_csv", draft)), "Delivery")) == sums
        shown = sams.get(page("report", draft)).content.decode()
        assert not [each for each in gone if each.email in shown]
        settle(claimed, {each.pk: ACCEPTED for each in claimed.deliveries})
        if chance.random() < 0.5:
            count_breakdown(draft)
    finish_done()
    count_breakdown(draft)
    rows = file_of(sams, page("report_csv", draft))
    assert Counter(table(rows, "Delivery")) == by_hand(draft)["Delivery"]
    assert sum(table(rows, "By country or body", "Recipients").values()) == PEOPLE
