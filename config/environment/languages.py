"""The setting LANGUAGES: in which languages people write here, and pages are shown."""

from babel import Locale, UnknownLocaleError

from config.environment.setting_readers import words
from config.environment.unusable_value import UnusableValue
from newsletter.core.languages import parse_language


def parse_languages(value: str) -> list[str]:
    """Read language tags with commas or spaces between them.

    Raises:
        UnusableValue: one is not known.
    """
    return [_language(word) for word in words(value)]


def _language(value: str) -> str:
    try:
        tag = parse_language(value)
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        raise UnusableValue(f"{value!r} is not a known language code") from None
    return tag
