"""The blocks that end a campaign which asks for consent: the words of now, and the way to answer.

Staff can neither change nor forget them. What staff write stands above.
"""

from html import escape
from typing import Any

from django.utils.translation import gettext

from campaigns.models import CampaignContent
from newsletter.core.catalogues import in_words_of
from subscribers.consent.wording_versions import words_to_ask
from subscribers.models import Topic

_WORD_JOINER = "\u2060"
"""Behind a brace it can't be seen, and the brace is no merge field."""


def consent_blocks(content: CampaignContent) -> list[dict[str, Any]]:
    """Return the last blocks of an email, in the active language; none where it doesn't ask."""
    campaign = content.campaign
    if not campaign.asks_for_consent:
        return []
    words = words_to_ask(campaign.topic, content.language).text
    no_answer = gettext(
        "If you don’t answer, you stay subscribed, and we won’t ask you again for these words."
    )
    return [
        {"type": "quotation", "text": _plain(words), "source": ""},
        {"type": "button", "label": gettext("Agree or unsubscribe"), "url": "{consent_url}"},
        {"type": "rich_text", "html": f"<p>{no_answer}</p>"},
    ]


def first_content(topic: Topic, language: str) -> dict[str, Any]:
    """Return what a new campaign that asks for consent says above, as its staff may change it."""
    with in_words_of(language):
        name = _plain(topic.text_in(language, "name"))
        text = gettext(
            "You are subscribed to “%(topic)s”. Since you agreed to get these emails, we have "
            "changed the words that people agree to. Please read the new ones, and tell us whether "
            "you agree to them, too."
        ) % {"topic": escape(name)}
        return {
            "subject": gettext("Do you still agree to get our emails?"),
            "preheader": gettext("We have changed the words that you agreed to."),
            "blocks": [
                {"type": "heading", "text": gettext("Do you still agree?")},
                {"type": "rich_text", "html": f"<p>{text}</p>"},
            ],
        }


def _plain(text: str) -> str:
    return text.replace("{", "{" + _WORD_JOINER)
