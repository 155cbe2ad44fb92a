"""Proofs: a copy to one colleague, as a recipient would get it."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction
from limits import parse

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.assemble import render_content, sample_values
from campaigns.content.check_content import ContentError
from campaigns.models import Campaign, CampaignContent
from newsletter.core.addresses import address_digest, parse_address
from newsletter.core.requests.rate_limits import count
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered, fill_preview
from subscribers.models import Subscriber
from subscribers.suppression.policy import may_receive_campaigns, may_receive_notices

PREFIX = "[Test] "
PER_ADDRESS = parse("10/day")
"""Test emails to somebody outside the staff, who may not have asked for them."""


class BlockedAddress(ValueError):
    """No email may be sent to the address, for example because its owner wants none."""


class TooManyProofs(ValueError):
    """The address has been asked for often enough today."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One language of a campaign, rendered, with places for what differs by recipient."""

    content: CampaignContent
    rendered: Rendered


def prepare_proof(campaign: Campaign, language: str) -> Proof:
    """Render one language of a campaign, for as many proofs as are to be sent.

    Raises:
        ContentError: the campaign has no content in that language.
        newsletter.rendering.content_errors.BlockError: the content can't be shown.
        newsletter.rendering.email_size.TooLarge: mailbox providers would cut the email off.
    """
    content = campaign.contents.filter(language=language).first()
    if content is None:
        raise ContentError(f"contents.{language[:12]}", "there is none")
    content.campaign = campaign
    return Proof(content, render_content(content))


def send_proof(campaign: Campaign, *, to: str, language: str = "") -> TransactionalMessage:
    """Send one language of a campaign to one address, marked as a proof.

    Args:
        to: an address as typed.
        language: a content's language; empty: the campaign's own.

    Raises:
        newsletter.core.addresses.BadAddress: mail can't be sent there.
        Whatever else `prepare_proof` and `send_prepared` raise.
    """
    address = parse_address(to)
    # First, so that an email which can't be shown is refused alike whoever the address belongs to.
    return send_prepared(prepare_proof(campaign, language or campaign.language), to=address)


@transaction.atomic
def send_prepared(proof: Proof, *, to: str) -> TransactionalMessage:
    """Send a proof to one address.

    A subscriber gets their own name and time zone in it, anybody else the fallbacks of the merge
    fields. The links lead to the general pages, so that a forwarded proof unsubscribes nobody.

    Raises:
        newsletter.core.addresses.BadAddress: mail can't be sent there.
        newsletter.rendering.email_size.TooLarge: mailbox providers would cut the email off.
        TooManyProofs: PER_ADDRESS is reached. Refused ones count, so that this tells nothing about
            whoever the address belongs to.
        BlockedAddress: nothing may be sent there.
    """
    address = parse_address(to)
    content, campaign = proof.content, proof.content.campaign
    digest = address_digest(address)
    subscriber = Subscriber.objects.filter(digest=digest).first()
    rendered = fill_preview(proof.rendered, sample_values(content, subscriber))
    _check(address, digest)
    record_campaign(CampaignAuditAction.PROOF_SENT, campaign, language=content.language)
    return queue_message(
        "proof",
        to=address,
        # No name: the sending log shows it, also to staff who may not know of this person.
        topic_id=campaign.topic_id,
        rendered=replace(rendered, subject=PREFIX + rendered.subject),
    )


def _check(address: str, digest: str) -> None:
    """Refuse an address that a test email may not go to.

    Staff work with their own addresses, so an opt-out from campaigns stops no test email there.
    """
    is_staff = User.objects.filter(is_staff=True, is_active=True, email__iexact=address).exists()
    if not is_staff and not count(lambda limiter: limiter.hit(PER_ADDRESS, "test email", digest)):
        raise TooManyProofs(
            f"This address was used for {PER_ADDRESS.amount} test emails in the last 24 hours. Use "
            f"another, or try again tomorrow."
        )
    if not may_receive_notices(digest):
        raise BlockedAddress("No email may be sent to this address.")
    if not is_staff and not may_receive_campaigns(digest):
        raise BlockedAddress(
            "Campaigns may not be sent to this address, so test emails may not either."
        )
