"""Failed emails that stay as they are where others are tried again, and why."""

from django.db.models import Case, Exists, F, OuterRef, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from campaigns.audience.noted import noted_of
from campaigns.audience.resolve import RECEIVE, fate_beside
from campaigns.audience.same_change import TOLD_ALREADY
from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.outdated import has_newer_entry
from campaigns.sending.deliveries.reported import HAD_IT, IS_REPORTED
from campaigns.sending.written_instead import written_instead
from campaigns.states import REACHED_NOBODY, SkipReason
from newsletter.epoch.restores import restored_since
from newsletter.models import ProviderEvent
from newsletter.transport.pacing.retry import SPENT

FINAL = "final"
"""The reason of emails that were refused for good, or that a person gave up: nothing has passed."""
NEW_ADDRESS = "new_address"
NEWER_EMAIL = "newer_email"
ANOTHER_EMAIL = "another_email"
RESTORED = "restored"
REPORTED = "reported"
"""The reasons why other failed emails stay as they are, beside those of `audience.resolve`."""

WAS_PUT_OFF = Q(reason__startswith=SPENT)
"""A condition on failed deliveries: each attempt was put off, so none was sent."""

_HAS_MOVED = ~Q(sent_to="") | Q(
    Q(settled_at=None) | Q(subscriber__address_since__gt=F("settled_at")),
    subscriber__address_since__isnull=False,
)
"""The address is another than the one that failed."""


def why_it_stays(campaign: Campaign) -> Combinable:
    """Build why a failed delivery of a campaign stays as it is; empty where it can be tried again.

    The first reason that applies counts. The audience is asked of those alone who have none before,
    since that is the costly question.
    """
    return Case(
        When(reason__startswith=HAD_IT, then=Value(REPORTED)),
        When(~WAS_PUT_OFF, then=Value(FINAL)),
        When(subscriber=None, then=Value(SkipReason.ERASED.value)),
        # Whoever named it may have taken it.
        When(IS_REPORTED | ~Q(provider_message_id="") | _awaits_report(), then=Value(REPORTED)),
        When(unsubscribed_at__isnull=False, then=Value(SkipReason.UNSUBSCRIBED.value)),
        When(_HAS_MOVED, then=Value(NEW_ADDRESS)),
        default=Coalesce(
            NullIf(
                Coalesce(fate_beside(campaign, "subscriber"), Value(SkipReason.UNSUBSCRIBED.value)),
                Value(RECEIVE),
            ),
            _why_a_receiver_stays(campaign),
        ),
        output_field=TextField(),
    )


def _why_a_receiver_stays(campaign: Campaign) -> Combinable:
    """Build why a delivery to somebody who would get the campaign now stays as it is."""
    reasons = {
        TOLD_ALREADY: _told_by_message(campaign),
        NEWER_EMAIL: has_newer_entry() if campaign.calendar_method else None,
        ANOTHER_EMAIL: _got_instead(campaign),
        RESTORED: _was_lost(campaign),
    }
    asked = [When(each, then=Value(why)) for why, each in reasons.items() if each is not None]
    empty = Value("", output_field=TextField())
    return Case(*asked, default=empty, output_field=TextField()) if asked else empty


def _awaits_report() -> Q:
    """Build the condition that a provider event about a delivery isn't processed yet."""
    waiting = ProviderEvent.objects.filter(interpreted_at=None, delivery_id__isnull=False)
    return Q(pk__in=waiting.values("delivery_id"))


def _told_by_message(campaign: Campaign) -> Q | None:
    """Build the condition that somebody heard the same by a message of their own."""
    if campaign.event_id is None or not (campaign.tells_of_change or campaign.step):
        return None
    return noted_of(campaign, through="subscriber__")


def _got_instead(campaign: Campaign) -> Q | None:
    """Build the condition that somebody got an email written for those whom this didn't reach."""
    instead = written_instead(campaign.pk)
    if not instead:
        return None
    got = Delivery.objects.filter(campaign__in=instead, subscriber=OuterRef("subscriber"))
    return Q(Exists(got.exclude(status__in=REACHED_NOBODY)))


def _was_lost(campaign: Campaign) -> Q | None:
    """Build the condition that a delivery failed before a restore.

    It may have been tried again in the time that the database lost.
    """
    restored_at = restored_since(campaign.launched_at) if campaign.launched_at else None
    if restored_at is None:
        return None
    return Q(settled_at=None) | Q(settled_at__lte=restored_at)
