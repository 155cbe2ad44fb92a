"""The text that says who we are, in the language of a page."""

from dataclasses import dataclass

from django.conf import settings

from newsletter.core.languages import direction_of
from newsletter.models import Brand


@dataclass(frozen=True, slots=True)
class About:
    """The text about the brand, in one language. It is empty where staff wrote none."""

    text: str
    language: str
    direction: str


def about_us(brand: Brand, language: str) -> About:
    """Return what staff wrote about the brand for readers of `language`.

    Where there is no text in it, the one in the first language that has one is returned, in the
    order of LANGUAGES.
    """
    for tag in (language, *settings.CONTENT_LANGUAGES, *sorted(brand.about)):
        text = str(brand.about.get(tag, "")).strip()
        if text:
            return About(text, tag, direction_of(tag))
    return About("", language, direction_of(language))
