"""Campaigns for an hour of each recipient's clocks, while Europe's clocks change.

On Sunday 28 March 2027 at 01:00 UTC they go on by an hour. The wall clock of the installation is
moved from one moment to the next (tests.drills.wall_clock).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.services import installed_faketime
from tests.browser.chromium import DESKTOP, PHONE
from tests.drills import wall_clock
from tests.journeys.conftest import demo
from tests.journeys.running import RunningInstallation
from tests.journeys.test_every_page import faults_on
from tests.journeys.test_whole_chain import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.faketime]

BEFORE = datetime(2027, 3, 25, 19, 52, tzinfo=UTC)
"""Thursday, shortly before 09:00 on Friday in Auckland."""
FOLLOWERS = """\
Email,Name,Country,Time zone
auckland@one.example,Aroha Ngata,New Zealand,Pacific/Auckland
tokyo@two.example,Haruka Sato,Japan,Asia/Tokyo
kathmandu@three.example,Sita Gurung,Nepal,Asia/Kathmandu
nowhere@four.example,Noor Haddad,,
bucharest@five.example,Ioana Radu,Romania,Europe/Bucharest
berlin@six.example,Jonas Weber,Germany,Europe/Berlin
cairo@seven.example,Mona Farouk,Egypt,Africa/Cairo
london@eight.example,Grace Hughes,United Kingdom,Europe/London
newyork@nine.example,Ruth Cohen,United States,America/New_York
"""
"""Noor Haddad's time zone isn't known. She goes by that of the event, which is in Nairobi."""
SUNDAY = {
    # At 03:30 of each one's clocks. Egypt's are put on in April.
    "auckland": "27 14:30",
    "tokyo": "27 18:30",
    "kathmandu": "27 21:45",
    "nowhere": "28 00:30",
    "bucharest": "28 01:00",  # where 03:30 doesn't exist: 03:00 is followed by 04:00
    "berlin": "28 01:30",
    "cairo": "28 01:30",
    "london": "28 02:30",
    "newyork": "28 07:30",
}
"""Recipient → day of March and time in UTC."""
FRIDAY = {
    # At 09:00, and not on a weekend, which in Egypt is Friday and Saturday.
    "auckland": "25 20:00",
    "tokyo": "26 00:00",
    "kathmandu": "26 03:15",
    "nowhere": "26 06:00",
    "bucharest": "26 07:00",
    "berlin": "26 08:00",
    "london": "26 09:00",
    "newyork": "26 13:00",
    "cairo": "28 07:00",
}
WANTED = {"Friday": FRIDAY, "Sunday": SUNDAY}
JUST = timedelta(seconds=1)
"""As long as a process may go on by the clock that it has read."""
SUNDAY_TABLE = """
    Saturday 27 March 2027, Nairobi time (EAT)
    17:30 Auckland 1
    21:30 Tokyo 1
    Sunday 28 March 2027, Nairobi time (EAT)
    00:45 Kathmandu 1
    03:30 Nairobi 1
    04:00 Bucharest Clocks there skip 03:30 on that day, so they get it at 04:00 1
    04:30 Cairo, Berlin 2
    05:30 London 1
    10:30 New York 1
"""
"""The timetable of the send page, in Nairobi, whose clocks never change."""
FRIDAY_TABLE = """
    Thursday 25 March 2027, Nairobi time (EAT)
    23:00 Auckland 1
    Friday 26 March 2027, Nairobi time (EAT)
    03:00 Tokyo 1
    06:15 Kathmandu 1
    09:00 Nairobi 1
    10:00 Bucharest 1
    11:00 Berlin 1
    12:00 London 1
    16:00 New York 1
    Sunday 28 March 2027, Nairobi time (EAT)
    10:00 Cairo 1
"""
MAKE_EVENT = """
from datetime import datetime
from campaigns.event_states import EventKind
from campaigns.events.schedule import plan_event
from subscribers.models import Topic
Topic.objects.create(slug="clocks", name="Clocks")
plan_event(
    slug="forum-in-nairobi", title="Forum in Nairobi", kind=EventKind.FORUM,
    local_start=datetime(2027, 4, 20, 10), local_end=datetime(2027, 4, 20, 16),
    time_zone="Africa/Nairobi", summary="A day in the parliament of Kenya.",
)
"""
TOLD = """
    SELECT action FROM newsletter_auditentry WHERE object_label = ? AND actor_name = 'Convene'
    AND action IN ('campaign.paused', 'campaign.resumed') ORDER BY id
"""
ARRIVED = """
    SELECT recipient, received_at FROM newsletter_inboxmessage WHERE stream = 'bulk'
    AND subject = ? ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """An installation whose wall clock is moved, and the file that moves it."""

    installation: RunningInstallation
    clock: Path

    def move_to(self, moment: datetime) -> None:
        wall_clock.move(self.clock, ahead=moment - datetime.now(UTC))

    def arrived(self, subject: str) -> dict[str, datetime]:
        """Return when a campaign's emails arrived, by the first word of each address."""
        rows = self.installation.rows(ARRIVED, subject)
        times = {
            recipient.partition("@")[0]: datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
            for recipient, at in rows
        }
        assert len(times) == len(rows), "somebody got a second copy"
        return times


@pytest.fixture
def moved(tmp_path: Path, migrated_tables: Path, worker_id: str) -> Iterator[Moved]:
    """An installation in March 2027, with nine followers of one topic."""
    library = installed_faketime()
    assert library, "`make test` leaves this out where libfaketime can't be installed"
    clock = tmp_path / "clock"
    variables = wall_clock.make(clock, library)
    wall_clock.move(clock, ahead=BEFORE - datetime.now(UTC))
    with demo(
        tmp_path / "var",
        worker_id,
        tables=migrated_tables,
        settings="tests.journeys.quick_clock",
        **variables,
    ) as installation:
        installation.manage("shell", "-v", "0", "-c", MAKE_EVENT)
        followers = tmp_path / "followers.csv"
        followers.write_text(FOLLOWERS, encoding="utf-8")
        installation.manage(
            "import_subscribers", str(followers), "--topic", "clocks", "--consent", "By letter."
        )
        yield Moved(installation, clock)


@contextmanager
def staff(chromium: Browser, installation: RunningInstallation) -> Iterator[Page]:
    """A tab in which somebody has just signed in. A clock that is moved by a day signs them out."""
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, installation)
        yield page


def write(page: Page, installation: RunningInstallation, subject: str) -> int:
    """Write and approve a campaign about the event, and return its id."""
    page.goto(f"{installation.url}/staff/campaigns/campaign/add/")
    page.get_by_label("Name", exact=True).fill(subject)
    page.get_by_label("Topic").select_option(label="Clocks")
    page.locator("select[name=event]").select_option(
        page.locator("select[name=event] option", has_text="Forum in Nairobi").get_attribute(
            "value"
        )
    )
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("button", name="Create campaign").click()
    page.locator(".st-add").get_by_role("button", name="Heading", exact=True).click()
    page.locator(".st-block").last.get_by_label("Heading", exact=True).fill(subject)
    page.get_by_role("button", name="Save content").click()
    expect(page.get_by_text("Content saved.")).to_be_visible()
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/launch/")
    return int(re.findall(r"/campaign/(\d+)/", page.url)[0])


def launch(
    page: Page, table: str, *, hour: str, day: str, skips_weekends: bool, first: int = 0
) -> None:
    """Schedule the campaign of an open send page for a local hour, once its timetable is so.

    Args:
        first: how many get it before all others, to whom it goes on by itself.
    """
    page.get_by_label("At an hour of each recipient’s own clocks").check()
    page.get_by_label("Local hour").fill(hour)
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Not on a recipient’s weekend").set_checked(skips_weekends)
    lines = [line.split() for line in table.strip().splitlines()]
    expect(page.locator("#times caption, #times tbody tr")).to_have_text(
        [re.compile(rf"^\s*{r'\s*'.join(map(re.escape, words))}\s*$") for words in lines]
    )
    page.get_by_text("How many get it when").click()
    expect(page.locator("#times caption").first).to_be_visible()
    page.set_viewport_size(PHONE)
    assert not faults_on(page)
    page.set_viewport_size(DESKTOP)
    if first:
        page.get_by_label("Send to some people first?").select_option(
            label="Yes, then go on if they arrive and few complain"
        )
        page.get_by_label("How many first").fill(str(first))
        page.get_by_label("Go on after (minutes)").fill("10")
    whom = "some people first" if first else "9 people"
    page.get_by_role("button", name=f"Schedule for {whom}").click()
    expect(page.locator("#live")).to_contain_text(f"{hour} on ")


def in_utc(when: str) -> datetime:
    return datetime.strptime(f"2027-03-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def pass_hour(moved: Moved, moment: datetime, *, before: timedelta = JUST) -> None:
    """Move the clock to a little before a moment, and wait for all that is due then.

    Nobody gets what is due later.
    """
    due = {
        subject: {name for name, at in table.items() if in_utc(at) <= moment}
        for subject, table in WANTED.items()
    }

    def arrived() -> dict[str, set[str]]:
        return {subject: set(moved.arrived(subject)) for subject in WANTED}

    moved.move_to(moment - before)
    moved.installation.wait_until(
        lambda: all(due[subject] <= who for subject, who in arrived().items()),
        f"what is due at {moment}",
    )
    assert arrived() == due


def has_status(installation: RunningInstallation, campaign_id: int, status: str) -> bool:
    query = "SELECT status FROM campaigns_campaign WHERE id = ?"
    return installation.rows(query, campaign_id) == [(status,)]


def test_each_gets_it_at_an_hour_of_their_clocks_where_it_is_skipped_or_a_weekend_too(
    chromium: Browser, moved: Moved
) -> None:
    installation = moved.installation
    with staff(chromium, installation) as page:
        friday = write(page, installation, "Friday")
        launch(page, FRIDAY_TABLE, hour="09:00", day="2027-03-26", skips_weekends=True)
        sunday = write(page, installation, "Sunday")
        launch(page, SUNDAY_TABLE, hour="03:30", day="2027-03-28", skips_weekends=False, first=1)
    installation.wait_until(
        partial(has_status, installation, friday, "sending"), "Friday's list to be fixed"
    )

    # The machine was off for most of Friday, so most get it late, and Mona Farouk doesn't yet.
    pass_hour(moved, in_utc("26 13:00"), before=timedelta())
    moved.move_to(in_utc("27 14:20"))
    installation.wait_until(
        partial(has_status, installation, sunday, "sending"), "Sunday's list to be fixed"
    )
    with staff(chromium, installation) as page:
        page.goto(f"{installation.url}/staff/campaigns/campaign/{sunday}/progress/")
        expect(page.locator("#live")).to_contain_text(
            "The next leave Saturday 27 March 2027, 14:30 UTC, the last Sunday 28 March 2027, "
            "07:30 UTC"
        )
        # It waits after the first of them, and goes on by itself long before the next is due.
        pass_hour(moved, in_utc("27 14:30"))
        expect(page.get_by_text("Sending goes on by itself after 10 minutes")).to_be_visible()
    moments = {in_utc(at) for table in WANTED.values() for at in table.values()}
    for moment in sorted(at for at in moments if at > in_utc("27 14:30")):
        pass_hour(moved, moment)

    for name, at in moved.arrived("Sunday").items():
        assert timedelta() <= at - in_utc(SUNDAY[name]) < timedelta(minutes=1), name
    for name, at in moved.arrived("Friday").items():
        assert at >= in_utc(FRIDAY[name]), name
    for campaign_id in (friday, sunday):
        has_ended = partial(has_status, installation, campaign_id, "sent")
        installation.wait_until(has_ended, "the end of sending")
        status = installation.status(campaign_id)
        assert status["adds_up"]
        assert (status["candidates"], status["accepted"]) == (9, 9)
    told = installation.rows(TOLD, "campaign “Sunday”")
    assert told == [("campaign.paused",), ("campaign.resumed",)]
