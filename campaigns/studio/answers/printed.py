"""Pages to print for an event: name badges, and the list in which those who come sign."""

from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.audience.rules import COMES
from campaigns.event_states import Attendance
from campaigns.models import Event, Rsvp
from campaigns.need_to_know import visible_answers
from campaigns.studio.answers.answers_page import ENTER
from campaigns.studio.answers.rows import AnswerRow, answer_rows
from campaigns.studio.event_view import event_url, event_view
from campaigns.studio.times import place_time
from newsletter.admin.discreet import may_unmask
from newsletter.brand.current import current_brand
from newsletter.core.numbers import whole_number
from subscribers.countries import refresh_bodies

SHEETS = 500
_MOST_PARTS = 100_000
"""People of one page. Of a larger event there are several to print."""
BADGES_A_SHEET = 10


@event_view("GET", to_read=ENTER)
def badges(request: HttpRequest, event: Event) -> HttpResponse:
    """Show name badges to print: name, institution, country or body; no address."""
    shown = _printed(request, event)
    named = [row for row in shown["rows"] if row.name]
    sheets = [
        named[start : start + BADGES_A_SHEET] for start in range(0, len(named), BADGES_A_SHEET)
    ]
    context = {**shown, "title": "Name badges", "sheets": sheets}
    context["nameless"] = len(shown["rows"]) - len(named)
    return TemplateResponse(request, "studio/answers/badges.html", context)


@event_view("GET", to_read=ENTER)
def attendance_list(request: HttpRequest, event: Event) -> HttpResponse:
    """Show the list of those who come, with a column for their signature."""
    context = {**_printed(request, event), "title": "Attendance list"}
    return TemplateResponse(request, "studio/answers/attendance.html", context)


def _printed(request: HttpRequest, event: Event) -> dict[str, Any]:
    """Return who is on a printed page.

    What is printed lies on tables and goes from hand to hand. So people in discreet mode are left
    out, unless somebody who may know of them asks for them.
    """
    refresh_bodies()
    part = min(max(whole_number(request.GET.get("part", "")) or 1, 1), _MOST_PARTS)
    ids = list(_expected(request, event)[(part - 1) * SHEETS : part * SHEETS + 1])
    people = Rsvp.objects.select_related("subscriber").in_bulk(ids[:SHEETS])
    rows = answer_rows([people[pk] for pk in ids if pk in people], request)
    includes = bool(request.GET.get("discreet")) and may_unmask(request)
    kept: list[AnswerRow] = [row for row in rows if includes or not row.is_discreet]
    return {
        "event": event,
        "brand": current_brand(),
        "when": place_time(event.starts_at, event.time_zone),
        "rows": kept,
        "left_out": len(rows) - len(kept) if may_unmask(request) else 0,
        "includes_discreet": includes,
        "part": part,
        "first": (part - 1) * SHEETS,
        "next_part": part + 1 if len(ids) > SHEETS else None,
        "back": event_url("answers", event),
    }


def _expected(request: HttpRequest, event: Event) -> QuerySet[Rsvp, int]:
    """Select the ids of the answers of those who come, by name.

    Whoever takes part online needs neither badge nor pen.
    """
    rows = visible_answers(event, request.user).filter(COMES)
    if event.attendance == Attendance.HYBRID:
        rows = rows.filter(attends=Attendance.IN_PERSON)
    name = Coalesce(
        NullIf("subscriber__full_name", Value("")), "full_name", output_field=CharField()
    )
    # All who come are sorted for each page, so by nothing but their names.
    return rows.order_by(Lower(name), "pk").values_list("pk", flat=True)
