"""Blocking all mail: the owner of an address forbids us to write to it."""

from django.db import transaction
from django.utils import timezone

from newsletter.models import TransactionalMessage, WrittenAddress
from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.records import Circumstances
from subscribers.consent.unsubscribe import announce, leave_all
from subscribers.models import Subscriber
from subscribers.signals import blocked_all_mail
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress


@transaction.atomic
def never_again(digest: str, *, method: ConsentMethod, network: str = "") -> None:
    """Block all mail to an address, at its owner's request, until they ask staff.

    That includes campaigns and confirmations. What was asked for and never confirmed is deleted,
    with its evidence. The address need not be known.

    Args:
        digest: the keyed digest of the address.
    """
    suppress(digest, reason=SuppressionReason.NEVER_AGAIN)
    blocked_all_mail.send(sender=None, digest=digest)
    subscriber = Subscriber.objects.select_for_update().filter(digest=digest).first()
    if subscriber is None:
        return
    if subscriber.merged_into is not None:
        # They said it in an email of ours, whichever of their mailboxes it came to.
        never_again(subscriber.merged_into.digest, method=method, network=network)
        return
    forget_pending(subscriber)
    if leave_all(subscriber, Circumstances(method=method, network=network)):
        announce(subscriber.pk, topic_id=None, campaign_id=0, at=timezone.now())
    if not subscriber.subscriptions.exists():
        subscriber.delete()


def digest_beginning_with(prefix: str) -> str | None:
    """Return the digest of an address that we wrote to, by its first 20 hex digits.

    Those are 80 bits, so no two are alike. The digests of all that we wrote to are kept, so this
    outlives the sign-up and its deletion.
    """
    for model in (TransactionalMessage, Subscriber, WrittenAddress):
        # A range instead of LIKE, because the index serves it in every collation; "g" comes after
        # every hex digit.
        rows = model._default_manager.filter(digest__gte=prefix, digest__lt=prefix + "g")
        if found := rows.values_list("digest", flat=True).first():
            return str(found)
    return None
