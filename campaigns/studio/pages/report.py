"""The report of a sent campaign: totals, open questions and recipients."""

from dataclasses import dataclass, field
from functools import partial

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.audience.resolve import rule_of
from campaigns.audience.sentence import audience_phrase
from campaigns.audit_actions import CampaignAuditAction
from campaigns.last_change import done_last
from campaigns.models import Campaign, Delivery
from campaigns.models.retraction import retraction_of
from campaigns.reports.earlier import compared_campaigns
from campaigns.reports.links import FEWEST_READERS, opened_links
from campaigns.reports.totals import count_answers, count_responses, skipped_by_reason, totals
from campaigns.review.approval import last_approval
from campaigns.sending.resolve import RESOLUTIONS, NotResolvable, resolve_uncertain
from campaigns.sending.retry_failed import last_retry
from campaigns.states import DeliveryStatus, SkipReason
from campaigns.studio.audience.reasons import not_included_for
from campaigns.studio.decorators import (
    LAUNCH,
    VIEW,
    actor_name,
    campaign_view,
    page_context,
    studio_url,
)
from campaigns.studio.masking import delivery_rows, may_see_subscribers
from campaigns.studio.pages.not_arrived import not_arrived_context
from campaigns.studio.pages.progress import status_lines
from campaigns.studio.pages.report_groups import group_tables
from campaigns.studio.pages.report_time import time_chart
from newsletter.admin.discreet import may_unmask, without_discreet
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.numbers import whole_number
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.models import Subscriber

PER_PAGE = 50
OPEN_QUESTIONS_AT_MOST = 100


@dataclass(slots=True)
class Decision:
    """A person's decision about uncertain emails, as chosen in the form."""

    deliveries: set[int] = field(default_factory=set)
    is_about_all: bool = False
    to: DeliveryStatus | None = None
    errors: dict[str, str] = field(default_factory=dict)
    """By part of the form: which, to."""


@campaign_view("GET", permission=VIEW)
def report(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what became of a campaign's deliveries."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    return _page(request, campaign, Decision())


def _page(
    request: HttpRequest, campaign: Campaign, decision: Decision, *, status: int = 200
) -> HttpResponse:
    sums, audience = totals(campaign), rule_of(campaign)
    rows_of = partial(
        delivery_rows, unmasked=may_see_subscribers(request), discreet=may_unmask(request)
    )
    rows = _in_order(campaign)
    context = page_context(
        request,
        campaign,
        step="report",
        totals=sums,
        lines=status_lines(sums),
        not_included=not_included_for(
            campaign.left_out, may_see_people=may_see_subscribers(request)
        ),
        audience_phrase=audience_phrase(audience, topic_id=campaign.topic_id, words=audience.words),
        skipped=_skipped(campaign),
        responses=count_responses(campaign),
        answers=count_answers(campaign) if campaign.asks_for_consent else None,
        uncertain=rows_of(rows.filter(status=DeliveryStatus.UNCERTAIN)[:OPEN_QUESTIONS_AT_MOST]),
        failed=rows_of(
            rows.filter(status__in=[DeliveryStatus.FAILED, DeliveryStatus.BOUNCED])[
                :OPEN_QUESTIONS_AT_MOST
            ]
        ),
        retraction=retraction_of(campaign),
        retried=last_retry(campaign),
        shown_at_most=OPEN_QUESTIONS_AT_MOST,
        approval=last_approval(campaign),
        decision=decision,
        chart=time_chart(request, campaign),
        compared=compared_campaigns(campaign),
        groups=group_tables(request, campaign),
        links=opened_links(campaign) if campaign.counts_links else None,
        fewest_readers=FEWEST_READERS,
        **not_arrived_context(request, campaign),
    )
    return TemplateResponse(request, "studio/report.html", context, status=status)


def _skipped(campaign: Campaign) -> list[tuple[int, str]]:
    words = dict(SkipReason.choices)
    return sorted(
        (
            (number, words.get(reason, reason))
            for reason, number in skipped_by_reason(campaign).items()
        ),
        reverse=True,
    )


@campaign_view("GET", permission=VIEW)
def recipients(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List deliveries of one status or one address, page by page from the last one seen.

    The pages are found by the last row's id (keyset pagination), so each takes the same time.
    """
    unmasked = may_see_subscribers(request)
    status = request.GET.get("status", "")
    # A result would tell whether the address is among the recipients.
    address = request.GET.get("address", "").strip()[:400] if unmasked else ""
    rows = _in_order(campaign)
    if status in DeliveryStatus.values:
        rows = rows.filter(status=status)
    if address:
        rows = without_discreet(_of_address(rows, address), request, digest="subscriber__digest")
    page = list(rows.filter(pk__gt=whole_number(request.GET.get("after", "")) or 0)[: PER_PAGE + 1])
    context = page_context(
        request,
        campaign,
        step="recipients",
        rows=delivery_rows(page[:PER_PAGE], unmasked=unmasked, discreet=may_unmask(request)),
        after=page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
        is_first="after" not in request.GET,
        status=status,
        address=address,
        statuses=DeliveryStatus.choices,
    )
    return TemplateResponse(request, "studio/recipients.html", context)


def _in_order(campaign: Campaign) -> QuerySet[Delivery]:
    """Select the deliveries of a campaign with their people, in the order of ids.

    Its id is asked for as a range: where it is one value, PostgreSQL takes the order by campaign
    and id for one by id alone, and walks through those of all campaigns before.
    """
    rows = Delivery.objects.filter(campaign__gte=campaign.pk, campaign__lte=campaign.pk)
    return rows.select_related("subscriber").order_by("campaign_id", "pk")


def _of_address(rows: QuerySet[Delivery], address: str) -> QuerySet[Delivery]:
    """Return the rows of the person with an address, and those that went to it before a merge."""
    try:
        digest = address_digest(parse_address(address))
    except BadAddress:
        return rows.none()
    person = Subscriber.objects.filter(digest=digest).first()
    if person is None:
        return rows.none()
    theirs = Q(subscriber=person)
    if person.merged_into_id:
        theirs |= Q(subscriber=person.merged_into_id, sent_to=digest)
    return rows.filter(theirs)


@campaign_view("POST", permission=LAUNCH, page="report")
def resolve_deliveries(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Resolve uncertain deliveries, the chosen ones or all. Mail leaves by planning them alone."""
    if not campaign.launched_at:
        return redirect(studio_url("progress", campaign))
    decision = _read_decision(request.POST)
    if decision.to is None or decision.errors:
        return _undecided(request, campaign, decision)
    if decision.to is DeliveryStatus.PLANNED and not signed_in_recently(request, button=True):
        return sign_in_again(request)
    try:
        number = resolve_uncertain(
            campaign.pk,
            to=decision.to,
            by=actor_name(request),
            delivery_ids=None if decision.is_about_all else decision.deliveries,
        )
    except NotResolvable as error:
        decision.errors["to"] = str(error)
        return _undecided(request, campaign, decision)
    if not number:
        happened = done_last(campaign, [CampaignAuditAction.RESOLVED])
        said = (
            f"Nothing was changed: these emails have been resolved in the meantime, by somebody or "
            f"by what their provider reported. {happened}"
        )
        messages.info(request, said.rstrip())
        return redirect(studio_url("report", campaign))
    emails = "1 email" if number == 1 else f"{number:,} emails"
    messages.success(
        request,
        f"{emails} will be sent again."
        if decision.to is DeliveryStatus.PLANNED
        else f"{emails} marked as {decision.to.label.lower()}.",
    )
    return redirect(studio_url("report", campaign))


def _read_decision(typed: QueryDict) -> Decision:
    decision = Decision(
        {number for each in typed.getlist("delivery") if (number := whole_number(each))},
        is_about_all=typed.get("which") == "all",
        to={status.value: status for status in RESOLUTIONS}.get(typed.get("to", "")),
    )
    if not (decision.deliveries or decision.is_about_all):
        decision.errors["which"] = "Select emails above, or choose all of them."
    if decision.to is None:
        decision.errors["to"] = "Choose what happened to them."
    return decision


def _undecided(request: HttpRequest, campaign: Campaign, decision: Decision) -> HttpResponse:
    messages.error(request, "Nothing was changed. Check the choices marked below.")
    return _page(request, campaign, decision, status=422)
