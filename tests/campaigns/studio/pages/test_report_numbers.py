"""The report's tables, drawings and file: by group, over time, beside earlier emails, in CSV."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import product
from random import Random

import pytest
from django.test import Client
from django.test.html import Element, parse_html
from django.utils import timezone
from django_countries import countries

from campaigns.models import (
    Campaign,
    CampaignBreakdown,
    Delivery,
    DeliveryMinute,
    DeliveryTally,
)
from campaigns.report_states import BreakdownKind
from campaigns.reports.breakdown import count_breakdown
from campaigns.states import CampaignStatus, Counted, DeliveryStatus, Fact
from campaigns.studio.pages.report_groups import MOST_ROWS
from newsletter.models import Brand
from newsletter.states import BounceClass
from subscribers.models import Topic
from subscribers.need_to_know.small_groups import SMALL_GROUP
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.consent_campaign import agree_to, asked
from tests.campaigns.studio.page_helpers import page

COUNTRIES = ["AL", "MK", "ME", "XK", ""]
ISO = [each.code for each in countries if each.code not in COUNTRIES]


def fill(campaign: Campaign, followers: MakeFollowers, number: int, seed: int = 17) -> Campaign:
    """Launch it to some people of a few countries, with an end for each delivery."""
    chance = Random(seed)
    campaign.status, campaign.launched_at = CampaignStatus.SENT, timezone.now()
    campaign.candidates = number
    campaign.save()
    ends = [*[DeliveryStatus.DELIVERED] * 6, DeliveryStatus.BOUNCED, DeliveryStatus.SKIPPED]
    for person in followers(number):
        person.country = chance.choice(COUNTRIES[: 1 + chance.randrange(len(COUNTRIES))])
        person.save()
        Delivery.objects.create(
            campaign=campaign,
            subscriber=person,
            language=chance.choice(["en", "en", "fr"]),
            status=chance.choice(ends),
        )
    for status in DeliveryStatus:
        found = Delivery.objects.filter(campaign=campaign, status=status).count()
        DeliveryTally.objects.create(campaign=campaign, status=status, number=found)
    count_breakdown(campaign)
    return campaign


def minute(campaign: Campaign, what: Counted, number: int, *, ago: int = 0, code: str = "") -> None:
    assert campaign.launched_at
    at = (campaign.launched_at - timedelta(minutes=ago)).replace(second=0, microsecond=0)
    DeliveryMinute.objects.create(
        campaign=campaign, minute=at, what=what, number=number, code=code, mailer="mg"
    )


def rows_of(shown: str, kind: BreakdownKind) -> list[list[str]]:
    """Return the cells of a table by groups, without its bars."""
    part = shown.split(f'id="by-{kind.value}"')[1].split("</section>", maxsplit=1)[0]
    found = []
    for row in part.split("<tr>")[2:]:
        cells = parse_html(f"<table><tr>{row.split('</tr>')[0]}</tr></table>")
        found.append([_text(cell) for cell in _cells(cells) if "st-group-bars" not in str(cell)])
    return found


def _cells(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            if child.name in ("th", "td"):
                yield child
            else:
                yield from _cells(child)


def _text(element: Element) -> str:
    return "".join(
        _text(child) if isinstance(child, Element) else str(child) for child in element.children
    ).strip()


def test_whoever_sees_people_gets_the_numbers_of_all_groups(
    sams: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    campaign = fill(draft, followers, 40)
    shown = sams.get(page("report", campaign)).content.decode()
    rows = rows_of(shown, BreakdownKind.COUNTRY)
    assert sum(int(row[1]) for row in rows) == 40
    assert {"Albania", "Not known"} <= {row[0] for row in rows}
    for _, total, arrived, not_arrived, rest, complained, left in rows:
        assert int(total) == int(arrived) + int(not_arrived) + int(rest)
        assert (complained, left) == ("0", "0")


def test_all_bars_of_a_table_have_one_scale_and_the_others_together_have_none(
    lees: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    campaign = fill(draft, followers, 8)
    small = {key: {"delivered": 4} for key in ("AL", "BG", "FR", "IT", "RO", "UA")}
    CampaignBreakdown.objects.update(counts={"country": {"US": {"delivered": 6}, **small}})
    shown = lees.get(page("report", campaign)).content.decode()
    assert [row[1] for row in rows_of(shown, BreakdownKind.COUNTRY)] == ["6", "24"]
    part = shown.split('id="by-country"')[1].split("</section>", maxsplit=1)[0]
    assert re.findall(r'width="([\d.]+)" height="10"><rect class="st-bar-rest"', part) == ["100.0"]
    CampaignBreakdown.objects.update(
        counts={"country": {"US": {"delivered": 20}, "GB": {"delivered": 5}, **small}}
    )
    shown = lees.get(page("report", campaign)).content.decode()
    part = shown.split('id="by-country"')[1].split("</section>", maxsplit=1)[0]
    assert [row[1] for row in rows_of(shown, BreakdownKind.COUNTRY)] == ["20", "5", "24"]
    assert re.findall(r'width="([\d.]+)" height="10"><rect class="st-bar-rest"', part) == [
        "100.0",
        "25.0",
    ]


def test_a_bar_whose_parts_are_hidden_looks_like_none_of_them(
    lees: Client, sams: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    campaign = fill(draft, followers, 8)
    CampaignBreakdown.objects.update(counts={"country": {"US": {"delivered": 6, "bounced": 2}}})
    for browser, is_hidden in ((lees, True), (sams, False)):
        shown = browser.get(page("report", campaign)).content.decode()
        part = shown.split('id="by-country"')[1].split("</section>", maxsplit=1)[0]
        assert ("st-bar-hidden" in part) is is_hidden
        assert ("st-of-hidden" in part) is is_hidden
        assert ("st-bar-rest" in part) is not is_hidden


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("seed", range(12))
def test_nobody_else_can_compute_a_small_number(
    lees: Client, draft: Campaign, followers: MakeFollowers, seed: int
) -> None:
    campaign = fill(draft, followers, 10 + 7 * seed, seed)
    sums = [
        Delivery.objects.filter(campaign=campaign, status=status).count()
        for status in (DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.SKIPPED)
    ]
    shown = lees.get(page("report", campaign)).content.decode()
    for kind in BreakdownKind:
        rows = rows_of(shown, kind)
        assert sum(int(row[1]) for row in rows) == campaign.candidates, "the sum still adds up"
        assert all(int(row[1]) >= SMALL_GROUP for row in rows)
        told = [[int(cell) for cell in row[2:5]] for row in rows if row[2] != "Not shown"]
        assert not any(0 < cell < SMALL_GROUP for row in told for cell in row)
        hidden = [int(row[1]) for row in rows if row[2] == "Not shown"]
        left = [whole - sum(row[place] for row in told) for place, whole in enumerate(sums)]
        if told:
            assert_nothing_small_is_certain(hidden, left)


def test_nor_by_taking_the_file_from_the_page(lees: Client, draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(
        status=CampaignStatus.SENT, launched_at=timezone.now(), candidates=1000
    )
    largest = {
        "AL": {"delivered": 98, "bounced": 2},
        "MK": {"delivered": 18, "bounced": 7},
        **{code: {"delivered": 40} for code in ISO[: MOST_ROWS - 3]},
    }
    smallest = {code: {"delivered": 10, "bounced": 5} for code in ISO[MOST_ROWS:][:2]}
    CampaignBreakdown.objects.create(
        campaign=draft, counts={"country": {**largest, **smallest}}, counted_at=timezone.now()
    )
    shown = lees.get(page("report", draft)).content.decode()
    rows = rows_of(shown, BreakdownKind.COUNTRY)
    assert len(rows) == MOST_ROWS
    file = csv.reader(StringIO(lees.get(page("report_csv", draft)).content.decode()))
    missing = {
        row[1]: row[3]
        for row in file
        if row[0] == "By country or body" and row[2] == "Failed or bounced"
    }
    # The file hides one of the two smallest. Their sum on the page would tell it, and so Albania.
    assert list(missing.values()).count("hidden") == 2
    assert missing["Albania"] == "hidden"
    assert rows[-1][:3] == ["All others", "30", "Not shown"]
    assert all(missing[row[0]] in (row[3], "hidden") for row in rows[:-1] if len(row) > 4)


def assert_nothing_small_is_certain(totals: list[int], sums: list[int]) -> None:
    """Check that what is hidden can be completed in two ways in each place that has somebody."""
    ways = list(completions(totals[:-1], sums))
    for place in range(len(totals)):
        for column in range(len(sums)):
            values = {way[place][column] for way in ways}
            assert len(values) > 1 or not 0 < min(values) < SMALL_GROUP


def completions(totals: list[int], sums: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield some tables with these sums of rows and columns; the last row is what is left."""
    if not totals:
        yield (tuple(sums),)
        return
    for first, second in product(range(min(totals[0], sums[0]) + 1), range(sums[1] + 1)):
        row = (first, second, totals[0] - first - second)
        if row[2] < 0 or row[2] > sums[2]:
            continue
        rest = [whole - part for whole, part in zip(sums, row, strict=True)]
        for way in completions(totals[1:], rest):
            yield (row, *way)
            break  # one completion of the rest is enough


def test_a_report_that_was_not_counted_yet_says_so(sams: Client, sending: Campaign) -> None:
    shown = sams.get(page("report", sending)).content.decode()
    assert "This is being counted." in shown
    assert "Nothing has been counted yet." in shown


def test_the_drawing_and_its_table_show_each_step(sams: Client, sending: Campaign) -> None:
    for ago, number in enumerate([7, 0, 12]):
        minute(sending, Counted.ACCEPTED, number, ago=ago)
    minute(sending, Counted.FAILED, 3)
    shown = sams.get(page("report", sending)).content.decode()
    assert "12 in one minute" in shown
    assert shown.count('class="st-bar-arrived"') == 3
    assert '<td class="st-right">7</td><td class="st-right">3</td>' in shown


def test_few_in_a_step_are_shown_to_nobody_else(lees: Client, sending: Campaign) -> None:
    for ago, number in enumerate([700, 900, 30, 2]):
        minute(sending, Counted.ACCEPTED, number, ago=ago)
    shown = lees.get(page("report", sending)).content.decode()
    part = shown.split("The same as a table")[1].split("</table>")[0]
    assert part.count("Not shown") == 4, "those two steps, each with two numbers"
    assert ">700<" in part
    assert ">30<" not in part


def test_it_stands_beside_earlier_emails_on_its_topic(
    sams: Client, sending: Campaign, followers: MakeFollowers
) -> None:
    assert (
        "This is the first email on this topic."
        in sams.get(page("report", sending)).content.decode()
    )
    assert sending.launched_at
    earlier = Campaign.objects.create(
        name="September",
        topic=sending.topic,
        status=CampaignStatus.SENT,
        launched_at=sending.launched_at - timedelta(days=90),
        candidates=200,
    )
    DeliveryTally.objects.create(campaign=earlier, status="delivered", number=199)
    earlier.fact_tallies.create(fact=Fact.COMPLAINED, number=1)
    shown = sams.get(page("report", sending)).content.decode()
    assert "September</a>" in shown
    assert "99.5%" in shown
    assert '1 <span class="st-optional">(0.5%)</span>' in shown


def test_bounces_say_what_they_mean_and_what_to_do(sams: Client, sending: Campaign) -> None:
    Delivery.objects.filter(campaign=sending).update(
        status=DeliveryStatus.BOUNCED, bounce_class=BounceClass.HARD, reason="550 5.1.1 no such"
    )
    minute(sending, Counted.BOUNCED, 5, code="550 5.1.1")
    shown = sams.get(page("report", sending)).content.decode()
    assert "<strong>5</strong> The mailbox or domain doesn’t exist" in shown
    assert "The mailbox does not exist" in shown
    assert "“550 5.1.1 no such”" in shown


def test_reasons_of_few_are_shown_to_nobody_else(lees: Client, sending: Campaign) -> None:
    for number, code in ((40, "550 5.1.1"), (9, "552 5.2.2"), (2, "554 5.7.1")):
        minute(sending, Counted.FAILED, number, code=code)
    part = lees.get(page("report", sending)).content.decode().split('id="not-arrived"')[1]
    assert part.count("<strong>Not shown</strong>") == 2
    assert "<strong>40</strong>" in part


def test_the_file_has_the_numbers_of_the_page_and_no_formula(
    sams: Client, lees: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    campaign = fill(draft, followers, 40)
    Campaign.objects.filter(pk=campaign.pk).update(name="=1+1")
    answer = sams.get(page("report_csv", campaign))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Delivery", "", "Recipients", "40"] in rows
    by_country = [row for row in rows if row[0] == "By country or body" and row[2] == "Recipients"]
    assert sum(int(row[3]) for row in by_country) == 40
    assert ["Compared", "'=1+1", "Recipients", "40"] in rows
    masked = lees.get(page("report_csv", campaign)).content.decode()
    assert ",hidden" in masked


def test_the_file_has_what_became_of_each_group_for_whoever_sees_people(
    sams: Client, lees: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    campaign = fill(draft, followers, 40)
    one = campaign.deliveries.filter(status="delivered", subscriber__country="AL").first()
    assert one is not None
    one.complained_at = one.unsubscribed_at = timezone.now()
    one.save()
    CampaignBreakdown.objects.all().delete()
    count_breakdown(campaign)
    rows = list(csv.reader(StringIO(sams.get(page("report_csv", campaign)).content.decode())))
    for what in ("Reported as spam", "Unsubscribed"):
        assert ["By country or body", "Albania", what, "1"] in rows
    theirs = list(csv.reader(StringIO(lees.get(page("report_csv", campaign)).content.decode())))
    of_groups = {row[2] for row in theirs if row[0].startswith("By ")}
    assert not of_groups & {"Reported as spam", "Unsubscribed"}


@pytest.mark.parametrize("is_over", [True, False])
def test_the_file_says_when_it_began_and_ended(
    sams: Client, sending: Campaign, *, is_over: bool
) -> None:
    if is_over:
        Campaign.objects.filter(pk=sending.pk).update(
            status=CampaignStatus.SENT, finished_at=timezone.now()
        )
    sending.refresh_from_db()
    rows = list(csv.reader(StringIO(sams.get(page("report_csv", sending)).content.decode())))
    assert sending.launched_at
    ended = sending.finished_at.isoformat(timespec="seconds") if sending.finished_at else "not yet"
    assert ["Time (UTC)", "", "Started", sending.launched_at.isoformat(timespec="seconds")] in rows
    assert ["Time (UTC)", "", "Finished", ended] in rows


def test_the_file_has_the_answers_to_a_request_to_agree_again(
    sams: Client, topic: Topic, brand: Brand, followers: MakeFollowers
) -> None:
    for person in followers(4):
        agree_to(person, topic)
    campaign = asked(topic)
    agreed, left = campaign.deliveries.order_by("pk")[:2]
    Delivery.objects.filter(pk=agreed.pk).update(agreed_at=timezone.now())
    Delivery.objects.filter(pk=left.pk).update(unsubscribed_at=timezone.now())
    rows = list(csv.reader(StringIO(sams.get(page("report_csv", campaign)).content.decode())))
    assert [row[2:] for row in rows if row[0] == "Answers"] == [
        ["Agreed to the wording", "1"],
        ["Unsubscribed", "1"],
        ["Didn’t answer, and stay subscribed", "2"],
    ]


def test_a_file_of_what_was_not_launched_is_none(sams: Client, draft: Campaign) -> None:
    assert sams.get(page("report_csv", draft)).status_code == 302
