"""Proofs in several languages, to one address or to the list, asked for at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from limits import RateLimitItemPerMinute

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
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.requests.rate_limits import count
from staff.accounts.names import name_of

SAME_AGAIN = timedelta(minutes=1)
"""The time in which the same proofs aren't sent there again: a button was pressed twice."""
_ONCE = RateLimitItemPerMinute(1)
"""For one address: a round names none of its recipients, and a count forgets them by itself."""


class NotSentAgain(ValueError):
    """These proofs were sent there a moment ago; the message says by whom."""


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
        NotSentAgain: the same was sent there within SAME_AGAIN, or was refused as blocked.
        Whatever else `prepare_proof` and `send_prepared` raise. Nothing has been sent then.
    """
    digest = address_digest(parse_address(to))
    same = ("same test emails", str(campaign.pk), fingerprint(campaign), *languages, digest)
    if not count(lambda limiter: limiter.hit(_ONCE, *same)):
        raise _not_again(_same_round(campaign, languages, is_to_list=False))
    try:
        with transaction.atomic():
            for proof in [prepare_proof(campaign, language) for language in languages]:
                send_prepared(proof, to=to)
            _note(campaign, languages, recipients=1, is_to_list=False)
    except BlockedAddress:
        _note(campaign, languages, recipients=1, is_to_list=False)
        raise
    except Exception:
        count(lambda limiter: limiter.clear(_ONCE, *same))
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
    if same := _same_round(locked, languages, is_to_list=True):
        raise _not_again(same)
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


def _same_round(
    campaign: Campaign, languages: Sequence[str], *, is_to_list: bool
) -> ProofRound | None:
    since = timezone.now() - SAME_AGAIN
    lately = ProofRound.objects.filter(
        campaign=campaign,
        is_to_list=is_to_list,
        fingerprint=fingerprint(campaign),
        asked_at__gt=since,
    ).order_by("-pk")
    return next((each for each in lately if each.languages == list(languages)), None)


def _not_again(same: ProofRound | None) -> NotSentAgain:
    sent = (
        f"{same.by} sent these test emails at {same.asked_at:%H:%M:%S} UTC."
        if same
        else "These test emails were sent a moment ago."
    )
    return NotSentAgain(f"{sent} To send them again, wait a minute.")


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
