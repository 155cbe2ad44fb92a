"""Languages in menus of the staff pages."""

from newsletter.core.languages import language_name


def named(tags: list[str]) -> list[tuple[str, str]]:
    """Tags with their names, in their order: what a menu of languages is made of."""
    return [(tag, language_name(tag)) for tag in tags]
