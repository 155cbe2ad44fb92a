"""The page of the preference centre: what all people's have in common is kept, theirs is put in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from newsletter.brand.current import brand_of_pages
from newsletter.core.addresses import masked_address
from newsletter.core.catalogues import SOURCE_LANGUAGE
from newsletter.core.dates import long_date
from newsletter.public_pages.page_for_one import page_for_one
from newsletter.public_pages.places import Values, place
from subscribers.consent.consent_wording import preferences_words
from subscribers.models import Subscriber
from subscribers.suppression.policy import waits_for_opt_in
from subscribers.views.discreet_choice import discreet_choice
from subscribers.views.forms import CHECKED, TopicChoice
from subscribers.views.kept_menus import country_options, time_zone_options
from subscribers.views.preferences_form import (
    GREETINGS,
    Details,
    PreferencesForm,
    bound_days,
    details_of,
)
from subscribers.views.preferences_words import why_held_back
from subscribers.views.topic_boxes import statuses_of, topic_choices, topics_to_apply_for

_TYPED_LINES = ("name", "salutation", "pause_until")
"""Fields whose controls have no value where nothing was typed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of the page that were typed, or say what was done.

    Args:
        details: None: those that are known.
        boxes: those that were changed and not saved, as `changed_boxes` returned them.
        form: one that was sent and comes back with mistakes.
        is_unsaved: whether the page shows changes that were typed and not saved.
    """

    notice: str = ""
    details: Details | None = None
    boxes: Mapping[str, bool] | None = None
    form: PreferencesForm | None = None
    is_unsaved: bool = False


@dataclass(frozen=True, slots=True)
class _PlacedChoice(TopicChoice):
    """A box of a topic, with a place for whether it is ticked."""

    @property
    def checked(self) -> str:
        return place(_tick(self))


def show_preferences(
    request: HttpRequest, subscriber: Subscriber, shown: Shown, *, token: str, status: int = 200
) -> HttpResponse:
    """Show the page to the person whose link was opened."""
    details = shown.details or details_of(subscriber, now=timezone.now())
    statuses, waiting = statuses_of(subscriber), waits_for_opt_in(subscriber.digest)
    held_back = waiting and why_held_back(waiting)
    known = topic_choices(statuses)
    boxes = shown.boxes or {}
    choices = [replace(one, ticked=boxes.get(one.topic.slug, one.ticked)) for one in known]
    followed = [choice.topic.slug for choice in known if choice.ticked]
    to_apply_for = topics_to_apply_for(statuses)
    values = {
        **_values(details),
        **{_tick(choice): choice.checked for choice in choices},
        "address": masked_address(subscriber.email),
        "token": token,
        "followed": " ".join(followed),
        "told": str(waiting.pk) if waiting else "",
    }
    # All by which one person's page differs from another's, but for those values.
    shape = (
        shown.notice,
        shown.is_unsaved,
        status,
        _noted(choices),
        _noted(to_apply_for),
        bool(followed),
        held_back,
        subscriber.discreet_since is not None,
        details.kept_language,
        details.shown["language"],
        bool(details.known["pause_until"]),
        *(bool(details.shown[name]) for name in _TYPED_LINES),
        *(bool(example) for example in details.examples.values()),
    )
    return page_for_one(
        request,
        "subscribers/preferences.html",
        values,
        shape=None if shown.form else shape,
        context=lambda: {
            "form": shown.form or _placed_form(details),
            "topic_choices": [_PlacedChoice(one.topic, False, one.note) for one in choices],
            "to_apply_for": to_apply_for,
            "follows_any": bool(followed),
            "words": preferences_words(brand=brand_of_pages().name),
            "held_back": held_back,
            "is_waiting": waiting is not None,
            "is_paused": bool(details.known["pause_until"]),
            "discreet": discreet_choice(subscriber),
            "notice": shown.notice,
            "is_unsaved": shown.is_unsaved,
            "problem": status != 200,
        },
        status=status,
    )


def _values(details: Details) -> Values:
    """Return what stands at the places of the form."""
    known, shown, (first, last) = details.known, details.shown, details.days
    until, language = known["pause_until"], get_language() or SOURCE_LANGUAGE
    return {
        **{f"known_{name}": value for name, value in known.items()},
        **{name: shown[name] for name in _TYPED_LINES},
        "country": country_options(shown["country"], kept=known["country"]),
        "time_zone": time_zone_options(shown["time_zone"], kept=known["time_zone"]),
        **{f"is_{way}": CHECKED if way == shown["greeting"] else "" for way in GREETINGS},
        **{f"example_{way}": example for way, example in details.examples.items()},
        "paused_until": long_date(date.fromisoformat(until), language) if until else "",
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }


def _placed_form(details: Details) -> PreferencesForm:
    """Return the form with places for a person's details, but for their language."""
    lines = {name: place(name) if details.shown[name] else "" for name in _TYPED_LINES}
    menus = {name: place(name) for name in ("country", "time_zone")}
    form = PreferencesForm(
        replace(
            details,
            known={name: place(f"known_{name}") for name in details.known},
            typed={**lines, **menus, "language": details.shown["language"]},
        )
    )
    bound_days(form, place("first_day"), place("last_day"))
    form.greeting_choices = [
        replace(
            choice,
            checked=place(f"is_{choice.value}"),
            example=place(f"example_{choice.value}") if choice.example else "",
        )
        for choice in form.greeting_choices
    ]
    return form


def _tick(choice: TopicChoice) -> str:
    return f"ticked_{choice.topic.pk}"


def _noted(choices: Iterable[TopicChoice]) -> tuple[tuple[int, str], ...]:
    return tuple((choice.topic.pk, choice.note) for choice in choices)
