"""From what staff wrote to a letter that can be rendered."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from campaigns.content.values import RecipientValues, is_for_archive
from campaigns.models import CampaignContent, Event
from newsletter.brand.current import current_brand
from newsletter.rendering.catalogues import in_words_of
from newsletter.rendering.email import EventCard, Letter, render_email
from newsletter.rendering.rendered import Rendered
from subscribers.consent.urls_in_mail import preferences_url
from subscribers.models import Subscriber


def email_for(content: CampaignContent) -> Letter:
    """The letter of one language of a campaign, with the card of its event and the reason why the reader gets it."""
    campaign = content.campaign
    with in_words_of(content.language):
        return Letter(
            subject=content.subject,
            preheader=content.preheader,
            blocks=content.blocks,
            language=content.language,
            reason=gettext(
                "You get this email because you subscribed to “%(topic)s” from %(brand)s."
            )
            % {"topic": campaign.topic.name, "brand": current_brand().name},
            event=event_card(campaign.event) if campaign.event else None,
            in_archive=is_for_archive(campaign),
        )


def render_content(content: CampaignContent) -> Rendered:
    """Render one language of a campaign, its merge fields left open.

    Raises:
        newsletter.rendering.email.TooLarge: mailbox providers would cut it off.
    """
    return render_email(email_for(content), brand=current_brand())


def event_card(event: Event) -> EventCard:
    """The card of an event in a letter, its fixed words in the language that is active.

    The way in (join_url) is for subscribers, so it stands here and on no page.
    """
    return EventCard(
        title=event.title,
        kind_label=str(event.get_kind_display()),
        when="{event_time}\n{event_time_utc}",
        where=event.venue or gettext("Online"),
        summary=event.summary,
        url=_absolute("event", event.slug) if event.is_public else "",
        join_url=event.join_url,
        calendar_url=_absolute("event_ics", event.slug) if event.is_public else "",
    )


def sample_values(content: CampaignContent, subscriber: Subscriber | None = None) -> dict[str, str]:
    """Merge values for a preview or a proof: those of `subscriber`, or of nobody in particular.

    The links lead to the general pages: a preview must not hold a link that unsubscribes somebody.
        The letter has no public
    page before it is launched; until then staff, signed in, read it in the studio.
    """
    campaign = content.campaign
    values = RecipientValues(campaign).of(
        subscriber or Subscriber(), language=content.language, unsubscribe_url=preferences_url()
    )
    if values["archive_url"] and not campaign.is_launched:
        values["archive_url"] = settings.SITE_URL + reverse(
            "admin:studio_email", args=[campaign.pk, content.language]
        )
    return values


def _absolute(name: str, slug: str) -> str:
    return settings.SITE_URL + reverse(name, args=[slug])
