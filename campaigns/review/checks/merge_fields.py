"""Merge fields of a text: what stands in the place of a value that isn't known, and braces."""

from collections.abc import Iterator

from campaigns.review.finding import PreflightFinding, warning
from newsletter.core.languages import language_name
from newsletter.rendering.merge import fallbacks_in, fields_without_fallback, has_stray_brace
from newsletter.rendering.merge_fields import MERGE_FIELDS, fallback_in, needs_fallback

_VALUES = {"given_name": "name", "full_name": "name", "institution": "institution"}


def check_merge_fields(text: str, path: str, *, language: str) -> Iterator[PreflightFinding]:
    """Find merge fields that leave a gap or an English word, and braces that belong to none.

    Args:
        text: one line or block, as staff write it.
        language: of the email.
    """
    for name in sorted(fields_without_fallback(text)):
        if needs_fallback(name):
            yield warning(
                f"Recipients whose {_value(name)} we don’t know would see a gap here. Add a "
                f"fallback: {_example(name, language)}.",
                path,
            )
    for name, fallback in sorted(fallbacks_in(text)):
        if _is_left_in_english(name, fallback, language):
            yield warning(
                f"Recipients whose {_value(name)} we don’t know would read “{fallback}”, which is "
                f"English, in the {language_name(language)} version. Write such as "
                f"{_example(name, language)}.",
                path,
            )
    if has_stray_brace(text):
        yield warning(
            "Recipients would see a curly bracket here. Write a merge field as {given_name} or "
            f"{_example('given_name', language)}.",
            path,
        )


def _is_left_in_english(name: str, fallback: str, language: str) -> bool:
    field = MERGE_FIELDS.get(name)
    if field is None or not field.fallback:
        return False
    english, words = field.fallback.casefold(), " ".join(fallback.casefold().split())
    return words == english != fallback_in(field, language).casefold()


def _value(name: str) -> str:
    return _VALUES.get(name, f"“{name}”")


def _example(name: str, language: str) -> str:
    field = MERGE_FIELDS.get(name)
    return f"{{{name}|{(fallback_in(field, language) if field else '') or '…'}}}"
