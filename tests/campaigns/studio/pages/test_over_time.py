"""“Over time” shows what was counted, as far as one may see it."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import TopicMonth
from campaigns.reports.months.calendar import last_months
from campaigns.studio.pages.month_charts import rate_charts
from campaigns.studio.pages.month_lines import month_lines, rate, rounded
from newsletter.models import AuditEntry
from staff.roles import AUTHOR, LIST_MANAGER
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic
from subscribers.need_to_know.grants import grant
from subscribers.need_to_know.small_groups import is_small
from tests.staff_members import browser_of, staff_member

PAGE, FILE = "admin:studio_over_time", "admin:studio_over_time_csv"


def month(topic: Topic, at: date | None = None, **numbers: Any) -> TopicMonth:
    at = at or last_months(timezone.now())[-1]
    return TopicMonth.objects.create(topic=topic, month=at, counted_at=timezone.now(), **numbers)


def fill(topic: Topic, seed: int = 1, most: int = 30) -> None:
    chance = Random(seed)
    for each in last_months(timezone.now()):
        month(
            topic,
            each,
            joined=chance.randrange(most),
            left=chance.randrange(most),
            subscribed=chance.randrange(100, 900),
            campaigns=2,
            emails=2_000,
            bounced=chance.randrange(20),
            complained=chance.randrange(9),
            events=1,
            invited=500,
            said_yes=chance.randrange(most),
            said_no=chance.randrange(most),
            said_else=chance.randrange(most),
        )


def test_before_anything_is_counted_the_page_says_what_will_be_here(
    sams: Client, topic: Topic
) -> None:
    shown = sams.get(reverse(PAGE)).content.decode()
    assert "Nothing has been counted yet" in shown


def test_the_page_adds_up_topics_and_shows_one(
    sams: Client, topic: Topic, other_topic: Topic
) -> None:
    month(topic, joined=1_200, left=30, subscribed=5_000)
    month(other_topic, joined=34, left=5, subscribed=70)
    together = sams.get(reverse(PAGE)).context["months"].lines[-1]
    assert (together.joined, together.left, together.subscribed) == (1_234, 35, 5_070)
    answer = sams.get(reverse(PAGE), {"topic": other_topic.pk})
    alone = answer.context["months"].lines[-1]
    assert (alone.joined, alone.left, alone.subscribed) == (34, 5, 70)
    assert ">34<" in answer.content.decode()
    assert "A campaign may count how often its links are opened" in answer.content.decode()


def test_each_number_of_the_drawings_is_in_a_table_and_in_the_file(
    sams: Client, topic: Topic
) -> None:
    fill(topic)
    shown = sams.get(reverse(PAGE)).content.decode()
    assert shown.count("<svg viewBox") == 5
    assert shown.count("st-as-table") == 3
    rows = list(csv.DictReader(StringIO(sams.get(reverse(FILE)).content.decode("utf-8-sig"))))
    kept = list(TopicMonth.objects.order_by("month"))
    assert [row["Month"] for row in rows] == [f"{each.month:%Y-%m}" for each in kept]
    assert [row["Left"] for row in rows] == [str(each.left) for each in kept]
    assert [row["Reported as spam"] for row in rows] == [str(each.complained) for each in kept]


def test_a_drawing_tells_its_scale_and_one_without_bars_has_no_key(
    sams: Client, topic: Topic
) -> None:
    month(topic, joined=1_200, left=30, subscribed=5_000)
    shown = sams.get(reverse(PAGE)).content.decode()
    for scale in ('top">5,000', 'top">1,200', 'bottom">30'):
        assert f'<p class="st-chart-{scale}</p>' in shown
    answers = shown.split('id="answers"')[1].split("</section>")[0]
    assert "<svg" not in answers
    assert "st-key" not in answers


def test_a_name_that_a_spreadsheet_would_compute_is_harmless_in_the_file(
    sams: Client, topic: Topic
) -> None:
    Topic.objects.update(name="=1+1")
    month(topic, joined=3)
    text = sams.get(reverse(FILE), {"topic": topic.pk}).content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert {row[0] for row in rows[1:]} == {"'=1+1"}


def test_a_need_to_know_topic_is_in_no_number_and_no_choice_of_others(
    wrens: Client, sams: Client, topic: Topic, other_topic: Topic
) -> None:
    month(topic, joined=40, left=9, subscribed=300, emails=100, complained=3)
    before = wrens.get(reverse(PAGE)).content.decode()
    month(other_topic, joined=21, left=8, subscribed=200, emails=777, complained=6)
    Topic.objects.filter(pk=other_topic.pk).update(
        name="Survivors", is_restricted=True, is_public=False
    )
    for browser in (wrens, sams):
        shown = browser.get(reverse(PAGE)).content.decode()
        assert "Survivors" not in shown
        assert "777" not in shown
        for name in (PAGE, FILE):
            answer = browser.get(reverse(name), {"topic": other_topic.pk})
            assert answer.status_code == 404
    lines = wrens.get(reverse(PAGE)).context["months"].lines
    assert (lines[-1].joined, lines[-1].emails) == (None, 100), "The month isn't over."
    assert "40" in before


@pytest.mark.parametrize("name", [PAGE, FILE])
def test_whoever_looks_at_all_topics_has_looked_at_those_that_they_are_granted(
    topic: Topic, other_topic: Topic, name: str
) -> None:
    for each in (topic, other_topic):
        month(each, joined=40)
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    other_topic.refresh_from_db()
    account, others = staff_member("lia", LIST_MANAGER), staff_member("lou", LIST_MANAGER)
    grant(other_topic, account, until=timezone.now() + timedelta(days=9), by="max")
    looks = AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED)

    for one in (others, account, account):
        assert browser_of(one).get(reverse(name)).status_code == 200

    [look] = looks
    assert (look.actor_id, look.topic_id) == (account.pk, other_topic.pk)


@pytest.mark.parametrize("asked", ["0", "x", "999999", "-1", "1" * 40])
def test_a_topic_that_there_is_not_isn_t_found(sams: Client, topic: Topic, asked: str) -> None:
    assert sams.get(reverse(PAGE), {"topic": asked}).status_code == 404


def test_somebody_without_a_role_may_not_see_it(noors: Client, topic: Topic) -> None:
    assert noors.get(reverse(PAGE)).status_code == 403
    assert noors.get(reverse(FILE)).status_code == 403


@pytest.mark.parametrize("seed", range(12))
def test_no_small_number_can_be_computed_by_whoever_may_not_see_subscribers(
    db: None, topic: Topic, other_topic: Topic, seed: int
) -> None:
    """A month of all topics is shown where that of each topic is: so nothing can be subtracted."""
    fill(topic, seed, most=25)
    fill(other_topic, seed + 100, most=12)
    account = staff_member("wren", AUTHOR)
    each = [month_lines(account, [one]).lines for one in (topic, other_topic)]
    together = month_lines(account, [topic, other_topic]).lines
    for place, line in enumerate(together):
        parts = [lines[place] for lines in each]
        hides = any(part.joined is None for part in parts)
        assert (line.joined is None) is hides
        for part in parts:
            assert part.joined is None or not is_small(part.joined)
            assert part.left is None or not is_small(part.left)
            assert part.subscribed % 10 == 0
    assert any(line.joined is None for line in together)


def test_bounces_of_one_kind_can_t_be_computed_from_those_of_a_report(
    topic: Topic, other_topic: Topic
) -> None:
    """A report tells all bounces: less those that are shown here, the soft ones would be left."""
    account = staff_member("wren", AUTHOR)
    of_topic, of_other = month(topic, emails=900), month(other_topic, emails=900)
    shown: dict[int, int] = {}
    for number in range(60):
        TopicMonth.objects.filter(pk=of_topic.pk).update(bounced=number)
        TopicMonth.objects.filter(pk=of_other.pk).update(bounced=59 - number)
        each = [month_lines(account, [one]).lines[-1].bounced for one in (topic, other_topic)]
        together = month_lines(account, [topic, other_topic]).lines[-1].bounced
        assert together == sum(each), "or one more could be told from all together"
        shown[number] = each[0]
    for all_kinds in range(1, 60):
        for ours in range(all_kinds + 1):
            could_be = {each for each in range(all_kinds + 1) if shown[each] == shown[ours]}
            hides = is_small(ours) or is_small(all_kinds - ours)
            assert not hides or len(could_be) > 1, (all_kinds, ours)


def test_whoever_may_not_see_subscribers_gets_no_sum_of_months(
    wrens: Client, sams: Client, topic: Topic
) -> None:
    fill(topic)
    assert "joined" not in wrens.get(reverse(PAGE)).context["year"]
    assert sams.get(reverse(PAGE)).context["year"]["joined"] > 0
    text = wrens.get(reverse(FILE)).content.decode("utf-8-sig")
    assert "hidden" in text
    assert "hidden" not in sams.get(reverse(FILE)).content.decode("utf-8-sig")


def test_answers_are_shown_where_the_pages_of_their_events_tell_all(topic: Topic, db: None) -> None:
    account = staff_member("wren", AUTHOR)
    row = month(topic, events=2, said_yes=50, said_no=20, said_else=9, came=44)
    # An author may see answers or not, as the table of roles says.
    sees = account.has_perm("campaigns.view_rsvp")
    assert month_lines(account, [topic]).lines[-1].said_yes == 50
    TopicMonth.objects.filter(pk=row.pk).update(has_few_answers=True)
    found = month_lines(account, [topic])
    assert (found.lines[-1].said_yes is None) is not sees
    assert (found.lines[-1].came is None) is not sees


def test_the_page_asks_for_the_same_few_rows_however_many_people_there_are(
    sams: Client, topic: Topic, django_assert_max_num_queries: Any
) -> None:
    fill(topic)
    sams.get(reverse(PAGE))
    with django_assert_max_num_queries(14) as found:
        sams.get(reverse(PAGE))
    assert not [
        each for each in found.captured_queries if "subscribers_subscription" in each["sql"]
    ]


def test_a_rate_is_over_its_limit_where_more_than_chance_is(topic: Topic) -> None:
    few = settings.GUARD_LEAST - 1
    month(topic, emails=100, complained=few, bounced=5)
    account = staff_member("sam2", LIST_MANAGER)
    bounces, complaints = rate_charts(month_lines(account, [topic]).lines, topic)
    assert (bounces.year, bounces.is_over) == ("5%", False)
    assert complaints.year == f"{few}%"
    assert not complaints.is_over, "so few may be chance"
    TopicMonth.objects.update(complained=few + 1)
    _, complaints = rate_charts(month_lines(account, [topic]).lines, topic)
    assert complaints.is_over
    assert all(bar.height <= 100 and bar.y >= 0 for bar in complaints.chart.bars)


def test_rates_and_rounded_numbers() -> None:
    assert rate(0, 0) == ""
    assert rate(0, 5) == "0%"
    assert rate(1, 3) == "33.3%"
    assert rate(3, 1_000) == "0.3%"
    assert rate(1, 1_000_000) == "under 0.01%"
    assert [rounded(each) for each in (0, 4, 12, 96, 104, 1_249, 1_000_000)] == [
        *(0, 0, 10, 100, 100, 1_200, 1_000_000),
    ]


def test_months_of_a_young_installation_are_few(sams: Client, topic: Topic) -> None:
    month(topic, joined=3)
    assert len(sams.get(reverse(PAGE)).context["months"].lines) == 6
    month(topic, last_months(timezone.now())[4], joined=1)
    assert len(sams.get(reverse(PAGE)).context["months"].lines) == 20
    assert browser_of(staff_member("x", AUTHOR)).get(reverse(PAGE)).status_code == 200


def test_the_present_month_says_that_it_isn_t_over(sams: Client, topic: Topic) -> None:
    month(topic, joined=3)
    lines = sams.get(reverse(PAGE)).context["months"].lines
    assert [line.is_over for line in lines] == [True] * 5 + [False]
    now = timezone.now()
    assert lines[-1].month == date(now.year, now.month, 1)
    assert timedelta(0) < now - datetime(now.year, now.month, 1, tzinfo=UTC)
