"""Nobody is promised a start that won't come: pages and commands say what it waits for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from campaigns.events.series import STEPS
from campaigns.management.watch import watch
from campaigns.models import Campaign
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.review.approval import approve
from campaigns.sending.launch import launch
from campaigns.states import CampaignStatus
from campaigns.studio.pages.event.series import SeriesLine
from newsletter.epoch.hold import held
from newsletter.models import Epoch, MailerHealth, ProcessKind
from staff.accounts.roles_of import groups_of
from staff.roles import AUTHOR, PUBLISHER, REVIEWER
from subscribers.models import Subscriber, Subscription, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from tests.campaigns.studio.page_helpers import page
from tests.processes import run, run_all
from tests.staff_members import browser_of, staff_member

AHEAD = timedelta(days=2)


@pytest.fixture
def ana(db: None) -> User:
    return staff_member("ana", REVIEWER)


@pytest.fixture
def pia(db: None) -> User:
    return staff_member("pia", PUBLISHER)


@pytest.fixture
def scheduled(draft: Campaign, ada: Subscriber, ana: User, pia: User) -> Campaign:
    """A campaign that Ana approved and Pia scheduled for the day after tomorrow."""
    approve(draft, by="Ana", reviewer=ana)
    launch(draft, at=timezone.now() + AHEAD)
    Campaign.objects.update(scheduled_by=pia)
    return Campaign.objects.get()


def demote(account: User) -> None:
    account.groups.set(groups_of([AUTHOR]))


def need_to_know(*accounts: User) -> None:
    Topic.objects.update(is_restricted=True, is_public=False)
    for each in accounts:
        grant(Topic.objects.get(), each, until=timezone.now() + timedelta(days=30), by="x")


def rest(*, until: datetime, is_misconfigured: bool = False) -> None:
    MailerHealth.objects.create(
        mailer="inbox",
        rests_until=until,
        reason="421 too busy",
        is_misconfigured=is_misconfigured,
        changed_at=timezone.now(),
    )


def test_a_start_that_nothing_keeps_from_coming_is_promised(scheduled: Campaign, pia: User) -> None:
    run_all()
    assert start_obstacles(scheduled) == []
    browser = browser_of(pia)
    assert "Sending starts " in browser.get(page("progress", scheduled)).content.decode()
    assert ">Starts " in browser.get("/staff/").content.decode()


def _approval_taken(scheduled: Campaign, ana: User, pia: User) -> None:
    demote(ana)


def _approval_ends(scheduled: Campaign, ana: User, pia: User) -> None:
    need_to_know(ana, pia)
    approve(scheduled, by="Ana", reviewer=ana)
    TopicGrant.objects.filter(account=ana).update(until=timezone.now() + AHEAD / 2)


def _publisher_gone(scheduled: Campaign, ana: User, pia: User) -> None:
    demote(pia)


def _publisher_goes(scheduled: Campaign, ana: User, pia: User) -> None:
    need_to_know(ana, pia)
    approve(scheduled, by="Ana", reviewer=ana)
    TopicGrant.objects.filter(account=pia).update(until=timezone.now() + AHEAD / 2)


def _nobody_left(scheduled: Campaign, ana: User, pia: User) -> None:
    Subscription.objects.all().delete()


def _mailer_rests(scheduled: Campaign, ana: User, pia: User) -> None:
    rest(until=timezone.now() + AHEAD * 2)


def _mailer_misconfigured(scheduled: Campaign, ana: User, pia: User) -> None:
    rest(until=timezone.now() + timedelta(minutes=5), is_misconfigured=True)


def _no_clock(scheduled: Campaign, ana: User, pia: User) -> None:
    run(ProcessKind.WEB)
    run(ProcessKind.WORKER)
    run(ProcessKind.SENDER)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("what", "said"),
    [
        (_approval_taken, "The approval by Ana doesn’t count any more"),
        (_approval_ends, "The approval by Ana won’t count any more by then"),
        (_publisher_gone, "pia, who scheduled it, may not send campaigns any more."),
        (_publisher_goes, "pia, who scheduled it, won’t see its topic any more by then."),
        (_nobody_left, "When its time comes, it won’t be sent: Nobody would get this email."),
        (_mailer_rests, "No mailer takes emails before "),
        (_mailer_misconfigured, "inbox doesn’t accept our settings"),
        (_no_clock, "a part of Convene doesn’t run"),
    ],
)
def test_all_that_shows_a_start_says_what_it_waits_for_instead(
    scheduled: Campaign,
    ana: User,
    pia: User,
    what: Callable[[Campaign, User, User], None],
    said: str,
) -> None:
    what(scheduled, ana, pia)
    looks = staff_member("lou", PUBLISHER)
    if Topic.objects.get().is_restricted:
        grant(Topic.objects.get(), looks, until=timezone.now() + timedelta(days=9), by="x")
    browser = browser_of(looks)

    [obstacle] = start_obstacles(Campaign.objects.get())
    assert said in obstacle

    shown = browser.get(page("progress", scheduled)).content.decode()
    assert "Sending starts" not in shown
    assert "Scheduled for " in shown
    assert said in shown
    dashboard = browser.get("/staff/").content.decode()
    assert ">Starts " not in dashboard
    assert f">Scheduled for {scheduled.scheduled_at:%A}" in dashboard
    assert said in dashboard
    out = StringIO()
    call_command("campaign_status", str(scheduled.pk), stdout=out)
    assert "starts on" not in out.getvalue()
    assert f"scheduled for {scheduled.scheduled_at:%-d %B %Y}" in out.getvalue()
    assert said in out.getvalue()
    out = StringIO()
    watch(scheduled.pk, out, sleep=lambda _: Campaign.objects.update(status="cancelled"))
    assert out.getvalue().startswith("Scheduled for ")
    assert said in out.getvalue()


def test_several_are_all_said_first_what_takes_the_schedule_away(
    scheduled: Campaign, ana: User
) -> None:
    rest(until=timezone.now() + AHEAD * 2)
    demote(ana)
    first, second = start_obstacles(scheduled)
    assert "Without another approval it isn’t sent." in first
    assert "No mailer takes emails" in second


def test_a_mailer_that_is_back_by_then_or_is_tried_just_now_keeps_nobody(
    scheduled: Campaign,
) -> None:
    rest(until=timezone.now() + timedelta(minutes=5))
    assert start_obstacles(scheduled) == []
    MailerHealth.objects.update(rests_until=timezone.now() + AHEAD * 2, is_tried=True)
    assert start_obstacles(scheduled) == []


def test_one_that_is_due_and_can_not_start_waits(scheduled: Campaign, pia: User) -> None:
    rest(until=timezone.now() + timedelta(minutes=5))
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))
    shown = browser_of(pia).get(page("progress", scheduled)).content.decode()
    assert "Waits to start" in shown
    assert "Sending starts now" not in shown


def test_the_part_of_the_page_that_refreshes_itself_says_it_too(
    scheduled: Campaign, ana: User, pia: User
) -> None:
    browser = browser_of(pia)
    mark = browser.get(page("progress", scheduled)).context["mark"]
    demote(ana)
    part = browser.get(
        page("progress", scheduled), {"was": mark}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Sending starts" not in part
    assert "Without another approval it isn’t sent." in part


def test_the_series_of_an_event_says_it(scheduled: Campaign, ana: User) -> None:
    assert scheduled.event is not None
    assert scheduled.scheduled_at is not None
    now, at = timezone.now(), scheduled.scheduled_at
    step = next(iter(STEPS.values()))
    line = SeriesLine(step, scheduled.event, scheduled, at, now)
    later = SeriesLine(step, scheduled.event, scheduled, at + timedelta(hours=1), now)
    assert line.note == ""
    assert later.note.startswith("It is sent on ")
    demote(ana)
    assert line.note.startswith("The approval by Ana doesn’t count any more")
    assert later.note.startswith("It is scheduled for ")
    assert "The approval by Ana doesn’t count any more" in later.note


def test_launch_campaign_promises_no_start_while_no_mailer_takes_anything(
    draft: Campaign, ada: Subscriber
) -> None:
    approve(draft, by="Sam")
    rest(until=timezone.now() + timedelta(hours=1))
    out = StringIO()
    call_command("launch_campaign", str(draft.pk), stdout=out)
    assert f"Campaign {draft.pk} is scheduled for " in out.getvalue()
    assert "No mailer takes emails before" in out.getvalue()


def test_the_send_page_says_that_no_mailer_takes_anything(
    draft: Campaign, ada: Subscriber, pia: User
) -> None:
    approve(draft, by="Sam")
    browser = browser_of(pia)
    assert "No mailer takes" not in browser.get(page("launch", draft)).content.decode()
    rest(until=timezone.now() + timedelta(hours=1))
    shown = browser.get(page("launch", draft)).content.decode()
    assert "No mailer takes emails just now, so these would wait." in shown


@pytest.mark.django_db(transaction=True)
def test_while_the_installation_is_held_nothing_is_promised_and_nothing_offered(
    scheduled: Campaign, pia: User
) -> None:
    Epoch.objects.order_by("-pk")[0].delete()
    assert held()
    browser = browser_of(pia)
    shown = browser.get(page("progress", scheduled)).content.decode()
    assert "Sending starts" not in shown
    assert "Nothing is sent until your system administrator runs manage.py after_restore" in shown
    Campaign.objects.update(status=CampaignStatus.APPROVED, scheduled_at=None)
    shown = browser.get(page("launch", scheduled)).content.decode()
    assert "can’t be sent or scheduled while no email is being sent" in shown
    assert 'name="when"' not in shown
