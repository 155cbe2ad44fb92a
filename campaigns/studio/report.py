"""The report: the ledger's sums, what is open in it, and its rows."""

from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import count_responses, skipped_by_reason, totals
from campaigns.sending.resolve import RESOLUTIONS, NotResolvable, resolve_uncertain
from campaigns.states import DeliveryStatus, SkipReason
from campaigns.studio.decorators import COMPOSE, LAUNCH, VIEW, door, frame, name_of, studio_url
from campaigns.studio.people import may_see_people, recipients_shown
from campaigns.studio.progress import lines
from campaigns.studio.readers import left_out_in_words
from newsletter.core.addresses import BadAddress, address_digest, parse_address

PER_PAGE = 50
OPEN_QUESTIONS_AT_MOST = 100


@door("GET", permission=(VIEW, COMPOSE, LAUNCH))
def report(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What came of it."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    sums = totals(campaign)
    shown = partial(recipients_shown, openly=may_see_people(request))
    rows = Delivery.objects.filter(campaign=campaign).select_related("subscriber").order_by("pk")
    context = frame(
        request,
        campaign,
        step="report",
        totals=sums,
        lines=lines(sums),
        left_out=left_out_in_words(campaign.left_out),
        skipped=_skipped(campaign),
        readers_did=count_responses(campaign),
        uncertain=shown(rows.filter(status=DeliveryStatus.UNCERTAIN)[:OPEN_QUESTIONS_AT_MOST]),
        failed=shown(
            rows.filter(status__in=[DeliveryStatus.FAILED, DeliveryStatus.BOUNCED])[
                :OPEN_QUESTIONS_AT_MOST
            ]
        ),
        shown_at_most=OPEN_QUESTIONS_AT_MOST,
    )
    return TemplateResponse(request, "studio/report.html", context)


def _skipped(campaign: Campaign) -> list[tuple[int, str]]:
    words = dict(SkipReason.choices)
    return sorted(
        (
            (number, words.get(reason, reason))
            for reason, number in skipped_by_reason(campaign).items()
        ),
        reverse=True,
    )


@door("GET", permission=(VIEW, COMPOSE, LAUNCH))
def recipients(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The rows, page by page from the last one seen (keyset pagination), of one state or of one address."""
    openly = may_see_people(request)
    status = request.GET.get("status", "")
    # An answer would tell whether the address is among the recipients.
    address = request.GET.get("address", "").strip()[:400] if openly else ""
    rows = Delivery.objects.filter(campaign=campaign).select_related("subscriber").order_by("pk")
    if status in DeliveryStatus.values:
        rows = rows.filter(status=status)
    if address:
        rows = _of_address(rows, address)
    page = list(rows.filter(pk__gt=_number(request.GET.get("after", "")))[: PER_PAGE + 1])
    context = frame(
        request,
        campaign,
        step="recipients",
        rows=recipients_shown(page[:PER_PAGE], openly=openly),
        after=page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        begun="after" in request.GET,
        status=status,
        address=address,
        statuses=DeliveryStatus.choices,
    )
    return TemplateResponse(request, "studio/recipients.html", context)


def _of_address(rows: QuerySet[Delivery], address: str) -> QuerySet[Delivery]:
    try:
        return rows.filter(subscriber__digest=address_digest(parse_address(address)))
    except BadAddress:
        return rows.none()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@door("POST", permission=LAUNCH)
def resolve(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Decide about uncertain deliveries: the chosen ones, or all."""
    chosen = [_number(each) for each in request.POST.getlist("delivery")]
    everything = request.POST.get("which") == "all"
    to = {status.value: status for status in RESOLUTIONS}.get(request.POST.get("to", ""))
    if to is None or not (chosen or everything):
        messages.error(
            request, "Nothing was decided: choose recipients, and what became of their copies."
        )
        return redirect(studio_url("report", campaign))
    try:
        number = resolve_uncertain(
            campaign.pk, to=to, by=name_of(request), delivery_ids=None if everything else chosen
        )
    except NotResolvable as error:
        messages.error(request, str(error))
    else:
        if not number:
            messages.info(request, "Nothing changed: these emails were settled in the meantime.")
            return redirect(studio_url("report", campaign))
        what = (
            "will be sent again"
            if to is DeliveryStatus.PLANNED
            else f"counted as {to.label.lower()}"
        )
        messages.success(request, f"{number:,} {what}.")
    return redirect(studio_url("report", campaign))
