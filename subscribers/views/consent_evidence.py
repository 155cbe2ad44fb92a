"""The staff page that exports evidence of consent, for whoever supervises us."""

from datetime import datetime
from itertools import islice
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from newsletter.admin.discreet import may_unmask
from newsletter.core.addresses import BadAddress, parse_address
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.views.frame import render_page, staff_page
from subscribers.evidence.export import Evidence, as_json, evidence_of_person, evidence_of_topic
from subscribers.models import Topic
from subscribers.need_to_know.hidden import visible_consent_records, visible_topics
from subscribers.states import ConsentAction

EXPORT = "subscribers.view_consentrecord"
PRINTED_AT_MOST = 2_000
"""Records of a page to print. More than that nobody reads, and a browser can't show."""
OF_DISCREET_MODE = (ConsentAction.DISCREET, ConsentAction.NOT_DISCREET)
"""Records that tell who is or was in discreet mode, and are neither exported nor counted for those
who may not see that.
"""
UNKNOWN = "We have no record of consent under this address. Check how it is spelt."
FORMATS = [("page", "A page to print"), ("json", "JSON, for programs")]


class OnePersonForm(forms.Form):
    """One person, by address."""

    address = forms.CharField(
        label="Email address",
        max_length=320,
        error_messages={"required": "Enter an email address."},
        help_text="Also of somebody who was erased: their records are found by a code computed "
        "from the address.",
        widget=forms.TextInput({"class": "st-input", "autocomplete": "off"}),
    )
    person_format = forms.ChoiceField(
        label="Format", choices=FORMATS, widget=forms.Select({"class": "st-input"})
    )

    def clean_address(self) -> str:
        """Return the normalised address."""
        try:
            return parse_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error


class TopicPeriodForm(forms.Form):
    """A topic between two days."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label="Topic",
        error_messages={"required": "Choose a topic.", "invalid_choice": "Choose a topic."},
        widget=forms.Select({"class": "st-input"}),
    )
    since = forms.DateField(
        label="First day (UTC)",
        error_messages={"required": "Enter the first day.", "invalid": "Enter a date."},
        widget=forms.DateInput({"class": "st-input", "type": "date"}),
    )
    until = forms.DateField(
        label="Last day (UTC)",
        error_messages={"required": "Enter the last day.", "invalid": "Enter a date."},
        widget=forms.DateInput({"class": "st-input", "type": "date"}),
    )
    topic_format = forms.ChoiceField(
        label="Format", choices=FORMATS, widget=forms.Select({"class": "st-input"})
    )

    def __init__(self, *given: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*given, **options)
        known = visible_topics(request.user).order_by("position", "name")
        topics: Any = self.fields["topic"]
        topics.queryset = known

    def clean(self) -> dict[str, Any]:
        """Check that the days are in order."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in_required
def _page(request: HttpRequest) -> HttpResponseBase:
    about = request.POST.get("about", "")
    person = OnePersonForm(request.POST if about == "person" else None)
    topic = TopicPeriodForm(request.POST if about == "topic" else None, request=request)
    known = visible_consent_records(request.user)
    if not may_unmask(request):
        known = known.exclude(action__in=OF_DISCREET_MODE)
    if person.is_valid():
        said = person.cleaned_data
        evidence = evidence_of_person(said["address"], among=known)
        if evidence.header["count"] or said["person_format"] == "json":
            return _answer(request, evidence, said["person_format"])
        person.add_error("address", UNKNOWN)
    if topic.is_valid():
        said = topic.cleaned_data
        evidence = evidence_of_topic(
            said["topic"], since=said["since"], until=said["until"], among=known
        )
        return _answer(request, evidence, said["topic_format"])
    return render_page(
        request,
        "subscribers/consent_evidence.html",
        "Evidence of consent",
        status=422 if person.errors or topic.errors else 200,
        person=person,
        topic=topic,
    )


def _answer(request: HttpRequest, evidence: Evidence, wanted: str) -> HttpResponseBase:
    if wanted == "json":
        file = StreamingHttpResponse(
            as_json(evidence), content_type="application/json; charset=utf-8"
        )
        file["Content-Disposition"] = 'attachment; filename="consent-evidence.json"'
        return file
    return _printed(request, evidence)


def _printed(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    entries = [_with_times(entry) for entry in islice(evidence.entries(), PRINTED_AT_MOST)]
    context = {
        **evidence.header,
        "entries": entries,
        "left_out": max(evidence.header["count"] - PRINTED_AT_MOST, 0),
    }
    return render(request, "subscribers/evidence.html", context)


def _with_times(entry: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: datetime.fromisoformat(entry[name])
        for name in ("given_at", "recorded_at", "sealed_at")
        if entry[name]
    }
    return {**entry, **times}


consent_evidence_page = staff_page(_page, permission=EXPORT)
