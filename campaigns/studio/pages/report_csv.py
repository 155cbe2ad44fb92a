"""The numbers of a report as CSV: those that its page shows, and no more."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.models import Campaign
from campaigns.reports.earlier import compared_campaigns
from campaigns.reports.links import opened_links
from campaigns.reports.totals import (
    count_answers,
    count_responses,
    skipped_by_reason,
    totals,
)
from campaigns.states import UNDER_WAY, DeliveryStatus, SkipReason
from campaigns.studio.audience.reasons import not_included_for
from campaigns.studio.decorators import VIEW, campaign_view, studio_url
from campaigns.studio.masking import may_see_subscribers
from campaigns.studio.pages.not_arrived import not_arrived_context
from campaigns.studio.pages.report_groups import group_tables
from campaigns.studio.pages.report_time import time_chart
from newsletter.core.spreadsheets import harmless_cell

COLUMNS = ("Table", "Group", "What", "Number")
HIDDEN = "hidden"
"""In place of a number, for the sake of a small group."""
NOT_YET = "not yet"

type _Row = tuple[str, str, str, object]


@campaign_view("GET", permission=VIEW)
def report_csv(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Give the report's numbers as a file: one row for each number."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in _rows(request, campaign):
        cells = (HIDDEN if cell is None else str(cell) for cell in row)
        writer.writerow(harmless_cell(cell) for cell in cells)
    # With the mark by which Excel knows UTF-8.
    answer = HttpResponse(f"\ufeff{text.getvalue()}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{campaign.pk}.csv"'
    return answer


def _rows(request: HttpRequest, campaign: Campaign) -> Iterator[_Row]:
    yield from _of_time(campaign)
    sums = totals(campaign)
    yield "Delivery", "", "Recipients", sums.candidates
    for status, number in sums.by_status.items():
        yield "Delivery", "", DeliveryStatus(status).label, number
    may_see = may_see_subscribers(request)
    for count, why in not_included_for(campaign.left_out, may_see_people=may_see):
        yield "Not included", "", why, count
    words = dict(SkipReason.choices)
    for reason, number in sorted(skipped_by_reason(campaign).items()):
        yield "Skipped while sending", "", words.get(reason, reason), number
    yield from _of_answers(campaign)
    responses = count_responses(campaign)
    yield "Responses", "", "Unsubscribed using this email", responses["left"]
    yield "Responses", "", "Reported as spam", responses["complained"]
    yield from _of_groups(request, campaign)
    for bar in time_chart(request, campaign).bars:
        start = bar.start.isoformat(timespec="minutes")
        yield "Over time (UTC)", start, "Accepted", bar.taken
        yield "Over time (UTC)", start, "Failed or bounced", bar.not_taken
    context = not_arrived_context(request, campaign)
    for bounce in context["bounces"]:
        yield "Bounces", "", bounce.meaning, bounce.number
    for line in context["reasons"]:
        yield "Why emails didn’t arrive", line.refusal.code, line.refusal.words, line.number
    for link in opened_links(campaign):
        yield "Links (at least)", link.url, "Opened", link.opened
        yield "Links (at least)", link.url, "Opened by programs", link.by_programs
    for each in compared_campaigns(campaign):
        for what in ("recipients", "arrived", "not_arrived", "complained", "unsubscribed"):
            label = what.replace("_", " ").capitalize()
            yield "Compared", each.campaign.name, label, getattr(each, what)


def _of_time(campaign: Campaign) -> Iterator[_Row]:
    finished_at = None if campaign.status in UNDER_WAY else campaign.finished_at
    for what, at in (("Started", campaign.launched_at), ("Finished", finished_at)):
        yield "Time (UTC)", "", what, at.isoformat(timespec="seconds") if at else NOT_YET


def _of_answers(campaign: Campaign) -> Iterator[_Row]:
    """Yield what became of a request to agree again."""
    if not campaign.asks_for_consent:
        return
    answers = count_answers(campaign)
    yield "Answers", "", "Agreed to the wording", answers.agreed
    yield "Answers", "", "Unsubscribed", answers.left
    yield "Answers", "", "Didn’t answer, and stay subscribed", answers.silent


def _of_groups(request: HttpRequest, campaign: Campaign) -> Iterator[_Row]:
    groups = group_tables(request, campaign, most=None)
    for table in groups.tables if groups else ():
        for line in table.lines:
            label = f"By {table.kind.label[0].lower()}{table.kind.label[1:]}"
            yield label, line.label, "Recipients", line.total
            yield label, line.label, "Arrived", line.arrived
            yield label, line.label, "Failed or bounced", line.not_arrived
            yield label, line.label, "Waiting, uncertain or skipped", line.rest
            if may_see_subscribers(request):
                yield label, line.label, "Reported as spam", line.complained
                yield label, line.label, "Unsubscribed", line.unsubscribed
