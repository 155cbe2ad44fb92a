"""Growth, health and answers over 24 months: a page that reads what a worker has counted."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.reports.months.calendar import SHOWN
from campaigns.studio.decorators import VIEW
from campaigns.studio.pages.month_charts import (
    answer_chart,
    growth_chart,
    rate_charts,
    subscribed_chart,
)
from campaigns.studio.pages.month_lines import (
    MonthLine,
    MonthLines,
    month_lines,
    rate,
    topics_to_choose,
)
from newsletter.admin.visibility import note_view
from newsletter.core.numbers import whole_number
from newsletter.core.spreadsheets import harmless_cell
from subscribers.models import Topic

HIDDEN = "hidden"
ALL_TOPICS = "All topics"
_COLUMNS = {
    "Subscribed at the end": "subscribed",
    "Subscribed in the month": "joined",
    "Left": "left",
    "Campaigns": "campaigns",
    "Emails": "emails",
    "Bounced": "bounced",
    "Reported as spam": "complained",
    "Unsubscribed by these emails": "unsubscribed",
    "Events": "events",
    "Invited": "invited",
    "Said yes": "said_yes",
    "Said no": "said_no",
    "Other answers": "said_else",
    "Came": "came",
}


@require_safe
def over_time(request: HttpRequest) -> HttpResponse:
    """Show growth, health and answers month by month, of one topic or of all."""
    topics, chosen = _topics(request)
    found = month_lines(request.user, [chosen] if chosen else topics)
    context = {
        **admin.site.each_context(request),
        "title": "Over time",
        "topics": topics,
        "chosen": chosen,
        "months": found,
        "newest_first": list(reversed(found.lines)),
        "subscribed_chart": subscribed_chart(found.lines),
        "growth_chart": growth_chart(found.lines),
        "rates": rate_charts(found.lines, chosen),
        "answer_chart": answer_chart(found.lines),
        "year": _year(found),
        "most_months": SHOWN,
        "guard_least": settings.GUARD_LEAST,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "studio/over_time.html", context)


@require_safe
def over_time_csv(request: HttpRequest) -> HttpResponse:
    """Give the months that the page shows as a file, one row for each, and no more."""
    topics, chosen = _topics(request)
    found = month_lines(request.user, [chosen] if chosen else topics)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["Topic", "Month", *_COLUMNS])
    for row in _rows(chosen.name if chosen else ALL_TOPICS, found.lines):
        writer.writerow([harmless_cell(cell) for cell in row])
    # With the mark by which Excel knows UTF-8.
    answer = HttpResponse(f"\ufeff{text.getvalue()}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="over-time.csv"'
    return answer


def _topics(request: HttpRequest) -> tuple[list[Topic], Topic | None]:
    """Return the topics to choose from, and the chosen one; None: all together.

    Whoever looks at all looks at each need-to-know topic that they are granted, too.
    """
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    topics = topics_to_choose(request.user)
    asked = request.GET.get("topic", "")
    if not asked:
        for topic in topics:
            note_view(topic, request.user)
        return topics, None
    chosen = next((topic for topic in topics if topic.pk == whole_number(asked)), None)
    if chosen is None:
        raise Http404
    note_view(chosen, request.user)
    return topics, chosen


def _rows(name: str, lines: Sequence[MonthLine]) -> Iterator[list[str]]:
    for line in lines:
        numbers = [getattr(line, column) for column in _COLUMNS.values()]
        yield [
            name,
            f"{line.month:%Y-%m}",
            *(HIDDEN if number is None else str(number) for number in numbers),
        ]


def _year(found: MonthLines) -> dict[str, object]:
    """Return sums of the last twelve months, without those that would tell a hidden number."""
    lines = found.of_year
    sums: dict[str, object] = {}
    if not found.is_rounded:
        sums["joined"] = sum(line.joined or 0 for line in lines)
        sums["left"] = sum(line.left or 0 for line in lines)
    if not found.hides_answers:
        answered = sum(line.answered or 0 for line in lines)
        sums["answered"] = answered
        sums["answer_rate"] = rate(answered, sum(line.invited for line in lines))
    return sums
