"""Checks of content that staff or a program handed in as JSON. Faults are named by their path."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from campaigns.audience.conditions.kind import BadCondition
from campaigns.audience.narrow import clean_conditions
from campaigns.models import Event
from campaigns.states import AudienceRule
from newsletter.rendering.blocks.clean import (
    blocks_that_need_an_event,
    clean_blocks,
    keep_blocks,
    keep_or_clean,
)
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.text import clean_line
from subscribers.models import Topic
from subscribers.states import ArchiveAccess

MAXIMUM_LINE = 200
"""Characters of a subject or preheader."""
MAXIMUM_NAME = 160
MAXIMUM_DEPTH = 12
"""Levels of nesting. Contents, language, blocks and block make four."""
MAXIMUM_VALUES = 20_000
"""Values in all of the JSON. An email has some hundreds."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one object of the JSON. Any other key is refused."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


CAMPAIGN_KEYS = Keys(
    required=("name", "topic", "contents"),
    optional=("language", "event", "rule", "conditions", "archive_access", "counts_links"),
)
"""Of the whole file, as create_campaign reads it. `contents` has an object for each language."""
CONTENT_KEYS = Keys(required=("subject", "blocks"), optional=("preheader",))
"""Of each language. The keys of a block stand in newsletter/rendering/blocks/NAME/block.py."""


class ContentError(ValueError):
    """A field that can't be taken: `path` says which, `problem` what is wrong with it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path, self.problem = path, problem


def clean_content(data: object, *, language: str, path: str, has_event: bool) -> dict[str, Any]:
    """Clean one language of a campaign: subject, preheader and blocks.

    Args:
        data: an object with CONTENT_KEYS.
        language: must be one of the installation's LANGUAGES.
        path: where it stands, such as contents.en.
        has_event: whether blocks that need an event have one.

    Raises:
        ContentError: with the path of the field at fault.
    """
    require_offered_language(language, path=path)
    fields = require_object(data, path=path, keys=CONTENT_KEYS)
    refuse_unstorable(fields, path=path)
    try:
        subject = clean_line(fields["subject"], path=f"{path}.subject", maximum=MAXIMUM_LINE)
        preheader = clean_line(
            fields.get("preheader", ""),
            path=f"{path}.preheader",
            maximum=MAXIMUM_LINE,
            required=False,
        )
        blocks = clean_blocks(fields["blocks"], path=f"{path}.blocks")
    except BlockError as error:
        raise ContentError(error.path, error.problem) from error
    if not has_event:
        for place, label in blocks_that_need_an_event(blocks, path=f"{path}.blocks"):
            raise ContentError(
                place, f"the {label.lower()} needs an event. Choose one, or remove this block"
            )
    return {"subject": subject, "preheader": preheader, "blocks": blocks}


def keep_content(data: Mapping[str, object], *, language: str, path: str) -> dict[str, Any]:
    """Return one language of a campaign that is being written, whether it is complete or not.

    What is complete is cleaned as `clean_content` does. Preflight says what is missing.

    Args:
        data: subject, preheader and blocks.
        language, path: as of `clean_content`.

    Raises:
        ContentError: what can't be kept at all, such as a text that is too long.
    """
    require_offered_language(language, path=path)
    refuse_unstorable(dict(data), path=path)
    try:
        lines = {
            name: _kept_line(data[name], f"{path}.{name}") for name in ("subject", "preheader")
        }
        return {**lines, "blocks": keep_blocks(data["blocks"], path=f"{path}.blocks")}
    except BlockError as error:
        raise ContentError(error.path, error.problem) from error


def _kept_line(value: object, path: str) -> str:
    clean = partial(clean_line, path=path, maximum=MAXIMUM_LINE, required=False)
    kept = keep_or_clean(clean, value, path=path, maximum=MAXIMUM_LINE)
    return " ".join(kept.split())


def clean_campaign_name(value: object) -> str:
    """Return a campaign's name: one line, for staff."""
    name = require_text(value, path="name").strip()
    if not name:
        raise ContentError("name", "is empty")
    if len(name) > MAXIMUM_NAME:
        raise ContentError(
            "name", f"is too long: {len(name)} characters, at most {MAXIMUM_NAME} are possible"
        )
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ContentError("name", "must be one line without control characters")
    return name


def require_object(value: object, *, path: str, keys: Keys) -> dict[str, Any]:
    """Return `value` if it is an object with all required keys and no unknown one."""
    if not isinstance(value, dict):
        raise ContentError(path, f"must be an object, not {json_type_of(value)}")
    for name in keys.required:
        if name not in value:
            raise ContentError(join_path(path, name), "is missing")
    known = (*keys.required, *keys.optional)
    for name in value:
        if name not in known:
            raise ContentError(
                join_path(path, name), f"is unknown here; known are {', '.join(known)}"
            )
    return value


def require_rule(value: object, *, has_event: bool, path: str = "rule") -> AudienceRule:
    """Return `value` if it is a rule about answers that a campaign may have; None is no rule."""
    rule = "" if value is None else require_text(value, path=path)
    if rule not in AudienceRule.values:
        known = ", ".join(each for each in AudienceRule.values if each)
        raise ContentError(path, f"is no rule; known are {known}")
    if rule and not has_event:
        raise ContentError(path, "needs an event. Choose one, or send to everybody")
    return AudienceRule(rule)


def require_conditions(value: object, *, topic: Topic, path: str = "conditions") -> dict[str, Any]:
    """Return `value` if it is conditions that a campaign of a topic may have; None are none."""
    try:
        return clean_conditions({} if value is None else value, topic=topic, path=path)
    except BadCondition as error:
        raise ContentError(error.path, error.problem) from error


_READERS = {
    "anybody": ArchiveAccess.PUBLIC,
    "subscribers": ArchiveAccess.SUBSCRIBERS,
    "nobody": ArchiveAccess.NONE,
}
"""The words of a file for who can read a past email."""


def require_readers(value: object, *, topic: Topic, path: str = "archive_access") -> str:
    """Return who can read an email once it is sent, as a campaign keeps it; None: as its topic.

    A person is told by the pages what a topic doesn't allow; a program is refused.
    """
    if value is None:
        return ""
    readers = _READERS.get(require_text(value, path=path))
    if readers is None:
        raise ContentError(path, f"is none of {', '.join(_READERS)}")
    if topic.is_restricted and readers is not ArchiveAccess.NONE:
        raise ContentError(path, f"must be nobody: {topic.slug} is a need-to-know topic")
    if readers is ArchiveAccess.PUBLIC and not topic.is_public:
        raise ContentError(path, f"can't be anybody: the topic {topic.slug} is not public")
    return readers


def require_flag(value: object, *, path: str) -> bool:
    """Return `value` if it is true or false; None is false."""
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ContentError(path, "must be true or false")


def require_offered_language(value: object, *, path: str) -> str:
    """Return `value` if it is one of the installation's languages."""
    language = require_text(value, path=path)
    if language not in settings.CONTENT_LANGUAGES:
        raise ContentError(
            path,
            f"is none of this installation's languages: {', '.join(settings.CONTENT_LANGUAGES)} "
            f"(LANGUAGES)",
        )
    return language


def require_own_event(event: Event | None, *, topic: Topic) -> None:
    """Refuse the event of a need-to-know topic in a campaign of another topic, which names it."""
    if event is None or event.topic is None or event.topic == topic:
        return
    if event.topic.is_restricted:
        raise ContentError(
            "event", "belongs to another topic, which is need-to-know; choose that topic"
        )


def require_text(value: object, *, path: str) -> str:
    """Return `value` if it is text that can be kept."""
    if not isinstance(value, str):
        raise ContentError(path, f"must be text, not {json_type_of(value)}")
    refuse_unstorable(value, path=path)
    return value


def refuse_unstorable(data: object, *, path: str) -> None:
    """Refuse what no column and no email can hold: NUL, half characters, endless nesting.

    It walks with a list of its own instead of by recursion, so that hostile nesting can't exhaust
    the stack.
    """
    waiting: list[tuple[object, str, int]] = [(data, path, 0)]
    seen = 0
    while waiting:
        value, where, depth = waiting.pop()
        seen += 1
        if depth > MAXIMUM_DEPTH:
            raise ContentError(where, f"is nested more than {MAXIMUM_DEPTH} levels deep")
        if seen > MAXIMUM_VALUES:
            raise ContentError(path, f"holds more than {MAXIMUM_VALUES} values")
        if isinstance(value, str):
            _refuse_characters(value, where)
        else:
            waiting.extend((inner, place, depth + 1) for inner, place in _inside(value, where))


def _inside(value: object, path: str) -> Iterator[tuple[object, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_characters(str(name), join_path(path, name))
            yield inner, join_path(path, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield inner, f"{path}[{index}]"


def _refuse_characters(text: str, path: str) -> None:
    if "\0" in text:
        raise ContentError(path, "holds a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ContentError(path, "holds half of a surrogate pair, which is no character")


def join_path(path: str, name: object) -> str:
    """Append `name` to `path`.

    A long or unprintable key is shortened and escaped, so that the message stays readable.
    """
    key = str(name)
    if len(key) > 40 or not key.isprintable():
        key = ascii(key[:40])
    return f"{path}.{key}" if path else key


def json_type_of(value: object) -> str:
    """Return JSON's name for the type of `value`."""
    if value is None:
        return "null"
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)
