"""Proofs in several languages, to one address or to the list, asked for at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, ProofRecipient, ProofRound
from campaigns.review.proof import (
    BlockedAddress,
    Proof,
    TooManyProofs,
    prepare_proof,
    send_prepared,
)
from campaigns.review.proof_recipients import proof_recipients
from newsletter.audit.actor import current_actor
from newsletter.core.addresses import BadAddress
from staff.accounts.names import name_of

SAME_AGAIN = timedelta(minutes=1)
"""The time in which the same proofs aren't sent to the list again: a button was pressed twice."""


class NotSentAgain(ValueError):
    """The list got these proofs a moment ago; the message says from whom."""


class NobodyListed(ValueError):
    """Nobody is on the list for this campaign."""


@dataclass(slots=True)
class ProofsSent:
    """The outcome of one round: how many proofs left, and who gets none."""

    sent: int = 0
    languages: list[str] = field(default_factory=list)
    recipients: int = 0
    refused: int = 0
    """Addresses to which at least one proof may not go, or not any more today."""


def send_proofs(campaign: Campaign, *, to: str, languages: Sequence[str]) -> None:
    """Send some languages of a campaign to one address.

    Raises:
        BlockedAddress: it is recorded all the same, so that the record tells nothing of the owner.
        Whatever else `prepare_proof` and `send_prepared` raise. Nothing has been sent then.
    """
    try:
        with transaction.atomic():
            for proof in [prepare_proof(campaign, language) for language in languages]:
                send_prepared(proof, to=to)
            _note(campaign, languages, recipients=1, is_to_list=False)
    except BlockedAddress:
        _note(campaign, languages, recipients=1, is_to_list=False)
        raise


@transaction.atomic
def send_proofs_to_list(campaign: Campaign, *, languages: Sequence[str]) -> ProofsSent:
    """Send some languages of a campaign to everybody on the list of test recipients.

    Whoever may not be written to, or has had enough today, is counted and left out.

    Raises:
        NobodyListed: there is nobody to send to.
        NotSentAgain: the same was sent within SAME_AGAIN.
        ContentError, BlockError, TooLarge: an email can't be shown; nothing has been sent.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    recipients = proof_recipients(locked)
    if not recipients:
        raise NobodyListed("Nobody is on the list of test recipients yet.")
    _refuse_same(locked, languages)
    outcome = ProofsSent(languages=list(languages), recipients=len(recipients))
    proofs = [prepare_proof(locked, language) for language in languages]
    for recipient in recipients:
        outcome.refused += not _sent_all(proofs, recipient, outcome)
    ProofRecipient.objects.filter(pk__in=[each.pk for each in recipients]).update(
        used_at=timezone.now()
    )
    _note(locked, languages, recipients=len(recipients), is_to_list=True)
    return outcome


def _sent_all(proofs: Sequence[Proof], recipient: ProofRecipient, outcome: ProofsSent) -> bool:
    for proof in proofs:
        try:
            send_prepared(proof, to=recipient.email)
        except (BlockedAddress, TooManyProofs, BadAddress):
            return False
        outcome.sent += 1
    return True


def _refuse_same(campaign: Campaign, languages: Sequence[str]) -> None:
    since = timezone.now() - SAME_AGAIN
    lately = ProofRound.objects.filter(
        campaign=campaign,
        is_to_list=True,
        fingerprint=fingerprint(campaign),
        asked_at__gt=since,
    ).order_by("-pk")
    same = next((each for each in lately if each.languages == list(languages)), None)
    if same is not None:
        raise NotSentAgain(
            f"{same.by} sent these test emails at {same.asked_at:%H:%M:%S} UTC. To send them "
            f"again, wait a minute."
        )


def _note(
    campaign: Campaign, languages: Sequence[str], *, recipients: int, is_to_list: bool
) -> None:
    actor = current_actor()
    ProofRound.objects.create(
        campaign=campaign,
        account_id=actor.account_id,
        by=name_of(actor.account_id, otherwise=actor.name)[:150],
        fingerprint=fingerprint(campaign),
        languages=list(languages),
        recipients=recipients,
        is_to_list=is_to_list,
    )
