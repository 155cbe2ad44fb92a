"""The choices of the send page: a local hour, a first step, the time to undo, and the typing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_audience
from campaigns.content.fingerprint import fingerprint
from campaigns.models import Audience, Campaign, CampaignContent, Delivery
from campaigns.review.approval import approve
from campaigns.sending.freeze import start_due
from campaigns.sending.launch import launch
from campaigns.sending.local_hours import Bounds
from campaigns.sending.time_lines import last_leaves, late_number, time_lines
from campaigns.sending.timetable import DueGroup, Timetable
from campaigns.states import AudienceRule, CampaignStatus, CampaignStep, DeliveryStatus
from campaigns.studio.audience import estimates
from campaigns.studio.pages.launch_form import PROPOSED_CANARY, LaunchForm
from campaigns.studio.pages.launch_times import duration_words
from campaigns.studio.pages.launch_words import first_words, hour_words
from newsletter.audit.actor import Actor, ActorKind, acting
from staff.roles import LIST_MANAGER, PUBLISHER
from subscribers.models import Subscriber, Topic
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


def in_days(days: int) -> date:
    return timezone.now().date() + timedelta(days=days)


def post(lees: Client, campaign: Campaign, **typed: object) -> str:
    fields = {"fingerprint": fingerprint(campaign), "when": "now", **typed}
    return lees.post(page("launch", campaign), fields, follow=True).content.decode()


PROBLEM = "There is a problem"
LOCAL = {"when": "local", "local_time": "09:00", "skips_weekends": "on", "late": "next_day"}


def test_everybody_gets_it_at_nine_of_their_own_clocks(lees: Client, approved: Campaign) -> None:
    post(lees, approved, **LOCAL, local_date=in_days(5))
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.SCHEDULED
    assert (approved.local_time, approved.local_date) == (time(9), in_days(5))
    assert (approved.skips_weekends, approved.late_recipients) == (True, "next_day")


def test_the_timetable_says_how_many_get_it_when(approved: Campaign) -> None:
    lia = browser_of(staff_member("lia", PUBLISHER, LIST_MANAGER))
    Subscriber.objects.filter(email__startswith="reader0").update(time_zone="Pacific/Auckland")
    typed = {**LOCAL, "local_date": in_days(5), "skips_weekends": ""}
    html = lia.post(page("launch_times", approved), typed).content.decode()
    assert "Auckland" in html
    assert "Bucharest" in html  # the event's, for those without a zone
    assert "list of recipients and their time zones are fixed then" in html
    assert (
        "Recipients without a time zone go by Bucharest time ("
        in lia.get(page("launch", approved)).content.decode()
    )
    approved.refresh_from_db()
    assert (approved.status, approved.local_time) == (CampaignStatus.APPROVED, None)


def test_numbers_by_hour_are_not_shown_where_those_of_the_audience_are_rounded(
    lees: Client, approved: Campaign
) -> None:
    english = {"kind": "language", "languages": ["en"]}
    tree = {"match": "all", "conditions": [english], "except": []}
    save_audience(approved, countries=[], languages=[], conditions=tree)
    approve(approved, by="Ria")
    typed = {**LOCAL, "local_date": in_days(5), "skips_weekends": ""}
    html = lees.post(page("launch_times", approved), typed).content.decode()
    assert "because this audience is narrowed" in html
    assert "<table" not in html
    html = lees.get(page("launch", approved)).content.decode()
    assert "Send to fewer than 10 people" in strip_tags(html)
    lia = browser_of(staff_member("lia", PUBLISHER, LIST_MANAGER))
    assert "<table" in lia.post(page("launch_times", approved), typed).content.decode()


def test_a_place_whose_clocks_skip_the_hour_is_said_to_get_it_afterwards() -> None:
    change = datetime(2027, 3, 28, 1, tzinfo=UTC)  # 03:00 in Bucharest, which becomes 04:00
    groups = [
        DueGroup(change, 2, {"Europe/Bucharest": 1, "Europe/Kyiv": 1}),
        DueGroup(change + timedelta(minutes=30), 1, {"Europe/Berlin": 1}),
        DueGroup(change + timedelta(hours=1), 1, {"Europe/Kyiv": 1}, is_late=True),
    ]
    table = Timetable(groups, Bounds(change - timedelta(days=1), "UTC"))
    assert [each.what for each in time_lines(table, time(3, 30), sees_people=True)] == [
        "Clocks there skip 03:30 on that day, so they get it at 04:00",
        "",
        "Their hour has passed",
    ]


def soon(minutes: int = 5) -> dict[str, object]:
    """Return the fields of an hour that comes in some minutes where the event is."""
    at = (timezone.now() + timedelta(minutes=minutes)).astimezone(ZoneInfo("Europe/Bucharest"))
    hour = {"local_time": f"{at:%H:%M}", "local_date": f"{at:%Y-%m-%d}"}
    return {**LOCAL, **hour, "skips_weekends": "", "late": "skip"}


def late_shown(html: str) -> str:
    found = re.search(r'name="late_shown" value="(\w*)"', html)
    assert found
    return found[1]


@pytest.fixture
def late(approved: Campaign) -> Campaign:
    """An approved campaign to people in Bucharest, and one in New York."""
    Subscriber.objects.filter(email__startswith="reader0").update(time_zone="America/New_York")
    return approved


def test_the_timetable_counts_with_the_time_to_undo(lees: Client, late: Campaign) -> None:
    for undo, is_late in (("0", False), ("600", True)):
        typed = {**soon(), "undo": undo}
        html = lees.post(page("launch_times", late), typed).content.decode()
        assert ("That hour has passed for" in html) is is_late
        assert bool(late_shown(html)) is is_late


def test_nobody_is_left_out_whom_the_page_did_not_show_as_late(
    lees: Client, late: Campaign
) -> None:
    typed = {**soon(), "undo": "600"}
    html = post(lees, late, **typed)
    late.refresh_from_db()
    assert late.status == CampaignStatus.APPROVED
    assert "Nothing was sent. When sending starts, the chosen hour will have passed for" in html
    assert "That hour has passed for" in html, "the times as they are now"

    Subscriber.objects.filter(email__startswith="reader1").update(time_zone="Asia/Tokyo")
    again = post(lees, late, **typed, late_shown=late_shown(html))
    late.refresh_from_db()
    assert late.status == CampaignStatus.APPROVED, "Tokyo wasn't shown as late"

    post(lees, late, **typed, late_shown=late_shown(again))
    late.refresh_from_db()
    assert late.status == CampaignStatus.SCHEDULED
    assert start_due(now=late.scheduled_at) == 1
    on_time = Delivery.objects.filter(campaign=late, status=DeliveryStatus.PLANNED)
    assert [row.subscriber.time_zone for row in on_time if row.subscriber] == ["America/New_York"]


def test_without_scripts_a_button_shows_it_and_launches_nothing(
    lees: Client, approved: Campaign
) -> None:
    html = post(lees, approved, **LOCAL, local_date=in_days(5), show="times")
    assert "How many get it when" in html
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED


def test_zones_of_few_are_not_named_to_whoever_may_not_see_subscribers(
    approved: Campaign,
) -> None:
    Subscriber.objects.filter(email__startswith="reader0").update(time_zone="Pacific/Auckland")
    pia = browser_of(staff_member("pia", PUBLISHER))
    typed = {**LOCAL, "local_date": in_days(5)}
    html = pia.post(page("launch_times", approved), typed).content.decode()
    assert "Auckland" not in html
    assert "Other time zones" in html
    assert "few" in html
    assert html.count("<caption>") == html.count("At other times") == 1


def test_the_number_of_late_people_tells_no_number_that_is_hidden() -> None:
    now = datetime(2026, 12, 10, tzinfo=UTC)
    hours = [now + timedelta(hours=each) for each in range(4)]
    groups = [
        DueGroup(hours[0], 100),
        DueGroup(hours[1], 6),
        DueGroup(hours[2], 20, is_late=True),
        DueGroup(hours[3], 2, is_late=True),
    ]
    table = Timetable(groups, Bounds(now, "UTC"))
    shown = [(line.clock, line.number) for line in time_lines(table, time(), sees_people=False)]
    assert shown == [("00:00", 100), ("02:00", 20), ("", None)]
    assert late_number(table, sees_people=False) is None
    assert late_number(table, sees_people=True) == 22
    assert late_number(Timetable(groups[:3], table.bounds), sees_people=False) == 20


def test_whoever_is_due_while_others_leave_comes_after_them(settings: Settings) -> None:
    mailer = settings.MAILER_SETTINGS["bulk"]
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": replace(mailer, rate=1.0)}
    nine = datetime(2026, 12, 10, 9, tzinfo=UTC)
    groups = [DueGroup(nine + timedelta(hours=each), 2 * 3600) for each in range(2)]
    assert f"{last_leaves(Timetable(groups, Bounds(nine, 'UTC'))):%H:%M}" == "13:00"
    assert duration_words(4 * 3600) == "Sending takes about 4 hours, at 1 email a second."


def test_for_an_audience_that_nobody_fits_yet_it_says_when_it_starts(
    sams: Client, approved: Campaign
) -> None:
    Audience.objects.filter(campaign=approved).update(rule=AudienceRule.WAITING)
    typed = {**LOCAL, "local_date": in_days(5), "skips_weekends": ""}
    html = sams.post(page("launch_times", approved), typed).content.decode()
    assert "Sending starts on" in html
    assert f"{in_days(5):%-d %B %Y}" in html
    assert "How many get it when" not in html


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"when": "local"}, "Enter the hour, such as 09:00."),
        ({**LOCAL}, "Enter the day."),
        ({**LOCAL, "local_time": "25:00", "local_date": "2035-01-01"}, PROBLEM),
        ({**LOCAL, "local_date": "tomorrow"}, PROBLEM),
        ({**LOCAL, "local_date": "2020-01-01"}, "That day has passed"),
        ({**LOCAL, "local_date": "0001-01-01"}, "Choose a day within the next year"),
        ({**LOCAL, "local_date": "9999-12-31"}, "Choose a day within the next year"),
        ({**LOCAL, "local_date": in_days(100)}, "only after the event begins"),
        ({**LOCAL, "local_date": "2035-01-01", "late": "never"}, PROBLEM),
        ({"when": "later", "at": "2035-03-25T03:30", "zone": "Europe/Bucharest"}, "does not exist"),
        ({"when": "someday"}, PROBLEM),
        ({"first": "wait", "canary": ""}, "Enter how many people get it first."),
        ({"first": "wait", "canary": "-1"}, PROBLEM),
        ({"first": "rule", "canary": "5", "minutes": ""}, "Enter after how many minutes"),
        ({"first": "rule", "canary": "5", "minutes": "99999"}, PROBLEM),
        ({"undo": "601"}, PROBLEM),
        ({"undo": "forever"}, PROBLEM),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_launched(
    lees: Client, approved: Campaign, typed: dict[str, object], words: str
) -> None:
    assert words in post(lees, approved, **typed)
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED


def test_a_time_at_a_place_is_kept_with_its_zone(lees: Client, approved: Campaign) -> None:
    at = datetime.combine(in_days(5), time(9))
    post(lees, approved, when="later", at=f"{at:%Y-%m-%dT%H:%M}", zone="Europe/Bucharest")
    approved.refresh_from_db()
    assert approved.scheduled_at == at.replace(tzinfo=ZoneInfo("Europe/Bucharest"))
    assert approved.scheduled_local == at.replace(tzinfo=UTC)
    assert approved.scheduled_zone == "Europe/Bucharest"


def test_what_was_not_asked_for_is_no_mistake(lees: Client, approved: Campaign) -> None:
    post(lees, approved, first="", canary="-1", minutes="x", local_date="")
    approved.refresh_from_db()
    assert (approved.status, approved.canary_size) == (CampaignStatus.SCHEDULED, 0)


def test_some_get_it_first_and_the_time_to_undo_is_chosen(lees: Client, approved: Campaign) -> None:
    post(lees, approved, first="rule", canary="2", minutes="15", undo="600")
    approved.refresh_from_db()
    assert (approved.canary_size, approved.canary_minutes) == (2, 15)
    assert approved.scheduled_at
    assert approved.scheduled_at > timezone.now() + timedelta(minutes=9)


def test_no_time_to_undo_starts_at_once(lees: Client, approved: Campaign) -> None:
    post(lees, approved, undo="0")
    assert start_due() == 1
    assert Delivery.objects.count() == 3


def test_what_was_chosen_stands_on_the_page_of_a_scheduled_campaign(
    lees: Client, approved: Campaign
) -> None:
    html = post(lees, approved, **LOCAL, local_date=in_days(5), first="wait", canary="2")
    approved.refresh_from_db()
    for words in (hour_words(approved), first_words(approved)):
        assert words
        assert words in html


def test_the_rule_of_a_first_step_is_said_with_the_limits_of_its_topic(
    lees: Client, approved: Campaign
) -> None:
    Topic.objects.update(guard_complaints="0.20")
    html = lees.get(page("launch", approved)).content.decode()
    assert "Yes, then go on if they arrive and few complain" in html
    assert "Sending goes on if fewer than 5 % of them don’t arrive and no more than 0.2 %" in html


def test_joining_details_are_offered_no_local_hour(lees: Client, approved: Campaign) -> None:
    Campaign.objects.update(step=CampaignStep.DETAILS_DAY)
    html = lees.get(page("launch", approved)).content.decode()
    assert 'value="local"' not in html
    assert "Joining details go to everybody at once" in html


class TestManyRecipients:
    @pytest.fixture(autouse=True)
    def many(self, settings: Settings) -> None:
        settings.CONFIRM_LAUNCH_ABOVE = 2

    @pytest.mark.parametrize("typed", ["", "yes", "3", "Quarterly", "<script>"])
    def test_it_is_not_sent_before_the_topic_was_typed(
        self, lees: Client, approved: Campaign, typed: str
    ) -> None:
        html = post(lees, approved, confirm=typed)
        assert f"Type the name of the topic, {approved.topic}, to confirm." in html
        approved.refresh_from_db()
        assert approved.status == CampaignStatus.APPROVED

    def test_case_and_blanks_make_no_difference(self, lees: Client, approved: Campaign) -> None:
        post(lees, approved, confirm=f"  {str(approved.topic).upper()} ")
        approved.refresh_from_db()
        assert approved.status == CampaignStatus.SCHEDULED

    def test_as_many_as_the_limit_are_not_asked(
        self, lees: Client, approved: Campaign, settings: Settings
    ) -> None:
        settings.CONFIRM_LAUNCH_ABOVE = 3
        assert "to confirm" not in lees.get(page("launch", approved)).content.decode()

    def test_showing_the_timetable_asks_for_nothing(self, lees: Client, approved: Campaign) -> None:
        html = post(lees, approved, **LOCAL, local_date=in_days(5), show="times")
        assert "There is a problem" not in html


def test_of_a_long_list_the_numbers_come_later_or_by_a_link(
    lees: Client, approved: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "COUNTED_AT_ONCE", 2)
    html = lees.get(page("launch", approved)).content.decode()
    assert "3 people" not in html
    assert "<strong>3</strong>" not in html
    assert page("launch_numbers", approved) in html
    assert "<strong>3</strong>" in lees.get(page("launch_numbers", approved)).content.decode()
    html = lees.get(page("launch", approved) + "?count=1").content.decode()
    assert "Send to 3 people" in strip_tags(html)


def test_of_a_long_list_in_two_languages_both_numbers_come_later(
    lees: Client, approved: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    CampaignContent.objects.create(
        campaign=approved, language="fr", subject="Vous êtes invités", blocks=[]
    )
    monkeypatch.setattr(estimates, "COUNTED_AT_ONCE", 2)
    html = lees.get(page("launch", approved)).content.decode()
    assert page("launch_numbers", approved) in html
    assert f"{page('recipient_languages', approved)}?page=launch" in html
    assert "counting…" in html


def test_whoever_presses_second_reads_who_was_first(lees: Client, approved: Campaign) -> None:
    with acting(lambda: Actor(ActorKind.ACCOUNT, "Mirela Pop")):
        launch(approved)
    html = post(lees, approved)
    assert "Nothing was changed: the campaign is scheduled now." in html
    assert "Mirela Pop started or scheduled it at" in html


def test_whoever_undoes_too_late_reads_when_sending_started(
    lees: Client, approved: Campaign
) -> None:
    with acting(lambda: Actor(ActorKind.ACCOUNT, "Mirela Pop")):
        launch(approved, undo_window=timedelta())
    start_due()
    html = lees.post(page("undo", approved), follow=True).content.decode()
    assert "too late to undo" in html
    assert " and sending started at" in html


def test_a_publisher_who_may_not_send_any_more_has_launched_nothing(approved: Campaign) -> None:
    pia = staff_member("pia", PUBLISHER)
    browser = browser_of(pia)
    browser.post(page("launch", approved), {"fingerprint": fingerprint(approved), "when": "now"})
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.SCHEDULED
    pia.groups.clear()

    assert start_due(now=datetime.now(UTC) + timedelta(minutes=5)) == 0

    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED
    assert "may not send campaigns any more" in approved.pause_reason
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("recipients", "proposed"), [(3, 1), (57, 5), (5_000, 100), (None, 100)])
def test_a_first_step_is_proposed_to_a_tenth(
    approved: Campaign, recipients: int | None, proposed: int
) -> None:
    form = LaunchForm(approved, initial={"canary": PROPOSED_CANARY})
    form.propose_canary(recipients)
    assert form["canary"].value() == proposed


def test_of_three_people_one_gets_it_first(lees: Client, approved: Campaign) -> None:
    html = lees.get(page("launch", approved)).content.decode()
    field = html.split('name="canary"')[1].split(">", maxsplit=1)[0]
    assert 'value="1"' in field
