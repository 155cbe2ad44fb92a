"""The list of people who get test emails: kept by staff, for one topic or for all."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from campaigns.audit_actions import ProofAction
from campaigns.models import Campaign, ProofRecipient
from newsletter.audit.actor import current_actor
from newsletter.audit.record import record
from newsletter.core.addresses import address_digest, parse_address
from staff.accounts.names import name_of
from subscribers.models import Topic
from subscribers.need_to_know.grants import holders
from subscribers.need_to_know.hidden import Account, hidden_topics

AT_MOST = 25
"""Recipients of one campaign's proofs: they are written while somebody waits."""


class NotAdded(ValueError):
    """The address can't be on the list; the message says why."""


@transaction.atomic
def add_proof_recipient(
    to: str, *, topic: Topic | None, full_name: str = "", agreed: str = ""
) -> ProofRecipient:
    """Add an address to the list.

    Args:
        to: an address as typed.
        topic: the one of whose campaigns it gets proofs; None: all but need-to-know ones.
        agreed: when and how its owner agreed, for anybody but staff.

    Raises:
        newsletter.core.addresses.BadAddress: mail can't be sent there.
        NotAdded: nobody agreed, it is on the list already, or the list is full.
    """
    address = parse_address(to)
    agreed = " ".join(agreed.split())[:200]
    if not agreed and address.lower() not in colleagues(topic):
        who = "a colleague"
        if topic is not None and topic.is_restricted:
            who = "a colleague who is granted this topic"
        raise NotAdded(f"This isn’t the address of {who}. Enter when and how they agreed.")
    if ProofRecipient.objects.filter(topic=topic).count() >= AT_MOST:
        raise NotAdded(f"The list is full: {AT_MOST} people at most. Remove somebody first.")
    actor = current_actor()
    try:
        with transaction.atomic():
            recipient = ProofRecipient.objects.create(
                topic=topic,
                email=address,
                digest=address_digest(address),
                full_name=" ".join(full_name.split())[:120],
                agreed=agreed,
                added_by=name_of(actor.account_id, otherwise=actor.name)[:150],
            )
    except IntegrityError as error:
        raise NotAdded("This address is on the list already.") from error
    _record(ProofAction.RECIPIENT_ADDED, recipient)
    return recipient


@transaction.atomic
def remove_proof_recipient(recipient: ProofRecipient) -> None:
    """Take an address off the list, unless somebody was faster."""
    gone, _ = ProofRecipient.objects.filter(pk=recipient.pk).delete()
    if gone:
        _record(ProofAction.RECIPIENT_REMOVED, recipient)


def proof_recipients(campaign: Campaign) -> list[ProofRecipient]:
    """Return who gets proofs of a campaign, each address once.

    Of a need-to-know topic it is those of its own list alone: who is on the list for all may not
    know of it. Colleagues who left, or whose grant of such a topic has ended, get none any more,
    unless somebody noted that they agreed.
    """
    rows = ProofRecipient.objects.filter(
        Q(topic=campaign.topic_id)
        if campaign.topic.is_restricted
        else Q(topic=campaign.topic_id) | Q(topic=None)
    )
    own = colleagues(campaign.topic)
    found = {each.digest: each for each in rows if each.agreed or each.email.lower() in own}
    return list(found.values())[:AT_MOST]


def visible_proof_recipients(account: Account) -> QuerySet[ProofRecipient]:
    """Select those for topics that an account may know of."""
    # SQL's NULL is in no list, and excluding by one would leave those for all topics out.
    rows = ProofRecipient.objects.filter(Q(topic=None) | ~Q(topic__in=hidden_topics(account)))
    return rows.select_related("topic")


def colleagues(topic: Topic | None) -> set[str]:
    """Return the addresses of staff who may know of a topic, in small letters."""
    found = User.objects.filter(is_staff=True, is_active=True).exclude(email="")
    if topic is not None and topic.is_restricted:
        found = found.filter(pk__in=holders(topic.pk).values("pk"))
    return {address.lower() for address in found.values_list("email", flat=True)}


def _record(action: ProofAction, recipient: ProofRecipient) -> None:
    label = f"test recipient {recipient.pk}"
    record(action, recipient, label=label, topic_id=recipient.topic_id)
