"""The demo's campaigns, in the JSON shape that `manage.py create_campaign` reads."""

from typing import Any

from django.conf import settings

from campaigns.demo.dates import QuarterlyMeeting
from campaigns.demo.events import THEMES
from campaigns.demo.followers import FORUMS, QUARTERLY_MEETINGS
from campaigns.demo.past_emails import PastEmail
from campaigns.demo.save_the_date_texts import SAVE_THE_DATE, SaveTheDate
from campaigns.models import Event
from newsletter.core.catalogues import has_catalogue

WEBSITE = "https://www.example.org/"
BUTTON = {"en": "Read more", "es": "Leer más", "fr": "En savoir plus", "uk": "Докладніше"}
"""The label of the button of a past email, by language."""


class NoLanguageForDemo(Exception):
    """None of the installation's languages has a catalogue; the message is fit to be shown."""


def save_the_date(forum: Event) -> dict[str, Any]:
    """Write the campaign that the demo shows as sent, which announces the forum."""
    return _email(
        name=f"Save the date: {forum.title}",
        topic=FORUMS,
        event=forum,
        contents={tag: _save_the_date(said) for tag, said in SAVE_THE_DATE.items()},
    )


def _save_the_date(said: SaveTheDate) -> dict[str, Any]:
    return {
        "subject": said.subject,
        "preheader": said.preheader,
        "blocks": [
            {"type": "heading", "text": said.heading},
            _text(f"<p>{said.dear}</p><p>{said.why}</p>"),
            {"type": "event_card"},
            _text(f"<p>{said.met}</p><ul>{''.join(f'<li>{day}</li>' for day in said.days)}</ul>"),
            {"type": "button", "label": said.button, "url": f"{WEBSITE}forum"},
            {"type": "divider"},
            _text(f"<p>{said.closing}</p><p>{said.signed}</p>"),
        ],
    }


def past_email(past: PastEmail) -> dict[str, Any]:
    """Write a campaign of the months before."""
    own = {"archive_access": past.readers, "counts_links": past.counts_links}
    return own | _email(
        name=past.name,
        topic=past.topic,
        contents={
            tag: {
                "subject": subject,
                "preheader": preheader,
                "blocks": [
                    {"type": "heading", "text": subject},
                    _text("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)),
                    {"type": "button", "label": BUTTON[tag], "url": WEBSITE},
                ],
            }
            for tag, (subject, preheader, paragraphs) in past.contents.items()
        },
    )


def past_invitation(meeting: QuarterlyMeeting, event: Event) -> dict[str, Any]:
    """Write the campaign that invited to a meeting that is over."""
    theme = THEMES[meeting.quarter]
    return _email(
        name=f"Invitation: {event.title}",
        topic=QUARTERLY_MEETINGS,
        contents={
            "en": {
                "subject": f"Join our {meeting.month} meeting",
                "preheader": "90 minutes online",
                "blocks": [
                    {"type": "heading", "text": f"Our {meeting.month} meeting: {theme}"},
                    _text(
                        "<p>Dear {given_name|colleague},</p>"
                        f"<p>We meet online on {meeting.day:%A} {meeting.day.day} "
                        f"{meeting.day:%B %Y}, at 20:00 in London, to talk about {theme}. Please "
                        "tell us whether you come.</p>"
                    ),
                    {"type": "button", "label": BUTTON["en"], "url": WEBSITE},
                ],
            }
        },
    )


def invitation(meeting: QuarterlyMeeting, event: Event) -> dict[str, Any]:
    """Write the campaign that is ready to launch, which invites to the next quarterly meeting."""
    return _email(
        name=f"Invitation: {event.title}",
        topic=QUARTERLY_MEETINGS,
        event=event,
        contents={"en": _invitation(meeting)},
    )


def _invitation(meeting: QuarterlyMeeting) -> dict[str, Any]:
    return {
        "subject": f"{{given_name|Colleague}}, join our {meeting.month} meeting",
        "preheader": "90 minutes online. The email shows your local time",
        "blocks": [
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
    }


def _email(
    *, name: str, topic: str, contents: dict[str, dict[str, Any]], event: Event | None = None
) -> dict[str, Any]:
    # The demo is written in English, and some of it in others. An installation without a language
    # of those shows the English under the first of its own that can be sent.
    offered = [tag for tag in settings.CONTENT_LANGUAGES if has_catalogue(tag)]
    written = {tag: content for tag, content in contents.items() if tag in offered}
    if not written and offered:
        written = {offered[0]: contents["en"]}
    if not written:
        raise NoLanguageForDemo(
            "No language in LANGUAGES can be sent yet. The demo is written in English: add en to "
            "them."
        )
    return {
        "name": name,
        "topic": topic,
        "event": event.slug if event else None,
        "language": next(iter(written)),
        "contents": written,
    }


def _text(html: str) -> dict[str, str]:
    return {"type": "rich_text", "html": html}
