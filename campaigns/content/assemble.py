"""Assemble an email that can be rendered from what staff wrote."""

from django.conf import settings
from django.utils.translation import get_language, gettext

from campaigns.audience.resolve import rule_of
from campaigns.content.consent_blocks import consent_blocks
from campaigns.content.footer_reason import recipients_reason
from campaigns.content.merge_values import RecipientValues, is_for_archive
from campaigns.events.calendar import links_file
from campaigns.events.listing import is_on_public_pages
from campaigns.events.local_time import moment_written
from campaigns.events.moved import moved_in_words
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.rsvp.urls_in_mail import rsvp_page_url
from campaigns.states import SHOWS_WAY_IN
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from newsletter.core.requests.page_language import path_of
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.event_details import EventDetails
from newsletter.rendering.rendered import Rendered
from subscribers.consent.urls_in_mail import preferences_url
from subscribers.models import Subscriber


def email_for(content: CampaignContent) -> Email:
    """Return the email of one language of a campaign, with its event and its reason."""
    campaign = content.campaign
    with in_words_of(content.language):
        return Email(
            subject=content.subject,
            preheader=content.preheader,
            blocks=[*content.blocks, *consent_blocks(content)],
            language=content.language,
            reason=recipients_reason(campaign),
            event=(
                event_details(campaign.event, joins=_is_joining(campaign))
                if campaign.event
                else None
            ),
            in_archive=is_for_archive(campaign),
        )


def render_content(content: CampaignContent) -> Rendered:
    """Render one language of a campaign, its merge fields left open.

    Raises:
        newsletter.rendering.email_size.TooLarge: mailbox providers would cut it off.
    """
    return render_email(email_for(content), brand=current_brand())


def _is_joining(campaign: Campaign) -> bool:
    """Return whether nobody gets it but those who come and have a place, or got the link before."""
    return rule_of(campaign).rule in SHOWS_WAY_IN


def event_details(event: Event, *, joins: bool = False) -> EventDetails:
    """Return what an email may show of an event, with fixed words in the active language.

    The meeting link (join_url) is for subscribers, so it is here and on no page. Where people are
    asked whether they come, those who do get it with the confirmation of their answer, and in
    joining details, which go to them alone.

    Args:
        joins: whether all readers come. They are shown the way in and to the documents for
            participants, and not asked again.
    """
    asks = event.takes_answers and event.takes_place and not joins
    return EventDetails(
        title=event.local_title,
        kind_label=str(event.get_kind_display()),
        when="{event_time}\n{event_time_utc}",
        moved=moved_in_words(event, language=get_language() or "en", is_for_many=True),
        where=f"{place_of(event)}\n{event.local_dial_in if joins else ''}".strip(),
        summary=event.local_summary,
        url=_absolute("event", event.slug) if is_on_public_pages(event) else "",
        join_url=event.join_url if event.takes_place and not asks else "",
        calendar_url=_absolute("event_ics", event.slug) if links_file(event) else "",
        rsvp_url="{rsvp_url}" if asks else "",
        answer_by=_answer_by(event) if asks else "",
        # For everybody the same, as the email may be forwarded: it mails their own link to each.
        documents_url=rsvp_page_url() if joins and event.takes_answers else "",
    )


def place_of(event: Event) -> str:
    """Return where an event takes place, in the active language."""
    return f"{event.local_venue}\n{event.local_address}".strip() or gettext("Online")


def _answer_by(event: Event) -> str:
    if event.answers_until is None:
        return ""
    until = moment_written(event.answers_until, event.time_zone, get_language() or "en")
    return gettext("Please answer by %(until)s.") % {"until": until}


def sample_values(content: CampaignContent, subscriber: Subscriber | None = None) -> dict[str, str]:
    """Return merge values for a preview or a proof: of `subscriber`, or of nobody in particular.

    The links lead to the general pages, because a preview must not hold a link that unsubscribes
    somebody. Before launch the email has no public page, so its archive link leads to the studio.
    """
    campaign = content.campaign
    values = RecipientValues(campaign).of(
        subscriber or Subscriber(), language=content.language, unsubscribe_url=preferences_url()
    )
    if values["archive_url"] and not campaign.is_launched:
        values["archive_url"] = settings.SITE_URL + path_of(
            "admin:studio_email", campaign.pk, content.language
        )
    return values


def _absolute(name: str, slug: str) -> str:
    return settings.SITE_URL + path_of(name, slug)
