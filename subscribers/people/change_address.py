"""Changing a person's address: what they follow goes with them, and so does every opt-out."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest, domain_of
from subscribers.consent.mail import has_answered
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.earlier import EARLIER, earlier_digests
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.people.mail import send_address_changed
from subscribers.states import FOLLOWED, ConsentAction, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active, suppress


class CannotChangeAddress(ValueError):
    """The new address can't be used. The message says why and is fit to be shown to staff."""


@transaction.atomic
def change_address(
    subscriber_id: int,
    *,
    to: str,
    by: str = "",
    method: ConsentMethod = ConsentMethod.STAFF,
    network: str = "",
    asked: int | None = None,
) -> Subscriber:
    """Change a subscriber's address, at their request.

    Their consent is recorded anew under the new address, with the digest of the old one, so that
    both can be shown to be one person's. An opt-out that stands against the old address stands
    against the new one too; a dead mailbox is the old one's alone. The old address is told, without
    the new one; links that were mailed there open nothing any more.

    Args:
        to: as `parse_address` returned it.
        by: the member of staff whom the person asked; empty where they did it by themselves.
        asked: the id of the AddressChange that led here. It must still stand.

    Raises:
        CannotChangeAddress: there is no such subscriber, the new address is another's or
            suppressed, or what was asked is over.
    """
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        raise CannotChangeAddress("There is no such subscriber.")
    if asked is not None and not subscriber.address_changes.filter(pk=asked).exists():
        raise CannotChangeAddress("That was done before, or something else was asked for since.")
    earlier, before, after = subscriber.email, subscriber.digest, address_digest(to)
    if after != before:
        _check_free(after)
        subscriber.address_since = timezone.now()
    subscriber.email, subscriber.digest, subscriber.domain = to, after, domain_of(to)
    try:
        with transaction.atomic():
            subscriber.save(
                update_fields=["email", "digest", "domain", "address_since", "updated_at"]
            )
    except IntegrityError as error:  # somebody signed up with it at this very moment
        raise CannotChangeAddress("Another subscriber has that address.") from error
    subscriber.address_changes.all().delete()
    if after != before:
        _carry_over(subscriber, before=before, by=by, method=method, network=network)
        if has_answered(subscriber):
            send_address_changed(to=earlier, digest=before)
    return subscriber


def _check_free(digest: str) -> None:
    if Subscriber.objects.filter(digest=digest).exists():
        raise CannotChangeAddress("Another subscriber has that address.")
    if active(digest):
        raise CannotChangeAddress(
            "This address is blocked. Lift its suppression first, if its owner wants that."
        )


def _carry_over(
    subscriber: Subscriber, *, before: str, by: str, method: ConsentMethod, network: str
) -> None:
    for suppression in active(before):
        if suppression.reason != SuppressionReason.HARD_BOUNCE:
            suppress(
                subscriber.digest,
                reason=SuppressionReason(suppression.reason),
                note="Carried over from the earlier address.",
            )
    circumstances = Circumstances(
        method=method,
        staff=by,
        network=network,
        language=subscriber.language,
        details={EARLIER: before},
    )
    left = Circumstances(method=method, staff=by, network=network)
    now = timezone.now()
    for subscription in subscriber.subscriptions.filter(status__in=FOLLOWED).select_related(
        "topic"
    ):
        # Otherwise an import of an older list would write to the old address again, even after the
        # person has left at the new one. A backup knows only the old address, which may be somebody
        # else's by the time it is restored.
        journal.note(
            [Entry(EntryKind.TOPIC, now, before, subscription.topic.slug, method)], now=now
        )
        record_consent(
            before, topic=subscription.topic, action=ConsentAction.UNSUBSCRIBED, circumstances=left
        )
        record_consent(
            subscriber.digest,
            topic=subscription.topic,
            action=ConsentAction.CONFIRMED,
            circumstances=circumstances,
        )


def digests_of(subscriber: Subscriber) -> set[str]:
    """Return the digests under which something of the person may be kept.

    Those are the digests of their address and of earlier ones, without those that are another's
    now.
    """
    return {subscriber.digest, *earlier_digests({subscriber.digest}).get(subscriber.digest, ())}
