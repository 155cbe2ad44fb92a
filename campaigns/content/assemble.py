"""Assemble an email that can be rendered from what staff wrote."""

from django.conf import settings

from campaigns.audience.resolve import rule_of
from campaigns.content.archive_access import archive_access_of
from campaigns.content.consent_blocks import consent_blocks
from campaigns.content.event_in_email import event_details
from campaigns.content.footer_reason import recipients_reason
from campaigns.content.merge_details import INSTITUTION, details_in_words, read_details
from campaigns.content.merge_values import RecipientValues
from campaigns.models import Campaign, CampaignContent
from campaigns.states import ENDED, SHOWS_WAY_IN
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from newsletter.core.requests.page_language import path_of
from newsletter.rendering.blocks.registry import parts_shown
from newsletter.rendering.counted_links import CountedAddress
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.merge import lost_fields_left_out
from newsletter.rendering.merge_fields import CUSTOM, custom_merge_fields
from newsletter.rendering.rendered import Rendered
from subscribers.consent.urls_in_mail import preferences_url
from subscribers.models import Subscriber
from subscribers.states import ArchiveAccess


def email_for(content: CampaignContent, *, counted: CountedAddress | None = None) -> Email:
    """Return the email of one language of a campaign, with its event and its reason.

    Args:
        counted: returns the address by which a link is counted, as it is sent; None for previews,
            proofs and what is read elsewhere, where nothing is counted.
    """
    campaign = content.campaign
    shows = parts_shown(content.blocks)
    with in_words_of(content.language):
        return Email(
            subject=content.subject,
            preheader=content.preheader,
            blocks=[*content.blocks, *consent_blocks(content)],
            language=content.language,
            reason=recipients_reason(campaign),
            event=(
                event_details(campaign.event, joins=_is_joining(campaign), shows=shows)
                if campaign.event
                else None
            ),
            in_archive=archive_access_of(campaign) is not ArchiveAccess.NONE,
            counts_links=campaign.counts_links,
            counted=counted,
        )


def render_content(content: CampaignContent, *, counted: CountedAddress | None = None) -> Rendered:
    """Render one language of a campaign, its merge fields left open.

    Args:
        counted: as `email_for` takes it.

    Raises:
        newsletter.rendering.email_size.TooLarge: mailbox providers would cut it off.
    """
    email, brand = email_for(content, counted=counted), current_brand()
    if content.campaign.status in ENDED:
        # Its custom fields may be gone, and it is only read again.
        with lost_fields_left_out():
            return render_email(email, brand=brand)
    return render_email(email, brand=brand)


def _is_joining(campaign: Campaign) -> bool:
    """Return whether nobody gets it but those who come and have a place, or got the link before."""
    return rule_of(campaign).rule in SHOWS_WAY_IN


def sample_values(content: CampaignContent, subscriber: Subscriber | None = None) -> dict[str, str]:
    """Return merge values for a preview or a proof: of `subscriber`, or of nobody in particular.

    The links lead to the general pages, because a preview must not hold a link that unsubscribes
    somebody. Before launch the email has no public page, so its archive link leads to the studio.
    """
    campaign = content.campaign
    person = subscriber or Subscriber()
    values = RecipientValues(campaign).of(
        person,
        language=content.language,
        unsubscribe_url=preferences_url(),
        details=_details_of(person, content.language),
    )
    if values["archive_url"] and not campaign.is_launched:
        values["archive_url"] = settings.SITE_URL + path_of(
            "admin:studio_email", campaign.pk, content.language
        )
    return values


def _details_of(subscriber: Subscriber, language: str) -> dict[str, str]:
    if subscriber._state.adding:  # nobody in particular
        return {}
    used = {INSTITUTION, *(CUSTOM + name for name in custom_merge_fields())}
    known = read_details([subscriber.pk], used)
    return details_in_words(known.get(subscriber.pk, {}), language)
