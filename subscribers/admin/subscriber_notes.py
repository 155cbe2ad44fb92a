"""Notes of staff on the page of a person, and the date of a death."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from newsletter.core.numbers import whole_number
from subscribers.admin.application_forms import StaffTextField
from subscribers.admin.person_pages import PersonPages
from subscribers.models import Subscriber, SubscriberNote
from subscribers.people.death import ImpossibleDate, is_deceased, record_death, take_back_death
from subscribers.people.notes import NotYourNote, add_person_note, delete_person_note

ADMINISTERS = "auth.change_user"
"""Whoever manages accounts may delete colleagues' notes on people, if they see people, too."""
NOTES_SHOWN = 50


class PersonNoteForm(forms.Form):
    """A note on a person."""

    note = StaffTextField(
        rows=3,
        label="Add a note",
        error_messages={"required": "Enter a note."},
        help_text=(
            "Colleagues who see this person read it, also those who may not know of a need-to-know "
            "topic. So does the person, who may ask for all that we keep about them."
        ),
    )


class DeathForm(forms.Form):
    """The day of a death, where it is known."""

    day = forms.DateField(
        required=False,
        label="Date of death",
        error_messages={"invalid": "Enter a date."},
        widget=forms.DateInput({"type": "date", "class": "st-input", "min": "1900-01-01"}),
    )


class SubscriberNotes(PersonPages):
    """The part of the page of a person that is about notes and a death."""

    def notes_for(self, request: HttpRequest, subscriber_id: int, digest: str) -> dict[str, Any]:
        """Return what the page of a person shows of notes."""
        notes = list(
            SubscriberNote.objects.filter(subscriber=subscriber_id).order_by("-pk")[
                : NOTES_SHOWN + 1
            ]
        )
        return {
            "notes": notes[:NOTES_SHOWN],
            "has_more_notes": len(notes) > NOTES_SHOWN,
            "note_form": PersonNoteForm(),
            "death_form": DeathForm(),
            "is_deceased": bool(digest) and is_deceased(digest),
            "may_delete_notes": request.user.has_perm(ADMINISTERS),
        }

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        views = {
            "note": self.note_view,
            "delete-note": self.delete_note_view,
            "death": self.death_view,
        }
        return [
            *(
                path(
                    f"<int:subscriber_id>/{name}/",
                    self.only_posted(view),
                    name=f"subscribers_subscriber_{name.replace('-', '_')}",
                )
                for name, view in views.items()
            ),
            *urls,
        ]

    def note_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Add a note."""
        subscriber = self.asked_for(request, subscriber_id)
        form = PersonNoteForm(request.POST)
        if not form.is_valid():
            return self._note_again(request, subscriber, form)
        if add_person_note(subscriber.pk, text=form.cleaned_data["note"], by=_account(request)):
            messages.success(request, "Note added.")
        return self.back(subscriber)

    def _note_again(
        self, request: HttpRequest, subscriber: Subscriber, form: PersonNoteForm
    ) -> HttpResponse:
        """Show a note that can't be kept, on a page of its own: what was typed isn't lost.

        The person's page has forms that are posted to its address.
        """
        context = {
            **self.admin_site.each_context(request),
            "title": "Add a note",
            "opts": self.opts,
            "subscriber": subscriber,
            "form": form,
        }
        return TemplateResponse(request, "studio/person_note.html", context, status=422)

    def delete_note_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Delete a note, by its author or an administrator."""
        subscriber = self.asked_for(request, subscriber_id)
        number = whole_number(request.POST.get("note", "")) or 0
        may_all = request.user.has_perm(ADMINISTERS)
        try:
            deleted = delete_person_note(
                subscriber.pk, number, by=_account(request), is_admin=may_all
            )
        except NotYourNote:
            messages.error(
                request,
                "Nothing was changed: only its author, or an administrator, deletes a note.",
            )
            return self.back(subscriber)
        if deleted:
            messages.success(request, "Note deleted.")
        else:
            messages.info(request, "Nothing was changed: this note was deleted already.")
        return self.back(subscriber)

    def death_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Record that the person has died, or take that back."""
        subscriber = self.asked_for(request, subscriber_id)
        staff = request.user.get_username()
        if "take_back" in request.POST:
            if take_back_death(subscriber.pk, by=staff):
                messages.success(request, "Taken back. This person isn’t recorded as dead.")
            else:
                messages.info(request, "Nothing was changed: no death was recorded.")
            return self.back(subscriber)
        form = DeathForm(request.POST)
        if "record" not in request.POST:  # an empty form is no news of a death
            return self.back(subscriber)
        if not form.is_valid():
            messages.error(request, f"Nothing was saved. {' '.join(map(str, form.errors['day']))}")
            return self.back(subscriber)
        self._record_death(request, subscriber, form.cleaned_data["day"])
        return self.back(subscriber)

    def _record_death(
        self, request: HttpRequest, subscriber: Subscriber, died_on: date | None
    ) -> None:
        try:
            changed = record_death(subscriber.pk, died_on=died_on, by=request.user.get_username())
        except ImpossibleDate as error:
            messages.error(request, f"Nothing was saved. {error}")
            return
        if changed:
            messages.success(request, "Recorded. No email is sent to this person any more.")
        else:
            messages.info(request, "Nothing was changed: this was recorded already.")


def _account(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
