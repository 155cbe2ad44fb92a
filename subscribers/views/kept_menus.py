"""The options of long menus, made once for each language, with one person's choice marked.

They are those that `country_choices_with` and `time_zone_choices` give, without making the choices.
"""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.time_zones import known_zones
from newsletter.core.zone_names import own_zone_label
from newsletter.public_pages.kept_value import VALUES
from subscribers.countries import country_choices
from subscribers.views.fields import time_zone_choices
from subscribers.views.quick_select import marked, opening_of, options_of

_GROUP = "<optgroup"


def country_options(chosen: str, *, kept: str) -> SafeString:
    """Return the options of a menu of countries and bodies.

    Args:
        chosen: the code that is selected.
        kept: the code that the person has, which may be one that we don't offer any more.
    """
    offered = VALUES.value(
        ("country options", get_language()), lambda: options_of(country_choices())
    )
    if f"{opening_of(kept)}>" not in offered:
        offered += options_of([(kept, kept)])
    return marked(offered, chosen)


def time_zone_options(chosen: str, *, kept: str) -> SafeString:
    """Return the options of a menu of time zones.

    Args:
        chosen: the zone that is selected.
        kept: the zone that the person has, which stands in front of the others.
    """
    language = get_language() or SOURCE_LANGUAGE
    menu = _zones(language)
    if kept:
        known = kept in known_zones()
        label = own_zone_label(kept, language) if known else kept.replace("_", " ")
        own = format_html(
            '<optgroup label="{}"><option value="{}">{}', gettext("Yours"), kept, label
        )
        head, group, others = menu.partition(_GROUP)
        menu = mark_safe(head + own + _without(f"{group}{others}", kept))  # noqa: S308 - of escaped options
    return marked(menu, chosen)


@lru_cache(maxsize=32)
def _zones(language: str) -> SafeString:
    """Return the options without anybody's choice. `language` is the active one."""
    return options_of(time_zone_choices())


def _without(options: str, value: str) -> str:
    """Return groups of options without one of them, and without its group where it was alone."""
    before, opening, rest = options.partition(f'<option value="{escape(value)}">')
    if not opening:
        return options
    after = rest[rest.find("<") :] if "<" in rest else ""
    start = before.rfind(_GROUP)
    if (not after or after.startswith(_GROUP)) and "<option" not in before[start + len(_GROUP) :]:
        before = before[:start]
    return before + after
