"""Another address for the same person: what they follow goes with them, and so does every opt-out."""

from django.db import IntegrityError, transaction

from newsletter.addresses import address_digest, domain_of
from subscribers.consent.ledger import Circumstances, record
from subscribers.models import Subscriber
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active, suppress


class CannotChangeAddress(ValueError):
    """The new address can't be used; the message says why and is fit to be shown to staff."""


@transaction.atomic
def change_address(subscriber_id: int, *, to: str, by: str) -> Subscriber:
    """Put right a subscriber's address, at their request.

    Their consent is recorded anew under the new address, with the digest of the old one, so that both can be shown
    to be one person's. An opt-out that stands against the old address stands against the new one too; a dead mailbox is
    the old one's alone.

    Args:
        to: as `parse_address` returned it.
        by: the member of staff whom the person asked.

    Raises:
        CannotChangeAddress: there is no such subscriber, or the new address is another's or suppressed.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        raise CannotChangeAddress("There is no such subscriber.")
    before, after = subscriber.digest, address_digest(to)
    if after != before:
        _check_free(after)
    subscriber.email, subscriber.digest, subscriber.domain = to, after, domain_of(to)
    try:
        with transaction.atomic():
            subscriber.save(update_fields=["email", "digest", "domain", "updated_at"])
    except IntegrityError as error:  # somebody signed up with it in this very moment
        raise CannotChangeAddress("Another subscriber has that address.") from error
    if after != before:
        _carry_over(subscriber, before=before, by=by)
    return subscriber


def _check_free(digest: str) -> None:
    if Subscriber.objects.filter(digest=digest).exists():
        raise CannotChangeAddress("Another subscriber has that address.")
    if active(digest):
        raise CannotChangeAddress("That address must not be written to. Lift its suppression first, if its owner wants that.")


def _carry_over(subscriber: Subscriber, *, before: str, by: str) -> None:
    for suppression in active(before):
        if suppression.reason != SuppressionReason.HARD_BOUNCE:
            suppress(subscriber.digest, reason=SuppressionReason(suppression.reason), note="Carried over from the earlier address.")
    circumstances = Circumstances(
        method=ConsentMethod.STAFF, staff=by, language=subscriber.language, details={"earlier_address_digest": before}
    )
    for subscription in subscriber.subscriptions.filter(status__in=FOLLOWED).select_related("topic"):
        record(subscriber.digest, topic=subscription.topic, action=ConsentAction.CONFIRMED, circumstances=circumstances)
