"""`launch_campaign --local-hour` says what the send page says, before it launches."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.states import CampaignStatus
from staff.roles import LIST_MANAGER, PUBLISHER
from subscribers.models import Subscriber
from tests.as_read import as_read
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.management.commands.test_campaign_commands import run
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member

DAY = timezone.now().date() + timedelta(days=5)
NINE = (f"--date={DAY}", "--local-hour=09:00")


@pytest.fixture
def approved(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """To three people by the clocks of Kathmandu, and two by those of Berlin."""
    people = followers(5)
    ids = [each.pk for each in people]
    Subscriber.objects.filter(pk__in=ids[:3]).update(time_zone="Asia/Kathmandu")
    Subscriber.objects.filter(pk__in=ids[3:]).update(time_zone="Europe/Berlin")
    approve(draft, by="Sam")
    return draft


def test_the_command_prints_how_many_get_it_when_and_then_launches(approved: Campaign) -> None:
    printed = run("launch_campaign", str(approved.pk), *NINE).splitlines()
    assert printed[0] == "At 09:00 of each recipient's own clocks:"
    numbers = [line.split() for line in printed if line.startswith("    ")]
    assert [line[1:] for line in numbers] == [["3", "Kathmandu"], ["2", "Berlin"]]
    assert printed[-3].startswith("Sending starts: ")
    assert printed[-2].startswith("The last leaves: ")
    assert printed[-1].startswith(f"Campaign {approved.pk} starts on ")
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.SCHEDULED
    assert approved.scheduled_at
    assert f"{approved.scheduled_at:%-d %B %Y}" in printed[-3]


def test_it_says_the_same_as_the_page(approved: Campaign) -> None:
    lees = browser_of(staff_member("lee", PUBLISHER, LIST_MANAGER))
    typed = {"when": "local", "local_time": "09:00", "local_date": str(DAY), "late": "now"}
    html = lees.post(page("launch_times", approved), typed).content.decode()
    printed = run("launch_campaign", str(approved.pk), *NINE)
    for line in printed.splitlines():
        if line.startswith("    "):
            clock, number, place = line.split()
            row = html[html.index(f">{clock}<") :].partition("</tr>")[0]
            assert place in row
            assert f">{number}<" in row
    last = next(line for line in printed.splitlines() if line.startswith("The last leaves: "))
    assert as_read(last.removeprefix("The last leaves: ")) in as_read(html)


def test_a_program_gets_it_as_json(approved: Campaign) -> None:
    found = json.loads(run("launch_campaign", str(approved.pk), *NINE, "--json"))
    approved.refresh_from_db()
    assert approved.scheduled_at
    assert (found["id"], found["status"]) == (approved.pk, "scheduled")
    assert found["starts"] == approved.scheduled_at.isoformat(timespec="seconds")
    times = found["timetable"]
    in_kathmandu = datetime.combine(DAY, time(3, 15), UTC).isoformat(timespec="seconds")
    assert times["times"][0] == {
        "at": in_kathmandu,
        "number": 3,
        "zones": {"Asia/Kathmandu": 3},
        "late": False,
        "skipped": False,
    }
    assert times["first_leaves"] == in_kathmandu
    assert sum(each["number"] for each in times["times"]) == 5
    assert times["late"] == 0


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ("now", "They get it as soon as sending starts."),
        ("next-day", "They get it at that hour of the next day."),
        ("skip", "They don't get it, and are counted as skipped."),
    ],
)
def test_it_says_for_how_many_the_hour_has_passed_and_what_becomes_of_them(
    approved: Campaign, late: str, words: str
) -> None:
    # The hour was an hour ago in Kiritimati, and comes in a day in Pago Pago.
    Subscriber.objects.filter(time_zone="Asia/Kathmandu").update(time_zone="Pacific/Kiritimati")
    Subscriber.objects.filter(time_zone="Europe/Berlin").update(time_zone="Pacific/Pago_Pago")
    now = timezone.now()
    day = (now + timedelta(hours=13)).date()
    hour = (now + timedelta(hours=13)).strftime("%H:%M")
    options = [f"--date={day}", f"--local-hour={hour}", f"--late={late}", "--undo=0"]
    printed = run("launch_campaign", str(approved.pk), *options)
    assert f"That hour has passed for 3. {words}" in printed
    approved.refresh_from_db()
    assert approved.late_recipients == late.replace("-", "_")


def test_without_a_local_hour_there_is_no_timetable(approved: Campaign) -> None:
    found = json.loads(run("launch_campaign", str(approved.pk), "--now", "--json"))
    assert (found["status"], found["candidates"], found["timetable"]) == ("sending", 5, None)


def test_what_does_not_fit_prints_nothing_and_launches_nothing(
    approved: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="That day has passed"):
        run("launch_campaign", str(approved.pk), "--date=2020-01-01", "--local-hour=09:00")
    assert capsys.readouterr().out == ""
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED
