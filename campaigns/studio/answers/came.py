"""Buttons that mark who came."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from campaigns.models import Event
from campaigns.need_to_know import visible_answers
from campaigns.rsvp.attendance import NothingToMark, mark_came
from campaigns.studio.answers.answers_page import ENTER, SEE
from campaigns.studio.answers.filters import PER_PAGE
from campaigns.studio.answers.listing import MARKED
from campaigns.studio.event_view import event_url, event_view
from newsletter.core.numbers import whole_number

MARKS = {"came": True, "absent": False, "undo": None}


@event_view("POST", permission=ENTER, to_read=SEE, page="answers")
def came(request: HttpRequest, event: Event) -> HttpResponse:
    """Mark one person, or all of a page who are expected and not marked yet, or take that back."""
    asked, _, number = request.POST.get("mark", "").partition("-")
    of_page = number == "page"
    ids = _numbers(request.POST.getlist("answer") if of_page else [number])
    back = f"{event_url('answers', event)}?{_list_query(request.POST)}"
    if asked not in MARKS or not ids:
        messages.info(request, "Nothing was changed: nobody was chosen.")
        return redirect(back)
    known = visible_answers(event, request.user).filter(pk__in=ids).values_list("pk", flat=True)
    try:
        marked = mark_came(event, list(known), came=MARKS[asked])
    except NothingToMark:
        messages.error(request, "Nothing was changed: mark who came once the event has begun.")
        return redirect(back)
    people = "1 person" if len(marked) == 1 else f"{len(marked)} people"
    if not marked:
        messages.info(request, "Nothing was changed: this was marked already.")
    elif asked == "undo":
        messages.success(request, f"Mark taken back for {people}.")
    else:
        words = "who came" if asked == "came" else "who didn’t come"
        messages.success(request, f"Marked {people} {words}.")
        if of_page:
            back = f"{back}&{MARKED}={'-'.join(map(str, marked))}"
    return redirect(back)


def _numbers(typed: list[str]) -> list[int]:
    """Return the ids of the answers, no more than a page has."""
    found = (whole_number(each) for each in typed[:PER_PAGE])
    return [number for number in found if number]


def _list_query(typed: QueryDict) -> str:
    """Return the query of the list on which the button stood, without what it said of before."""
    shown = QueryDict(typed.get("list", ""), mutable=True)
    shown.pop(MARKED, None)
    return shown.urlencode()
