"""The emails of one campaign: rendered once per language, and completed per recipient."""

import logging
from functools import cached_property
from zoneinfo import ZoneInfoNotFoundError

from campaigns.calendars.method import INVITING
from campaigns.calendars.recipient_lines import RecipientLines, answers_of
from campaigns.content.merge_details import (
    Details,
    details_in_words,
    details_used,
    read_details,
)
from campaigns.content.merge_values import NO_DETAILS, RecipientValues, consent_url
from campaigns.models import Campaign, CampaignContent
from campaigns.rsvp.urls_in_mail import rsvp_url
from campaigns.sending.claims.claim import Claim, ClaimedDelivery
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import is_ready, neutral_url
from newsletter.brand.sender_identity import neutral_identity, sender_identity
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand
from newsletter.rendering.discreet_cover import campaign_cover
from newsletter.rendering.merge import Splice
from newsletter.transport.message.calendar_part import CalendarPart
from newsletter.transport.message.envelope import recipient_name
from newsletter.transport.message.headers import (
    campaign_headers,
    list_id,
    neutral_campaign_headers,
    unsubscribe_header,
)
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.results.result import Outcome, Result
from subscribers.consent.urls_in_mail import unsubscribe_url

logger = logging.getLogger(__name__)


class CampaignEmails:
    """The parts of a campaign that a worker needs for its claims.

    What is wrong with the campaign itself shows here, before a claim.
    """

    def __init__(self, campaign_id: int) -> None:
        self.campaign = Campaign.objects.select_related("topic", "event").get(pk=campaign_id)
        self._values = RecipientValues(self.campaign)
        event = self.campaign.event
        self._takes_answers = event is not None and event.takes_answers
        self._invites = event is not None and self.campaign.calendar_method in INVITING
        self._answers: dict[int, str] = {}
        self._details: Details = {}

    @cached_property
    def brand(self) -> Brand:
        """The brand that sends, as it is now."""
        return current_brand()

    @cached_property
    def templates(self) -> dict[str, Template]:
        """The rendered emails, by language.

        Raises:
            ValueError: what was rendered can't be read; the message says why.
        """
        campaign, sender = self.campaign, sender_identity(self.brand)
        headers = campaign_headers(
            list_id=list_id(campaign.topic.slug),
            list_name=campaign.topic.name,
            feedback_id=f"{campaign.pk}:{campaign.topic_id}:bulk:convene",
        )
        return {
            content.language: Template(
                sender=sender,
                subject=Splice.parse(content.rendered_subject),
                html=Splice.parse(content.rendered_html),
                text=Splice.parse(content.rendered_text),
                headers=headers,
                calendar=_calendar(content, campaign),
            )
            for content in self._contents
        }

    @cached_property
    def _details_used(self) -> frozenset[str]:
        """The merge fields of institution and custom fields that the emails hold."""
        return details_used(
            splice
            for each in self.templates.values()
            for splice in (each.subject, each.html, each.text)
        )

    @cached_property
    def _recipient_lines(self) -> RecipientLines:
        """Writer of what differs in the invitations of this campaign."""
        event = self.campaign.event
        assert event is not None  # noqa: S101 - only a campaign about an event invites
        organiser = "" if event.calendar_title else self.brand.name
        return RecipientLines(event, organiser=organiser)

    @cached_property
    def _contents(self) -> list[CampaignContent]:
        """The contents that are rendered, each in its language."""
        rendered = CampaignContent.objects.filter(campaign=self.campaign)
        return list(rendered.exclude(rendered_at=None))

    @cached_property
    def has_neutral_sender(self) -> bool:
        """Return whether recipients in discreet mode can be written to."""
        return is_ready(self.brand)

    @cached_property
    def discreet_templates(self) -> dict[str, Template]:
        """The covers that people in discreet mode get, by language, from the neutral sender.

        They are made for the first such recipient. They name no campaign but by the token of their
        link, so a change of the neutral settings holds for what has not left yet, as one of the
        sender does.
        """
        covers = {
            content.language: campaign_cover(
                content.pk, brand=self.brand, language=content.language
            )
            for content in self._contents
        }
        return {
            language: Template(
                sender=neutral_identity(self.brand, language),
                subject=Splice.parse(cover.subject),
                html=Splice.parse(cover.html),
                text=Splice.parse(cover.text),
                headers=neutral_campaign_headers(self.brand.neutral_domain),
            )
            for language, cover in covers.items()
        }

    def recipients(self, claimed: Claim) -> tuple[list[Recipient], dict[int, Result]]:
        """Make the recipients of a claim.

        Whatever else is raised, such as an error of the database or of this host's files, is about
        no recipient. All of the claim is given back then.

        Returns:
            The recipients, and the results of those whose email can't be made: that must not hold
                up the others.
        """
        if self._invites and self.campaign.event_id is not None:
            invited = [delivery.subscriber_id for delivery in claimed.deliveries]
            self._answers = answers_of(self.campaign.event_id, invited)
        if self._details_used:
            people = [delivery.subscriber_id for delivery in claimed.deliveries]
            self._details = read_details(people, self._details_used)
        recipients: list[Recipient] = []
        failed: dict[int, Result] = {}
        for delivery in claimed.deliveries:
            try:
                recipients.append(self.recipient(delivery))
            except ZoneInfoNotFoundError:
                raise  # a KeyError, yet about this host's files, as while it is being updated
            except (ValueError, LookupError, TypeError):
                logger.exception("Delivery %s: its email could not be made", delivery.pk)
                failed[delivery.pk] = Result(
                    Outcome.REFUSED,
                    reason="This email could not be made. The server log says why.",
                )
        return recipients, failed

    def recipient(self, delivery: ClaimedDelivery) -> Recipient:
        """Make one recipient, with what differs in their email.

        No template engine, no sanitising, no query.
        """
        if delivery.discreet_since is not None:
            return self._discreet_recipient(delivery)
        leave = unsubscribe_url(delivery.subscription_id, self.campaign.pk)
        values = self._values.of(
            delivery,
            language=delivery.language,
            unsubscribe_url=leave,
            consent_url=consent_url(delivery.pk) if self.campaign.asks_for_consent else "",
            rsvp_url=rsvp_url(delivery.pk) if self._takes_answers else "",
            details=self._details_of(delivery) if self._details_used else NO_DETAILS,
        )
        return Recipient(
            key=delivery.pk,
            ref=make_token(Purpose.DELIVERY, delivery.pk),
            to=delivery.email,
            to_name=recipient_name(delivery.full_name),
            template=self.templates[delivery.language],
            values=values,
            headers=unsubscribe_header(leave),
            calendar_lines=self._lines_of(delivery) if self._invites else "",
        )

    def _details_of(self, delivery: ClaimedDelivery) -> dict[str, str]:
        known = self._details.get(delivery.subscriber_id, {})
        return details_in_words(known, delivery.language)

    def _lines_of(self, delivery: ClaimedDelivery) -> str:
        return self._recipient_lines.of(
            delivery.subscriber_id,
            email=delivery.email,
            name=recipient_name(delivery.full_name),
            answer=self._answers.get(delivery.subscriber_id, ""),
        )

    def _discreet_recipient(self, delivery: ClaimedDelivery) -> Recipient:
        """Make a recipient in discreet mode: without a name, and with neutral links alone.

        There is no calendar part, because a calendar shows what is in it to whoever looks at it.
        """
        leave = unsubscribe_url(
            delivery.subscription_id, self.campaign.pk, site=neutral_url(self.brand)
        )
        return Recipient(
            key=delivery.pk,
            ref=make_token(Purpose.DELIVERY, delivery.pk),
            to=delivery.email,
            to_name="",
            template=self.discreet_templates[delivery.language],
            values={"unsubscribe_url": leave},
            headers=unsubscribe_header(leave),
        )


def _calendar(content: CampaignContent, campaign: Campaign) -> CalendarPart | None:
    if not content.rendered_calendar:
        return None
    return CalendarPart.parse(content.rendered_calendar, method=campaign.calendar_method.upper())
