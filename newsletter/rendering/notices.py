"""Notices: emails to one person about their own subscription, or staff account.

Each has a template folder of its name in templates/emails.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from newsletter.core.bidi import isolated
from newsletter.core.catalogues import in_words_of
from newsletter.core.languages import language_is_a_choice
from newsletter.models import Brand
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.layout import render_layout
from newsletter.rendering.merge import one_line, without_sentinels
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.rendered_once import rendered_once

_EVENT: Mapping[str, object] = {
    "title": None,
    "when": None,
    "utc": "",
    "moved": "",
    "where": "",
    "address": [],
}
"""What a notice says of an event. An address has lines."""

NOTICES: Mapping[str, Mapping[str, object]] = {
    "confirmation": {"topics": [], "confirm_url": None, "never_again_url": ""},
    "import_question": {"topic": None, "confirm_url": None, "never_again_url": ""},
    "welcome": {"given_name": "", "topics": [], "preferences_url": None, "unsubscribe_url": ""},
    "already_subscribed": {"preferences_url": None},
    "application_confirmation": {"topics": [], "confirm_url": None, "never_again_url": ""},
    "already_applied": {"preferences_url": None},
    "application_accepted": {"given_name": "", "topic": None, "preferences_url": None},
    "application_declined": {"topic": None, "paragraphs": []},
    "application_question": {"topic": None, "paragraphs": [], "answer_url": None},
    "topic_invitation": {
        "topic": None,
        "description": "",
        "invitation_url": None,
        "never_again_url": "",
    },
    "rsvp_confirmation": {
        **_EVENT,
        "answer": None,
        "attends": "",
        "seat": "",
        "join_url": "",
        "dial_in": [],
        "documents_url": "",
        "calendar_url": "",
        "answer_url": None,
        "rsvp_page_url": None,
    },
    "rsvp_place_offered": {**_EVENT, "until": None, "place_url": None},
    "rsvp_place_lapsed": {**_EVENT, "rsvp_page_url": None},
    "rsvp_joining_details": {
        **_EVENT,
        "is_changed": False,
        "join_url": "",
        "dial_in": [],
        "documents_url": "",
        "calendar_url": "",
        "rsvp_page_url": None,
    },
    "rsvp_event_changed": {
        **_EVENT,
        "is_cancelled": False,
        "rsvp_page_url": "",
        "never_again_url": "",
    },
    "rsvp_link": {"answers_url": None},
    "rsvp_delegate": {
        "name": None,
        **_EVENT,
        "until": "",
        "delegate_url": None,
        "never_again_url": None,
    },
    "archive_link": {"email": "", "archive_url": None},
    "agreed_again": {"topic": None, "words": None, "preferences_url": None},
    "preferences_link": {"manage_url": None},
    "erase_link": {"erase_url": None},
    "address_link": {"change_url": None},
    "download_link": {"download_url": None},
    "address_check": {"follows": "", "manage_url": "", "never_again_url": ""},
    "new_address": {"new_address_url": None, "never_again_url": ""},
    "erased": {"contact": ""},
    "address_changed": {"contact": ""},
    "staff_invitation": {"inviter": None, "username": None, "invitation_url": None},
    "staff_password": {"username": None, "password_url": None},
    "staff_new_device": {
        "username": None,
        "device": None,
        "network": "",
        "at": None,
        "account_url": None,
    },
    "staff_account_changed": {"username": None, "what": None, "account_url": None},
    "staff_approve_again": {"title": None, "paragraphs": [], "event_url": None},
    "staff_sending_paused": {"title": None, "paragraphs": [], "progress_url": None},
    "staff_not_sent": {"title": None, "paragraphs": [], "campaign_url": None},
    "staff_start_moved": {"title": None, "paragraphs": [], "campaign_url": None},
    "staff_approval_lapsed": {"title": None, "what": None, "review_url": None},
    "staff_review_requested": {"by": None, "title": None, "review_url": None},
    "staff_review_withdrawn": {"title": None, "decision": None, "what": None},
    "staff_review_decided": {
        "title": None,
        "decision": None,
        "what": None,
        "review_url": None,
    },
    "staff_topic_granted": {"by": None, "to": None, "reason": None, "last_day": None},
}
"""Each notice with the texts that its templates may use, and the default of each. A text whose
default is None must be given.

Anybody can trigger most of them by typing somebody's address into a form. So they take nothing that
was typed there: no name, no message. `paragraphs` are written by staff. What this table doesn't
list stays out, whatever a caller passes.
"""

OF_AN_EVENT = frozenset({"rsvp_confirmation", "rsvp_joining_details", "rsvp_event_changed"})
"""Notices whose texts are of an event, so that many people get the same but for its links.

Beside the facts of the event they hold one of the answers and places that there are. Its time is
written by the reader's clocks.
"""


class UnknownNotice(ValueError):
    """There is no notice of that name."""


class MissingText(ValueError):
    """A notice can't be written without this text."""


def render_notice(name: str, context: Mapping[str, Any], *, brand: Brand) -> Rendered:
    """Render a notice, with no merge field left open.

    Args:
        name: one of NOTICES, which is also its template folder.
        context: its texts, as plain text; `language` is a tag such as `en`. What the notice doesn't
            use is ignored.

    Raises:
        UnknownNotice: no such notice.
        MissingText: a text that it needs is missing.
        BlockError: a link that isn't a web address.
    """
    if name not in NOTICES:
        raise UnknownNotice(f"there is no notice {name!r}; known are {', '.join(sorted(NOTICES))}")
    texts = {
        key: _text(name, key, context.get(key), default) for key, default in NOTICES[name].items()
    }
    language = str(context.get("language") or settings.CONTENT_LANGUAGES[0])
    texts = {key: _isolated(key, value, language) for key, value in texts.items()}
    shared = {
        "keep_days": settings.KEEP_UNCONFIRMED.days,
        "language_is_a_choice": language_is_a_choice(),
    }

    def render(links: Mapping[str, str]) -> Rendered:
        return render_layout(
            f"emails/{name}/body.mjml",
            {**texts, **links, **shared},
            subject=_subject(name, {**texts, **links}, brand=brand, language=language),
            brand=brand,
            language=language,
        )

    links = {key: text for key, text in texts.items() if text and key.endswith("_url")}
    others = {key: text for key, text in texts.items() if text and key not in links}
    if name not in OF_AN_EVENT and not all(isinstance(text, list) for text in others.values()):
        return render(links)  # it is about somebody: nothing of that is kept
    words = tuple((key, *_lines(text)) for key, text in others.items())
    return rendered_once(
        render, links=links, key=(name, language, words, *shared.values(), *_looks(brand))
    )


def _lines(text: Any) -> list[str]:
    return text if isinstance(text, list) else [str(text)]


def _looks(brand: Brand) -> tuple[str, ...]:
    """Return all that an email may show of a brand."""
    return tuple(str(getattr(brand, field.attname)) for field in Brand._meta.concrete_fields)


def _text(notice: str, key: str, value: Any, default: object) -> Any:
    if not value:
        if default is None:
            raise MissingText(f"the notice {notice} needs {key}")
        return default
    if isinstance(default, list):
        return [_plain(item) for item in value]
    return check_ours(str(value), path=f"{notice}.{key}") if key.endswith("_url") else _plain(value)


def _isolated(key: str, value: Any, language: str) -> Any:
    """Keep names and addresses together in mail that is written from right to left."""
    if isinstance(value, list):
        return [isolated(item, language) for item in value]
    return value if key.endswith("_url") else isolated(value, language)


def _plain(value: Any) -> str:
    # str.__str__ makes a plain string of a caller's SafeString, so that it is escaped, too.
    return str.__str__(one_line(without_sentinels(str(value))))


def _subject(name: str, texts: Mapping[str, Any], *, brand: Brand, language: str) -> str:
    # A subject is plain text, so nothing is escaped in it.
    plain = {key: mark_safe(value) for key, value in texts.items() if isinstance(value, str)}  # noqa: S308 - no markup
    called = isolated(_plain(brand.short_name or brand.name), language)
    context = {**plain, "brand_name": mark_safe(called)}  # noqa: S308 - no markup
    with in_words_of(language):
        subject = render_to_string(f"emails/{name}/subject.txt", context)
    return " ".join(one_line(subject).split())
