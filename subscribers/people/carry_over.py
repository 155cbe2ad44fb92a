"""Carrying consents and opt-outs over from one address of a person to the next."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from subscribers.consent.records import Circumstances, Words, record_consent
from subscribers.consent.wording_versions import AGREED
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.opt_outs import journal
from subscribers.opt_outs.earlier_addresses import EARLIER
from subscribers.opt_outs.entry import Entry, EntryKind
from subscribers.states import (
    FOLLOWED,
    LAST_WORDS,
    OF_THE_MAILBOX,
    OPTED_OUT,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import active, suppress

_LEFT = {
    SubscriptionStatus.UNSUBSCRIBED: ConsentAction.UNSUBSCRIBED,
    SubscriptionStatus.DECLINED: ConsentAction.DECLINED,
}
"""The record of each state in which a person doesn't follow the topic any more."""


METHOD = ConsentMethod.MAIL_LINK
"""People change their address themselves, by a link that is mailed to the new one."""


def carry_over(subscriber: Subscriber, *, before: str, network: str) -> None:
    """Record under the present address of a subscriber what stands under the one before.

    What they follow ends under the one before. It runs in the caller's transaction.

    Args:
        subscriber: locked, with nothing pending.
        before: the digest of the address before.
        network: as of the change of address.
    """
    for suppression in active(before):
        if suppression.reason not in OF_THE_MAILBOX:
            suppress(
                subscriber.digest,
                reason=SuppressionReason(suppression.reason),
                note="Carried over from the earlier address.",
            )
    circumstances = Circumstances(
        method=METHOD,
        network=network,
        language=subscriber.language,
        details={EARLIER: before},
    )
    left = Circumstances(method=METHOD, network=network)
    # Locked, so that whoever unsubscribes at this moment is seen here, or waits and finds the new
    # address.
    rows = subscriber.subscriptions.select_for_update(of=("self",)).order_by("pk")
    subscriptions = list(rows.select_related("topic"))
    # Before anything is recorded under the old address, which would look like another opt-out.
    _carry_over_opt_outs(subscriber, subscriptions, before=before)
    now = timezone.now()
    for subscription in subscriptions:
        if subscription.status not in FOLLOWED:
            continue
        # Otherwise an import of an older list would write to the old address again, even after the
        # person has left at the new one. A backup knows only the old address, which may be somebody
        # else's by the time it is restored.
        journal.note(
            [Entry(EntryKind.TOPIC, now, before, subscription.topic.slug, METHOD)], now=now
        )
        words, answers = words_of_consent(before, topic=subscription.topic)
        record_consent(
            before, topic=subscription.topic, action=ConsentAction.UNSUBSCRIBED, circumstances=left
        )
        record_consent(
            subscriber.digest,
            topic=subscription.topic,
            action=ConsentAction.CONFIRMED,
            circumstances=replace(circumstances, words=words, answers=answers),
        )
        if subscription.topic.is_moderated and subscription.status == SubscriptionStatus.CONFIRMED:
            # Under this address too, so that a member is told from somebody who applies.
            record_consent(
                subscriber.digest,
                topic=subscription.topic,
                action=ConsentAction.ACCEPTED,
                circumstances=replace(
                    circumstances, words=words, staff=let_in_by(before, topic=subscription.topic)
                ),
            )


def _carry_over_opt_outs(
    subscriber: Subscriber, subscriptions: Iterable[Subscription], *, before: str
) -> None:
    """Record under the new address what was left or declined, with the way and time of it.

    Otherwise an import could subscribe the new address. A sign-up with it that nobody confirms
    would end with the opt-out deleted, too.
    """
    opt_outs = standing_opt_outs(subscriptions, before=before)
    journal.note(
        [
            Entry(EntryKind.TOPIC, each.given_at, subscriber.digest, each.topic.slug, each.method)
            for each in opt_outs
            if each.action == ConsentAction.UNSUBSCRIBED
        ],
        now=timezone.now(),
    )
    for each in opt_outs:
        record_consent(
            subscriber.digest,
            topic=each.topic,
            action=ConsentAction(each.action),
            circumstances=Circumstances(
                method=ConsentMethod(each.method),
                staff=each.staff,
                details={EARLIER: before},
            ),
            given_at=each.given_at,
        )


def standing_opt_outs(
    subscriptions: Iterable[Subscription], *, before: str
) -> Iterable[ConsentRecord]:
    """Return the opt-outs of topics that stand, by topic: their records, kept or made up.

    An import records those of people whom we don't know, so a topic need not have a subscription.
    """
    records = ConsentRecord.objects.filter(digest=before, action__in=LAST_WORDS)
    last = {record.topic_id: record for record in records.select_related("topic").order_by("pk")}
    found = {pk: record for pk, record in last.items() if record.action in _LEFT.values()}
    for subscription in subscriptions:
        action = _LEFT.get(SubscriptionStatus(subscription.status))
        if action is None:
            found.pop(subscription.topic_id, None)
        elif subscription.topic_id not in found:
            found[subscription.topic_id] = ConsentRecord(
                topic=subscription.topic,
                action=action,
                method=METHOD,
                given_at=subscription.changed_at,
            )
    return found.values()


def let_in_by(digest: str, *, topic: Topic) -> str:
    """Return who let somebody into a moderated topic: by a decision, an invitation or an import."""
    records = ConsentRecord.objects.filter(digest=digest, topic=topic, action__in=LAST_WORDS)
    last = records.exclude(staff="").exclude(action__in=OPTED_OUT).order_by("-id").first()
    return last.staff if last else ""


def words_of_consent(digest: str, *, topic: Topic) -> tuple[Words, str]:
    """Return the words of the consent to a topic that stands, and what was answered to them."""
    consents = ConsentRecord.objects.filter(digest=digest, topic=topic, action__in=AGREED).exclude(
        wording=None, former_words=""
    )
    last = consents.order_by("-id").select_related("wording").first()
    return (last.wording or last.former_words, last.answers) if last else ("", "")
