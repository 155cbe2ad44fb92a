"""The tabs of a campaign's languages, which say how far each of them is."""

from collections.abc import Collection, Mapping

from campaigns.models import Campaign
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.composer.translations import numbers_to_do
from campaigns.studio.languages import language_choices
from newsletter.core.catalogues import has_catalogue

TABS = "tabs-changed"
"""The event in the page that tells the tabs' names."""


def language_tabs(campaign: Campaign) -> list[tuple[str, str]]:
    """Return the languages with their names.

    A name says in which of them nothing can be sent yet, which nobody has begun, and how much of
    each translation is to be done.
    """
    begun = set(campaign.contents.values_list("language", flat=True))
    to_do = numbers_to_do(campaign)
    return [
        (tag, f"{name} ({state})" if (state := _state(tag, begun, to_do)) else name)
        for tag, name in language_choices(languages_of(campaign))
    ]


def _state(tag: str, begun: Collection[str], to_do: Mapping[str, int]) -> str:
    if not has_catalogue(tag):
        return "can’t be sent yet"
    if tag not in begun:
        return "not started"
    return f"{to_do[tag]} to do" if tag in to_do else ""


def shown_tabs(campaign: Campaign) -> dict[str, str]:
    """Return the names of the tabs as they are now, for the scripts of an open page.

    It is nothing where there is no translation, whose writing could change them.
    """
    return dict(language_tabs(campaign)) if campaign.contents.count() > 1 else {}
