"""The language in which a person reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from campaigns.audience.conditions.kind import BadCondition, Kind, Value, one_of
from campaigns.audience.conditions.parts import only_keys, texts_of
from newsletter.core.languages import BadLanguage, language_name, parse_language


def _parse(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    only_keys(data, path, "languages")
    tags = set()
    for index, tag in enumerate(texts_of(data, path, "languages")):
        try:
            tags.add(parse_language(tag))
        except BadLanguage as error:
            raise BadCondition(
                f"{path}.languages[{index}]", "is not a language code, such as en"
            ) from error
    return {"languages": sorted(tags)}


def reads_one_of(languages: Sequence[str], through: str) -> Q:
    """Build the condition on a subscriber that they read one of some languages.

    A language includes its regions: `en` means en-GB too.
    """
    spoken = Q()
    for language in languages:
        spoken |= Q(**{f"{through}language__iexact": language}) | Q(
            **{f"{through}language__istartswith": f"{language}-"}
        )
    return spoken


def _condition(value: Value, through: str) -> Q:
    return reads_one_of(value["languages"], through)


def _words(value: Value) -> str:
    return f"read {one_of(sorted(language_name(tag) for tag in value['languages']))}"


LANGUAGE = Kind(key="language", label="Language", parse=_parse, condition=_condition, words=_words)
