"""The demo's campaigns, in the JSON shape that `manage.py create_campaign` reads."""

from typing import Any

from django.conf import settings

from campaigns.demo.dates import QuarterlyMeeting
from campaigns.demo.events import THEMES
from campaigns.demo.followers import FORUMS, QUARTERLY_MEETINGS
from campaigns.models import Event
from newsletter.core.catalogues import has_catalogue

WEBSITE = "https://www.example.org/"


class NoLanguageForDemo(Exception):
    """None of the installation's languages has a catalogue; the message is fit to be shown."""


def save_the_date(forum: Event) -> dict[str, Any]:
    """Write the campaign that the demo shows as sent, which announces the forum."""
    return _email(
        name=f"Save the date: {forum.title}",
        topic=FORUMS,
        event=forum,
        subject="Save the date: two days in Bucharest",
        preheader="Our next forum brings lawmakers and people with lived experience to one table",
        blocks=[
            {"type": "heading", "text": "Two days in one parliament"},
            _text(
                "<p>Dear {given_name|colleague},</p>"
                "<p>Nearly one third of nations still lack adequate laws against human "
                "trafficking. Where good laws exist, "
                "they are applied unevenly. Our next forum asks what works, and what each of us "
                "can take home.</p>"
            ),
            {"type": "event_card"},
            _text(
                "<p>We have met in Bucharest before, and a site visit has taken members of the "
                "taskforce to Guatemala. "
                "Both taught us the same lesson: papers travel badly, people travel well.</p>"
                "<ul><li>Day one: laws compared, clause by clause</li>"
                "<li>Day two: working groups that end with a draft</li>"
                "<li>On both days: people with lived experience in every session</li></ul>"
            ),
            {"type": "button", "label": "About the forum", "url": f"{WEBSITE}forum"},
            {"type": "divider"},
            _text(
                "<p>You don’t need to reply yet. We’ll email you again when registration "
                "opens.</p><p>The secretariat of the taskforce</p>"
            ),
        ],
    )


def invitation(meeting: QuarterlyMeeting, event: Event) -> dict[str, Any]:
    """Write the campaign that is ready to launch, which invites to the next quarterly meeting."""
    return _email(
        name=f"Invitation: {event.title}",
        topic=QUARTERLY_MEETINGS,
        event=event,
        subject=f"{{given_name|Colleague}}, you are invited to our {meeting.month} meeting",
        preheader="90 minutes online. The email shows your local time",
        blocks=[
            {"type": "heading", "text": f"Our {meeting.month} meeting: {THEMES[meeting.quarter]}"},
            _text(
                "<p>Dear {given_name|colleague},</p>"
                "<p>49 million people are estimated to be trafficked today, and more than "
                "99.5% of victims are never identified. "
                "No parliament will change that alone. You are invited to our next quarterly "
                "meeting:</p>"
            ),
            {"type": "event_card"},
            _text(
                "<p>What we have planned:</p>"
                "<ol><li>Welcome, and news from the members</li>"
                f"<li>Two short contributions on {THEMES[meeting.quarter]}</li>"
                "<li>Open discussion</li>"
                "<li>What we take to our next forum</li></ol>"
                "<p>New Zealand, Sierra Leone, the United Kingdom, the United States, the "
                "European Parliament and many more are "
                "represented in the taskforce, from opposite ends of the clock. If the hour is a "
                "hard one where you live, "
                "reply to this email with your question, and we will ask it for you.</p>"
            ),
            {
                "type": "quotation",
                "text": "Prevention, protection, prosecution. The fourth P is partnership.",
                "source": "What brings the taskforce together",
            },
            {"type": "button", "label": "Read about the taskforce", "url": WEBSITE},
            {"type": "divider"},
            _text(
                "<p>The taskforce was formed in the Hungarian Parliament. Its quarterly meetings "
                "are open to lawmakers, officials, "
                "civil society and people with lived experience.</p><p>The secretariat of the "
                "taskforce</p>"
            ),
        ],
    )


def _email(*, name: str, topic: str, event: Event, **content: Any) -> dict[str, Any]:
    # The demo is written in English. An installation without English shows it under the first of
    # its languages that can be sent.
    offered = settings.CONTENT_LANGUAGES
    language = next(
        (tag for tag in ["en", *offered] if tag in offered and has_catalogue(tag)), None
    )
    if language is None:
        raise NoLanguageForDemo(
            "No language in LANGUAGES can be sent yet. The demo is written in English: add en to "
            "them."
        )
    return {
        "name": name,
        "topic": topic,
        "event": event.slug,
        "language": language,
        "contents": {language: content},
    }


def _text(html: str) -> dict[str, str]:
    return {"type": "rich_text", "html": html}
