"""The page of one event: its facts, what it lacks, and the sections of the table beside this."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.events.listing import event_after, event_before, is_on_public_pages
from campaigns.events.local_time import UTC_ZONES, event_time, event_time_utc
from campaigns.events.moved import moved_in_words
from campaigns.models import Campaign, Event, EventDocument
from campaigns.need_to_know import visible_campaigns, visible_events
from campaigns.sending.end_for_event import ending_with
from campaigns.studio.event_view import event_context, event_url, event_view
from campaigns.studio.pages.event.missing import Missing, missing_from
from campaigns.studio.pages.event.sections import sections_of
from campaigns.studio.times import PAGE_LANGUAGE, place_time
from newsletter.core.languages import language_name
from subscribers.need_to_know.hidden import Account, visible_topics


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Something that an event lacks, with a link to where it is added."""

    missing: Missing
    link: str


@event_view("GET")
def overview(request: HttpRequest, event: Event) -> HttpResponse:
    """Show an event at a glance."""
    known = visible_events(request.user)
    context = event_context(
        request,
        event,
        step="overview",
        time=event_time(event, event.time_zone, PAGE_LANGUAGE),
        utc="" if event.time_zone in UTC_ZONES else event_time_utc(event, PAGE_LANGUAGE),
        moved=moved_in_words(event, language=PAGE_LANGUAGE),
        documents=EventDocument.objects.filter(event=event).count(),
        answer_by=place_time(event.closes_at, event.time_zone),
        interpretation=[language_name(tag) for tag in event.interpretation],
        languages=[language_name(tag) for tag in (settings.CONTENT_LANGUAGES[0], *event.texts)],
        topic=visible_topics(request.user).filter(pk=event.topic_id or 0).first(),
        is_on_public_pages=is_on_public_pages(event),
        missing=[MissingLine(each, _link(event, each)) for each in missing_from(event)],
        ending=_ending(event, request.user),
        sections=sections_of(event, account=request.user),
        before=event_before(event, known),
        after=event_after(event, known),
    )
    return TemplateResponse(request, "studio/event/overview.html", context)


def _ending(event: Event, account: Account) -> list[Campaign]:
    """Return the campaigns that cancelling an event ends, as far as an account knows of them."""
    known = ending_with(event.pk).filter(pk__in=visible_campaigns(account).values("pk"))
    return list(known.order_by("pk"))


def _link(event: Event, missing: Missing) -> str:
    return event_url(missing.page, event) + (f"#{missing.field}" if missing.field else "")
