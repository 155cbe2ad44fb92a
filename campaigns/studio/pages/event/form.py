"""The form of an event, whose errors are those of the actions."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django_prose_editor.fields import ProseEditorFormField

from campaigns.calendars.availability import why_no_invitations
from campaigns.edit_conflict import EditConflict
from campaigns.event_states import CalendarMode, EventChange
from campaigns.events.changes import Told, changes_to_tell
from campaigns.events.check_event import BadEvent
from campaigns.events.description import to_edit, unless_as_before
from campaigns.events.pictures import PICTURE
from campaigns.events.schedule import (
    CHANGEABLE,
    LONGEST_SLUG,
    change_event,
    event_version,
    plan_event,
)
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.models import Campaign, Event
from campaigns.studio.composer.editor import EXTENSIONS
from campaigns.studio.decorators import seen_in
from campaigns.studio.media.library import LibraryImage
from campaigns.studio.media.picker import ImageField, chosen_images
from campaigns.studio.pages.event.local_texts import EventTextsField
from campaigns.studio.wall_clock import WallClockField
from newsletter.admin.help_texts import help_text_of
from newsletter.core.languages import language_name
from newsletter.media.image_files import EMAIL_WIDTH
from newsletter.rendering.blocks.image.block import DECORATION
from subscribers.need_to_know.hidden import Account, visible_topics

INPUT = {"class": "st-input"}


class EventForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """The fields of an event. The actions check them, and their errors are shown at the fields."""

    description = ProseEditorFormField(
        config={"extensions": EXTENSIONS}, required=False, help_text=""
    )
    local_start = WallClockField(label="Starts", help_text=help_text_of(Event, "local_start"))
    local_end = WallClockField(label="Ends")
    texts = EventTextsField(
        label="Other languages", required=False, help_text=help_text_of(Event, "texts")
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
        widget=forms.Select(INPUT),
        error_messages={"required": "Select the event’s time zone."},
        help_text=help_text_of(Event, "time_zone"),
    )
    picture = ImageField(
        label="Picture",
        shape=PICTURE,
        least=EMAIL_WIDTH,
        attrs={"id": "picture-image"},
        help_text=help_text_of(Event, "picture"),
    )
    picture_is_decorative = forms.ChoiceField(
        label="Is it only decoration?",
        choices=[("no", "No, it shows something"), (DECORATION, "Yes, decoration only")],
        required=False,
        widget=forms.Select({**INPUT, "id": "picture-decorative"}),
        help_text=help_text_of(Event, "picture_is_decorative"),
    )
    slug = forms.CharField(
        label="URL name (slug)",
        required=False,
        max_length=LONGEST_SLUG,
        widget=forms.TextInput(INPUT),
        help_text=help_text_of(Event, "slug"),
    )

    class Meta:
        model = Event
        fields = [
            "title", "slug", "kind", "summary", "description", "picture", "picture_alt",
            "picture_is_decorative", "texts", "local_start", "local_end",
            "time_zone", "attendance", "venue", "address", "join_url", "dial_in", "takes_answers",
            "local_answers_until", "capacity", "has_waiting_list", "interpretation",
            "contact_name", "contact_email", "calendar_mode", "calendar_title", "is_public",
            "topic",
        ]  # fmt: skip
        widgets = {
            "summary": forms.Textarea({"rows": 2}),
            "picture_alt": forms.TextInput({**INPUT, "id": "picture-alt"}),
            "address": forms.Textarea({"rows": 3}),
            "dial_in": forms.Textarea({"rows": 3}),
            "join_url": forms.TextInput({"inputmode": "url"}),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.seen = self.data.get("seen") or (
            event_version(self.instance) if self.instance.pk else ""
        )
        self.newer = ""
        self.drafts: list[Campaign] = []
        self.to_tell: list[EventChange] = []
        self.initial["description"] = to_edit(self.instance.description)
        picture = self.fields["picture"]
        if isinstance(picture, ImageField):
            picture.account = account
        self.initial["picture"] = self.instance.picture
        self.initial["picture_is_decorative"] = (
            DECORATION if self.instance.picture_is_decorative else "no"
        )
        if self.instance.pk:
            del self.fields["slug"]  # it is in links of emails that were sent
        self._offer()

    @property
    def picture_shown(self) -> LibraryImage | None:
        """The image that the field of the picture names."""
        return next(iter(chosen_images([self["picture"].value()], self.account).values()), None)

    def _offer(self) -> None:
        """Fill the menus, and leave out those in which nothing can be chosen."""
        texts, spoken = self.fields["texts"], self.fields["interpretation"]
        zone, topic = self.fields["time_zone"], self.fields["topic"]
        self.fields["calendar_mode"].required = False  # a form that leaves it out changes nothing
        if isinstance(texts, EventTextsField):
            texts.show_event(self.instance)
        if isinstance(spoken, forms.MultipleChoiceField):
            tags = dict.fromkeys([*settings.CONTENT_LANGUAGES, *self.instance.interpretation])
            spoken.choices = [(tag, language_name(tag)) for tag in tags]
        if isinstance(zone, forms.ChoiceField):
            # No zone is chosen beforehand, because one that was overlooked would invite people to
            # the wrong hour.
            zone.choices = [
                *([] if self.instance.pk else [("", "Select a time zone")]),
                *staff_zone_menu(self.instance.time_zone),
            ]
        if isinstance(topic, forms.ModelChoiceField):
            known = visible_topics(self.account).filter(is_restricted=True)
            topic.queryset, topic.empty_label = known, "None"
            own = self.instance.topic_id
            # Whoever may not know of the event's own topic can't take it away by a form without it.
            if (own and not known.filter(pk=own).exists()) or (not own and not known.exists()):
                del self.fields["topic"]

    def clean_picture_is_decorative(self) -> bool:
        """Return the choice as it is kept."""
        return bool(self.cleaned_data["picture_is_decorative"] == DECORATION)

    def clean(self) -> dict[str, Any]:
        """Try the action and roll it back, so that its error is shown at the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        self._keep_descriptions(cleaned)
        if "slug" in self.fields and not cleaned["slug"]:
            day = cleaned["local_start"].date()
            cleaned["slug"] = slugify(cleaned["title"])[:LONGEST_SLUG].strip("-") or f"event-{day}"
        cleaned["calendar_mode"] = cleaned["calendar_mode"] or self.instance.calendar_mode
        if self._turns_to_invitations(cleaned) and (why := why_no_invitations()):
            self.add_error("calendar_mode", why)
            return cleaned
        with transaction.atomic():
            self.kept()
            transaction.set_rollback(True)
        return cleaned

    def _keep_descriptions(self, cleaned: dict[str, Any]) -> None:
        """Leave plain descriptions as they are where nobody wrote in them."""
        before, texts = self.instance, cleaned["texts"]
        cleaned["description"] = unless_as_before(cleaned["description"], before=before.description)
        for language, typed in texts.items():
            kept = before.texts.get(language, {}).get("description", "")
            if described := unless_as_before(typed.get("description", ""), before=kept):
                typed["description"] = described

    def _turns_to_invitations(self, cleaned: dict[str, Any]) -> bool:
        """Return whether invitations are chosen that weren't chosen before."""
        before = self.instance.calendar_mode if self.instance.pk else CalendarMode.FILE
        invitation = CalendarMode.INVITATION
        return cleaned["calendar_mode"] == invitation and before != invitation

    def is_valid(self) -> bool:
        return super().is_valid() and not self.newer

    def _post_clean(self) -> None:
        """Skip Django's checks of the row, which needs times that the action derives."""

    def kept(self) -> Event | None:
        """Create or change the event with what was typed, and note which campaigns became drafts.

        Of a button that was pressed twice, both forms may be found valid, and the second can't be
        kept.

        Returns:
            None where it can't be kept; the form says why then.
        """
        try:
            return self._keep()
        except EditConflict as conflict:
            self.newer = conflict.newer
        except BadEvent as error:
            self.add_error(error.field if error.field in self.fields else None, error.problem)
        return None

    def _keep(self) -> Event:
        typed = self.cleaned_data
        if self.instance.pk is None:
            return plan_event(planned_by=self.account, **typed)
        event = Event.objects.get(pk=self.instance.pk)
        changes = {name: value for name, value in typed.items() if name in CHANGEABLE}
        was = Told.of(event)
        self.drafts = change_event(event, seen=seen_in(self.data), **changes)
        self.to_tell = changes_to_tell(event, was=was)
        if was.moved_at and event.moved_at is None and Told.of(event).place == was.place:
            self.to_tell = [each for each in self.to_tell if each is not EventChange.MOVED]
        return event
