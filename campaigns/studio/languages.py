"""Languages by their English names, where staff read of them."""

from babel import Locale, UnknownLocaleError


def language_name(tag: str) -> str:
    """The name of a BCP 47 tag, such as “Portuguese (Brazil)”; the tag itself where babel knows none."""
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (ValueError, UnknownLocaleError):
        return tag


def named(tags: list[str]) -> list[tuple[str, str]]:
    """Tags with their names, in their order: what a menu of languages is made of."""
    return [(tag, language_name(tag)) for tag in tags]
