"""The email that is sent: about 19 KB, in two languages, with a meeting in it.

Each recipient sees the meeting in their own time zone.
"""

from benchmarks.people import EVENT, TOPIC

_PARAGRAPH = {
    "en": (
        "Dear {given_name|colleague}, parliaments that share what they have learned write better "
        "laws. We shall hear how three of them "
        "went about it, what they would do otherwise today, and what people who have lived "
        "through it say about the result. "
    ),
    "es": (
        "Estimada colega, estimado colega {given_name|}: los parlamentos que comparten lo que han "
        "aprendido escriben leyes mejores. "
        "Oiremos cómo lo hicieron tres de ellos, qué harían hoy de otra manera, y qué dicen del "
        "resultado quienes lo han vivido. "
    ),
}
_PARAGRAPHS = {"en": 3, "es": 2}
"""As many as make 19 KB in each language: what isn't ASCII takes three times its room in
quoted-printable.
"""


def campaign(name: str) -> dict[str, object]:
    """Return a campaign as `manage.py create_campaign` reads it."""
    return {
        "name": name,
        "topic": TOPIC,
        "event": EVENT,
        "language": "en",
        "contents": {tag: _content(tag) for tag in _PARAGRAPH},
    }


def _content(language: str) -> dict[str, object]:
    paragraphs = [
        {
            "type": "rich_text",
            "html": (
                f"<p>{_PARAGRAPH[language] * 2}</p><p>{{event_time}} <a "
                f"href='https://www.example.org/{number}'>…</a></p>"
            ),
        }
        for number in range(_PARAGRAPHS[language])
    ]
    blocks = [{"type": "heading", "text": "Quarterly meeting"}, {"type": "event_card"}, *paragraphs]
    return {
        "subject": "You are invited, {given_name|colleague}",
        "preheader": "Ninety minutes, online",
        "blocks": blocks,
    }
