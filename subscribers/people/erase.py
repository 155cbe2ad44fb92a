"""Erasing a person: only the knowledge that nothing may be sent to them stays."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from newsletter.retention.forget import forget
from subscribers.audit_actions import SubscriberAction
from subscribers.consent.mail import has_answered
from subscribers.consent.records import Circumstances
from subscribers.consent.unsubscribe import leave
from subscribers.evidence.trim import trim
from subscribers.models import (
    ConsentRecord,
    FormSubmission,
    ImportQuestion,
    SoftBounces,
    Subscriber,
    TopicInvitation,
)
from subscribers.need_to_know.view_log import topic_of_hidden
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.people.change_address import digests_of
from subscribers.people.mail import send_erased
from subscribers.signals import erasing, erasing_addresses
from subscribers.states import ConsentMethod, SuppressionReason, TrimReason
from subscribers.suppression.registry import lift, suppress


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The result of an erasure."""

    subscriber: bool
    messages: int
    submissions: int
    records: int
    others: int = 0
    """Rows of other apps that were kept under the address alone."""

    @property
    def anything(self) -> bool:
        """Return whether anything had been kept under the address."""
        return self.subscriber or bool(
            self.messages or self.submissions or self.records or self.others
        )


@transaction.atomic
def erase(
    who: int | str,
    *,
    method: ConsentMethod = ConsentMethod.STAFF,
    staff: str = "",
    is_told: bool = True,
) -> Erased:
    """Erase a person, by subscriber id or by address.

    The subscriber's row is deleted, with those of records that were merged into it (deliveries keep
    their numbers and lose their name), mail that waits is not sent, and mail that was sent loses
    address and text. Evidence of consent stays, known by digest alone; so does a suppression of
    campaigns, which only the person's own new opt-in lifts. A second time changes nothing. A person
    who had ever agreed is told by a last message.

    Args:
        who: an id, or an address as `parse_address` returned it.
        staff: the member of staff who did it, if any.
        is_told: whether the person gets that last message; not where they have had it before.
    """
    rows = Subscriber.objects.select_for_update()
    subscriber = (
        rows.filter(pk=who).first()
        if isinstance(who, int)
        else rows.filter(digest=address_digest(who)).first()
    )
    if subscriber is not None and subscriber.merged_into_id is not None:
        return erase(subscriber.merged_into_id, method=method, staff=staff, is_told=is_told)
    if isinstance(who, int) and subscriber is None:
        return Erased(subscriber=False, messages=0, submissions=0, records=0)
    # Read now: a row that was deleted has neither number nor topics.
    label = f"Subscriber {subscriber.pk}" if subscriber is not None else ""
    digest = subscriber.digest if subscriber is not None else address_digest(str(who))
    hidden_by = topic_of_hidden(digest)
    digests = digests_of(subscriber) if subscriber is not None else {digest}
    # At an address that they asked for and never confirmed, only our question to it is about them.
    asked = (
        list(subscriber.address_changes.values_list("digest", flat=True))
        if subscriber is not None
        else []
    )
    told = (
        subscriber.email if subscriber is not None and is_told and has_answered(subscriber) else ""
    )
    merged = _merged_into(subscriber) if subscriber is not None else {}
    if subscriber is not None:
        for subscription in subscriber.subscriptions.select_related("subscriber", "topic"):
            leave(subscription, Circumstances(method=method, staff=staff))
        for pk in (*merged.values(), subscriber.pk):
            erasing.send(sender=None, subscriber_id=pk)
        subscriber.delete()
    others = sum(int(number or 0) for _, number in erasing_addresses.send(None, digests=digests))
    SoftBounces.objects.filter(digest__in=digests).delete()
    ImportQuestion.objects.filter(digest__in=digests).delete()
    TopicInvitation.objects.filter(digest__in=digests).delete()
    # Without the news of an earlier erasure, which may be on its way.
    messages = TransactionalMessage.objects.filter(
        Q(digest__in=digests) | Q(digest__in=asked, kind="new_address"), forgotten_at=None
    )
    records = ConsentRecord.objects.filter(digest__in=digests)
    erased = Erased(
        subscriber=subscriber is not None,
        messages=forget(
            messages.exclude(kind="erased"), why="Erased at their request.", now=timezone.now()
        ),
        submissions=FormSubmission.objects.filter(digest__in=digests).delete()[0],
        records=trim(
            records.exclude(network="", details={}, answers=""),
            why=TrimReason.ERASURE,
            now=timezone.now(),
        ),
        others=others,
    )
    if erased.anything:
        suppress(digest, reason=SuppressionReason.ERASED)
        for one in merged:
            suppress(one, reason=SuppressionReason.ERASED)
            # There is no other record any more, so their own opt-in may bring them back.
            lift(one, reasons=[SuppressionReason.MERGED])
        # A backup may know them by an address that they had before.
        now = timezone.now()
        journal.note(
            [
                Entry(EntryKind.MAIL, now, one, SuppressionReason.ERASED)
                for one in sorted(digests - {digest, *merged})
            ],
            now=now,
        )
        if method is ConsentMethod.STAFF:
            record(SubscriberAction.ERASED, label=label, topic_id=hidden_by)
    if told and subscriber is not None:
        send_erased(
            to=told,
            digest=digest,
            language=subscriber.language,
            is_discreet=subscriber.discreet_since is not None,
        )
    return erased


def _merged_into(subscriber: Subscriber) -> dict[str, int]:
    """Return the ids of the records that were merged into a person's, by digest."""
    return dict(subscriber.merged_records.order_by("pk").values_list("digest", "pk"))
