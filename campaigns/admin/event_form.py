"""The form of an event, whose errors are those of the actions."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.admin.wall_clock import WallClockField
from campaigns.calendars.availability import why_no_invitations
from campaigns.edit_conflict import EditConflict
from campaigns.events.check_event import BadEvent
from campaigns.events.schedule import CHANGEABLE, change_event, event_version, plan_event
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.models import Campaign, Event
from campaigns.models.event_words import EVENT_TEXTS
from campaigns.states import CalendarMode
from campaigns.studio.decorators import seen_in
from newsletter.admin.help_texts import help_text_of
from newsletter.core.languages import language_name
from subscribers.admin.local_texts import LocalTextsField
from subscribers.need_to_know.hidden import Account


class EventForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """The fields of an event. The actions check them, and their errors are shown at the fields."""

    asked_by: Account
    """Who plans it. The page sets it on a class of its own for each request."""

    local_start = WallClockField(label="Starts", help_text=help_text_of(Event, "local_start"))
    local_end = WallClockField(label="Ends")
    texts = LocalTextsField(
        EVENT_TEXTS,
        label="Other languages",
        required=False,
        help_text=help_text_of(Event, "texts"),
    )
    local_answers_until = WallClockField(
        label="Answer by", required=False, help_text=help_text_of(Event, "local_answers_until")
    )
    interpretation = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple({"class": "st-box"}),
        required=False,
        help_text=help_text_of(Event, "interpretation"),
    )
    time_zone = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget,
        error_messages={"required": "Select the event’s time zone."},
        help_text=help_text_of(Event, "time_zone"),
    )

    class Meta:
        model = Event
        fields = [
            "title", "slug", "kind", "summary", "description", "texts", "local_start", "local_end",
            "time_zone", "attendance", "venue", "join_url", "takes_answers", "local_answers_until",
            "capacity", "has_waiting_list", "interpretation", "calendar_mode", "calendar_title",
            "is_public", "topic",
        ]  # fmt: skip
        widgets = {"join_url": UnfoldAdminTextInputWidget({"inputmode": "url"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = self.data.get("seen") or event_version(self.instance)
        self.newer = ""
        texts, spoken = self.fields.get("texts"), self.fields.get("interpretation")
        if isinstance(texts, LocalTextsField):
            own = {name: getattr(self.instance, name) for name in EVENT_TEXTS}
            texts.show(own, kept=self.instance.texts)
        if isinstance(spoken, forms.MultipleChoiceField):
            tags = dict.fromkeys([*settings.CONTENT_LANGUAGES, *self.instance.interpretation])
            spoken.choices = [(tag, language_name(tag)) for tag in tags]
        mode = self.fields.get("calendar_mode")
        if mode is not None:
            mode.required = False  # a form that leaves it out changes nothing
        zone = self.fields.get("time_zone")
        if isinstance(zone, forms.ChoiceField):
            # No zone is chosen beforehand, because one that was overlooked would invite people to
            # the wrong hour.
            zone.choices = [
                *([] if self.instance.pk else [("", "Select a time zone")]),
                *staff_zone_menu(self.instance.time_zone),
            ]

    def clean(self) -> dict[str, Any]:
        """Try the action and roll it back, so that its error is shown at the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if "calendar_mode" in self.fields and not cleaned.get("calendar_mode"):
            cleaned["calendar_mode"] = self.instance.calendar_mode
        if self._turns_to_invitations(cleaned) and (why := why_no_invitations()):
            self.add_error("calendar_mode", why)
            return cleaned
        with transaction.atomic():
            try:
                keep(self.instance.pk, cleaned, by=self.asked_by, seen=seen_in(self.data))
            except EditConflict as conflict:
                self.newer = conflict.newer
            except BadEvent as error:
                self.add_error(error.field if error.field in self.fields else None, error.problem)
            transaction.set_rollback(True)
        return cleaned

    def _turns_to_invitations(self, cleaned: dict[str, Any]) -> bool:
        """Return whether invitations are chosen that weren't chosen before."""
        chosen = cleaned.get("calendar_mode")
        before = self.instance.calendar_mode if self.instance.pk else CalendarMode.FILE
        return chosen == CalendarMode.INVITATION and before != CalendarMode.INVITATION

    def is_valid(self) -> bool:
        return super().is_valid() and not self.newer

    def _post_clean(self) -> None:
        """Skip Django's checks of the row, which needs times that the action derives."""

    def save(self, commit: bool = True) -> Event:
        """Return the row unsaved; `save_model` saves it by the action."""
        event: Event = self.instance
        return event


def keep(
    event_id: int | None, typed: dict[str, Any], *, by: Account, seen: str
) -> tuple[Event, list[Campaign]]:
    """Create or change an event with what was typed.

    Returns:
        The event, and the campaigns that became drafts.

    Raises:
        BadEvent: with the column at fault.
        EditConflict: the event was saved again since the form was opened.
    """
    if event_id is None:
        return plan_event(planned_by=by, **typed), []
    event = Event.objects.get(pk=event_id)
    changes = {name: value for name, value in typed.items() if name in CHANGEABLE}
    return event, change_event(event, seen=seen, **changes)
