"""The forms of an event's programme: a row for each speaker and each item of the agenda."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import cached_property

from campaigns.events.pictures import PORTRAIT
from campaigns.events.programme import ITEM_TEXTS, LONGEST_NAME, SPEAKER_TEXTS
from campaigns.models import Event
from campaigns.studio.media.library import LibraryImage
from campaigns.studio.media.picker import ImageField, chosen_images
from campaigns.studio.wall_clock import WallClockField
from newsletter.core.languages import direction_of, language_name
from newsletter.core.numbers import whole_number
from newsletter.media.image_use import reference_to
from subscribers.countries import country_choices
from subscribers.local_texts import TextKind
from subscribers.need_to_know.hidden import Account

SPARE = 1
"""Empty rows that a page without any begins with."""
_INPUT = {"class": "st-input"}


class RowForm(forms.Form):
    """A row of the programme: its own texts, and fields for those in other languages."""

    one_is_needed: tuple[str, ...] = ()
    texts: Mapping[str, TextKind]
    remove = forms.BooleanField(
        label="Remove", required=False, widget=forms.CheckboxInput({"class": "st-box"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in settings.CONTENT_LANGUAGES[1:]:
            for name, kind in self.texts.items():
                field = self.fields[f"{name}_{language}"] = text_field(kind)
                field.label = f"{kind.label} in {language_name(language)}"
                field.widget.attrs |= {"lang": language, "dir": direction_of(language)}

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed, so that the row is none."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "remove"}
        return not any(given.values())

    @cached_property
    def languages(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in other languages, by the name of the language."""
        return [
            (language_name(language), [self[f"{name}_{language}"] for name in self.texts])
            for language in settings.CONTENT_LANGUAGES[1:]
        ]

    def local_texts(self) -> dict[str, dict[str, str]]:
        """Return what was typed in other languages."""
        return {
            language: {name: self.cleaned_data[f"{name}_{language}"] for name in self.texts}
            for language in settings.CONTENT_LANGUAGES[1:]
        }


def text_field(kind: TextKind) -> forms.CharField:
    """Make the field of a text. Whether it is too long is said by the action."""
    widget = forms.TextInput if kind.rows == 1 else forms.Textarea
    attrs = dict(_INPUT) if kind.rows == 1 else {**_INPUT, "rows": str(kind.rows)}
    return forms.CharField(label=kind.label, required=False, widget=widget(attrs))


class SpeakerForm(RowForm):
    """One speaker."""

    texts = SPEAKER_TEXTS
    field_order = ("name", "office", "country", "portrait", "biography")
    picture: LibraryImage | None = None
    """The image that its field names."""
    name = forms.CharField(
        label="Name", required=False, max_length=LONGEST_NAME, widget=forms.TextInput(_INPUT)
    )
    office = text_field(SPEAKER_TEXTS["office"])
    country = forms.ChoiceField(
        label="Country or body", required=False, widget=forms.Select(_INPUT)
    )
    portrait = ImageField(
        label="Portrait",
        shape=PORTRAIT,
        help_text=(
            "It is cut to a square around the focal point of the image, and shown round. Its "
            "alternative text is the speaker’s name."
        ),
    )
    biography = text_field(SPEAKER_TEXTS["biography"])

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        portrait = self.fields["portrait"]
        if isinstance(portrait, ImageField):
            portrait.account = account
        field = self.fields["country"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "None"), *country_choices()]

    def row(self) -> dict[str, Any]:
        """Return the speaker as the event keeps one."""
        own = {name: self.cleaned_data[name] for name in ("name", "country", *SPEAKER_TEXTS)}
        image = self.cleaned_data["portrait"]
        portrait = {"portrait": reference_to(image.key)} if image else {}
        return {**own, **portrait, "texts": self.local_texts()}


class ItemForm(RowForm):
    """One item of the agenda."""

    texts = ITEM_TEXTS
    field_order = ("starts", "minutes", "title", "speakers")
    starts = WallClockField(label="Starts", required=False)
    minutes = forms.IntegerField(
        label="Minutes", required=False, widget=forms.NumberInput({**_INPUT, "min": "1"})
    )
    title = text_field(ITEM_TEXTS["title"])
    speakers = forms.MultipleChoiceField(
        label="Speakers", required=False, widget=forms.CheckboxSelectMultiple({"class": "st-box"})
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        field = self.fields["speakers"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(each["name"], each["name"]) for each in event.speakers]

    def row(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Return the item as the event keeps one.

        Args:
            names: of the speakers, as the page was opened with them → as they are now. Those who
                were removed are missing.
        """
        starts: datetime | None = self.cleaned_data["starts"]
        after = (
            (starts.replace(tzinfo=None) - self.event.local_start.replace(tzinfo=None))
            // timedelta(minutes=1)
            if starts
            else None
        )
        return {
            "after": after,
            "minutes": self.cleaned_data["minutes"],
            "speakers": [names[each] for each in self.cleaned_data["speakers"] if each in names],
            "title": self.cleaned_data["title"],
            "texts": self.local_texts(),
        }


class Programme:
    """The forms of a page: a row for each speaker and item, and those that were asked for."""

    def __init__(self, event: Event, data: Mapping[str, Any] | None, *, account: Account) -> None:
        """
        Args:
            data: what was posted; None where the page is opened.
            account: whoever writes, who may not know of all images.
        """
        self.event, self.account = event, account
        self.kept_speakers: list[SpeakerForm] = []
        self.kept_items: list[ItemForm] = []
        more = (data or {}).get("act", "")
        self.speakers = [
            SpeakerForm(
                data if is_typed else None,
                prefix=f"speaker-{number}",
                initial=initial,
                account=account,
            )
            for number, initial, is_typed in _rows(
                data, "speakers", [_shown(each) for each in event.speakers], more == "add-speaker"
            )
        ]
        shown = [
            {
                **_shown(each),
                "starts": event.local_start + timedelta(minutes=each["after"]),
            }
            for each in event.agenda
        ]
        self.items = [
            ItemForm(
                data if is_typed else None, prefix=f"item-{number}", initial=initial, event=event
            )
            for number, initial, is_typed in _rows(data, "items", shown, more == "add-item")
        ]

    def show_portraits(self) -> None:
        """Look up the images that the rows name."""
        values = {form: form["portrait"].value() for form in self.speakers}
        shown = chosen_images(values.values(), self.account)
        for form, value in values.items():
            form.picture = shown.get(value)

    def is_valid(self) -> bool:
        """Return whether all rows could be read. Each is looked at, for its errors."""
        found = [form.is_valid() for form in self._typed()]
        return all(found)

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the speakers and the items that were typed, without removed and empty ones."""
        before = [each["name"] for each in self.event.speakers]
        self.kept_speakers = _kept(self.speakers)
        names = {
            before[number]: form.cleaned_data["name"]
            for number, form in enumerate(self.speakers)
            if number < len(before) and form in self.kept_speakers
        }
        self.kept_items = _kept(self.items)
        return (
            [form.row() for form in self.kept_speakers],
            [form.row(names) for form in self.kept_items],
        )

    def _typed(self) -> list[RowForm]:
        return [form for form in (*self.speakers, *self.items) if form.is_bound]


def _kept[Form: RowForm](forms_of_rows: Iterable[Form]) -> list[Form]:
    return [
        form
        for form in forms_of_rows
        if form.is_bound and not form.is_empty and not form.cleaned_data["remove"]
    ]


def _rows(
    data: Mapping[str, Any] | None, name: str, kept: list[dict[str, Any]], has_more: bool
) -> list[tuple[int, dict[str, Any], bool]]:
    """List the rows of a page: number, the values to begin with, and whether it was typed."""
    if data is None:
        number = len(kept) or SPARE
        return [(each, kept[each] if each < len(kept) else {}, False) for each in range(number)]
    typed = _number(data.get(name, ""))
    rows = [(each, kept[each] if each < len(kept) else {}, True) for each in range(typed)]
    return [*rows, (typed, {}, False)] if has_more else rows


def _number(raw: Any) -> int:
    """Read how many rows a page had, which may have been tampered with."""
    return min(whole_number(str(raw)) or 0, 200)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with which the form of a kept row begins."""
    local = {
        f"{name}_{language}": text
        for language, texts in row["texts"].items()
        for name, text in texts.items()
    }
    return {**row, **local}
