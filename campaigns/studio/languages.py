"""Languages in menus of the staff pages."""

from newsletter.core.languages import language_name


def language_choices(tags: list[str]) -> list[tuple[str, str]]:
    """Return language tags with their names, in the order given."""
    return [(tag, language_name(tag)) for tag in tags]
