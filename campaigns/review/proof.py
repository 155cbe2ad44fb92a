"""Proofs: a copy to one colleague, as a recipient would get it."""

from dataclasses import replace

from campaigns.content.assemble import render_content, sample_values
from campaigns.content.shape import ContentError
from campaigns.models import Campaign
from newsletter.core.addresses import address_digest, parse_address
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import fill_preview
from subscribers.models import Subscriber
from subscribers.suppression.policy import may_receive_notices

PREFIX = "[Test] "


class BlockedAddress(ValueError):
    """No email may be sent to the address, for example because its owner wants none."""


def send_proof(campaign: Campaign, *, to: str, language: str = "") -> TransactionalMessage:
    """Send one language of a campaign to one address, marked as a proof.

    A subscriber gets their own name and time zone in it, anybody else the fallbacks of the merge
    fields. The links lead to the general pages, so that a forwarded proof unsubscribes nobody.

    Args:
        to: an address as typed.
        language: a content's language; empty: the campaign's own.

    Raises:
        newsletter.core.addresses.BadAddress: mail can't be sent there.
        ContentError: the campaign has no content in that language.
        newsletter.rendering.content_errors.BlockError: the content can't be shown.
        newsletter.rendering.rendered.TooLarge: mailbox providers would cut the email off.
        BlockedAddress: nothing may be sent there.
    """
    address = parse_address(to)
    language = language or campaign.language
    content = campaign.contents.filter(language=language).first()
    if content is None:
        raise ContentError(f"contents.{language[:12]}", "there is none")
    content.campaign = campaign
    digest = address_digest(address)
    subscriber = Subscriber.objects.filter(digest=digest).first()
    # First, so that an email which can't be shown is refused alike whoever the address belongs to.
    rendered = fill_preview(render_content(content), sample_values(content, subscriber))
    if not may_receive_notices(digest):
        raise BlockedAddress("No email may be sent to this address.")
    return queue_message(
        "proof",
        to=address,
        to_name=subscriber.full_name if subscriber else "",
        rendered=replace(rendered, subject=PREFIX + rendered.subject),
    )
