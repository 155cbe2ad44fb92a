"""The demo's events: the quarterly meetings around today, and a forum."""

from datetime import date, timedelta

from campaigns.demo.dates import (
    QuarterlyMeeting,
    at,
    earlier_meetings,
    forum_day,
    quarterly_meetings,
)
from campaigns.demo.event_texts import meeting_texts
from campaigns.demo.forum_texts import (
    ADDRESS,
    CONTACT,
    DESCRIPTION,
    DIAL_IN,
    SUMMARY,
    forum_texts,
)
from campaigns.demo.forum_texts import AGENDA as FORUM_AGENDA
from campaigns.demo.forum_texts import SPEAKERS as FORUM_SPEAKERS
from campaigns.demo.meeting_programme import AGENDA, SPEAKERS
from campaigns.event_states import Attendance, EventKind
from campaigns.events.schedule import plan_event
from campaigns.models import Event

THEMES = {
    1: "laws that reach online recruitment",
    2: "identifying victims at the first contact",
    3: "supply chains and public procurement",
    4: "survivors as partners in making law",
}
"""The theme of a meeting, by quarter."""
PLACES = 40
"""In the room; more have asked for one."""
SINCE_THE_VISIT = timedelta(days=230)
SINCE_THE_LAST_FORUM = timedelta(days=365)
"""Between the last forum and the next."""


def plan_events(today: date) -> dict[str, Event]:
    """Create quarterly meetings around today, two forums and a visit, and return them by slug.

    The last meeting comes first, then the next three and the next forum, then what is over.
    """
    events = [
        *(plan_meeting(meeting) for meeting in quarterly_meetings(today)),
        plan_forum(forum_day(today), takes_answers=True),
        *(plan_meeting(meeting) for meeting in earlier_meetings(today)),
        plan_visit(today - SINCE_THE_VISIT),
        plan_forum(forum_day(today - SINCE_THE_LAST_FORUM)),
    ]
    return {event.slug: event for event in events}


def plan_meeting(meeting: QuarterlyMeeting) -> Event:
    theme = THEMES[meeting.quarter]
    return plan_event(
        slug=meeting.slug,
        title=f"Quarterly meeting, {meeting.month} {meeting.day.year}",
        kind=EventKind.MEETING,
        local_start=meeting.begins(),
        local_end=meeting.ends(),
        time_zone="Europe/London",
        summary=f"90 minutes online on {theme}, with time for questions.",
        description=(
            "Four times a year the members of the taskforce meet online. Each meeting has one "
            "theme, two short "
            f"contributions and an open discussion. This time: {theme}.\n\n"
            "The meeting link comes by email. "
            "The meeting is not recorded, so that everybody can speak freely."
        ),
        texts=meeting_texts(meeting.day, meeting.quarter),
        speakers=SPEAKERS,
        agenda=AGENDA,
        join_url=f"https://meet.example.org/{meeting.slug}",
    )


def plan_forum(day: date, *, takes_answers: bool = False) -> Event:
    return plan_event(
        slug=forum_slug(day),
        title=f"Interparliamentary forum {day.year}",
        kind=EventKind.FORUM,
        local_start=at(day, 9, 30),
        local_end=at(day + timedelta(days=1), 16),
        time_zone="Europe/Bucharest",
        attendance=Attendance.HYBRID,
        venue="Bucharest, Romania",
        address=ADDRESS,
        join_url=f"https://meet.example.org/{forum_slug(day)}",
        dial_in=DIAL_IN,
        contact_name=CONTACT,
        contact_email="forum@example.org",
        interpretation=["fr", "ro", "uk", "ar"],
        takes_answers=takes_answers,
        local_answers_until=at(day - timedelta(days=14), 18) if takes_answers else None,
        capacity=PLACES,
        summary=SUMMARY,
        description=DESCRIPTION,
        texts=forum_texts(day),
        speakers=FORUM_SPEAKERS,
        agenda=FORUM_AGENDA,
    )


def plan_visit(day: date) -> Event:
    return plan_event(
        slug=f"visit-{day.year}-{day:%B}".lower(),
        title=f"Site visit to Guatemala, {day:%B} {day.year}",
        kind=EventKind.VISIT,
        local_start=at(day, 9),
        local_end=at(day + timedelta(days=2), 17),
        time_zone="America/Guatemala",
        venue="Guatemala City, Guatemala",
        summary="Three days with those who run shelters, and with people who have lived in them.",
        description="Members of the taskforce met people who run shelters, prosecutors, and people "
        "who survived. What they learned is in the newsletter.",
    )


def forum_slug(day: date) -> str:
    return f"forum-{day.year}-{day:%B}".lower()
