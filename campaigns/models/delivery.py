"""The ledger of a campaign, with one row per recipient, and its tallies."""

from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.states import NOTEWORTHY, DeliveryStatus, Fact
from newsletter.core.tokens import LASTING, Purpose, make_token
from newsletter.states import BounceClass
from subscribers.models import Subscriber

LEADS_TO_RECIPIENT = ~Q(provider_message_id="") | (
    ~Q(reason="") & ~Q(status=DeliveryStatus.SKIPPED)
)
"""Of a delivery: the provider's id of the message leads to the address, and the provider's words
may name it. Why it was skipped is said by us.
"""


class Delivery(models.Model):
    """One recipient's row in the ledger.

    `retention`: loses its subscriber, and what leads to them, after KEEP_DELIVERY_SUBSCRIBERS and
    on erasure.
    """

    # db_index=False: the indexes below cover both columns, and every further index would have to be
    # written with each transition.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.SET_NULL, related_name="deliveries", db_index=False
    )
    language = models.CharField(
        max_length=12, help_text="Which of the campaign's contents this person gets."
    )
    status = models.CharField(
        max_length=9, choices=DeliveryStatus.choices, default=DeliveryStatus.PLANNED
    )
    reason = models.CharField(max_length=300, blank=True)
    attempt = models.PositiveSmallIntegerField("attempts", default=0)
    attempts_before = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="How many had failed when a person last had it tried again: they don’t count.",
    )
    claim_token = models.UUIDField(
        null=True,
        blank=True,
        help_text="Of the worker that claimed it; kept while uncertain, for a late answer.",
    )
    lease_until = models.DateTimeField("sending until (UTC)", null=True, blank=True)
    # No index: ids come in the order of due times, and DueTime has the last of each.
    due_at = models.DateTimeField(
        "due (UTC)",
        null=True,
        blank=True,
        help_text="When the recipient’s local hour comes. Empty: at once.",
    )
    retry_at = models.DateTimeField("next attempt (UTC)", null=True, blank=True)
    mailer = models.CharField(max_length=60, blank=True)
    same_key_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text=(
            "Until then `mailer` may be asked again: it knows the idempotency key, and "
            "makes no second copy."
        ),
    )
    provider_message_id = models.CharField("provider’s message ID", max_length=200, blank=True)
    bounce_class = models.CharField(
        "bounce type", max_length=5, choices=BounceClass.choices, blank=True
    )
    settled_at = models.DateTimeField(
        "last update (UTC)", null=True, blank=True, help_text="When the result was recorded."
    )
    delivered_at = models.DateTimeField("delivered (UTC)", null=True, blank=True)
    bounced_at = models.DateTimeField("bounced (UTC)", null=True, blank=True)
    complained_at = models.DateTimeField("reported as spam (UTC)", null=True, blank=True)
    unsubscribed_at = models.DateTimeField(
        "unsubscribed (UTC)", null=True, blank=True, help_text="By a link of this delivery."
    )

    agreed_at = models.DateTimeField(
        "agreed again (UTC)",
        null=True,
        blank=True,
        help_text="When the recipient agreed to the consent wording, by the link of this delivery.",
    )
    sent_to = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Digest of the address, where it was that of another record, merged since.",
    )

    class Meta:
        verbose_name = "campaign email"
        constraints = [
            # The subscriber comes first, because an erasure looks up all deliveries of one. Rows
            # are written in no order of subscribers, which makes this index expensive, so it is the
            # only one of its kind.
            models.UniqueConstraint(
                fields=["subscriber", "campaign"], name="one_delivery_per_subscriber"
            ),
            models.CheckConstraint(
                condition=Q(status__in=DeliveryStatus.values), name="delivery_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=DeliveryStatus.CLAIMED)
                | Q(claim_token__isnull=False, lease_until__isnull=False),
                name="delivery_claim_has_lease",
            ),
        ]
        indexes = [
            # With the id, as the list of recipients goes by it.
            models.Index(fields=["campaign", "id"], name="delivery_campaign_id"),
            models.Index(
                fields=["campaign", "id"],
                condition=Q(status=DeliveryStatus.PLANNED),
                name="delivery_planned",
            ),
            models.Index(
                fields=["claim_token"],
                condition=Q(claim_token__isnull=False),
                name="delivery_claim",
            ),
            models.Index(
                fields=["campaign"],
                condition=Q(unsubscribed_at__isnull=False),
                name="delivery_unsubscribed",
            ),
            models.Index(
                fields=["campaign"],
                condition=Q(agreed_at__isnull=False),
                name="delivery_agreed",
            ),
            # Staff look for these. An index of the many accepted rows by their state would have to
            # be written with each transition.
            models.Index(
                fields=["campaign", "status", "id"],
                condition=Q(status__in=NOTEWORTHY),
                name="delivery_noteworthy",
            ),
            # In the end nearly all deliveries have lost their subscriber. Retention looks for the
            # few among them that were settled after an erasure.
            models.Index(
                fields=["id"],
                condition=Q(subscriber=None) & LEADS_TO_RECIPIENT,
                name="delivery_orphaned",
            ),
        ]

    def __str__(self) -> str:
        return f"Email {self.pk} of campaign {self.campaign_id}"

    @property
    def known_as(self) -> str:
        """The start of the reference that the mailer's log shows.

        The reference travels in metadata, in a header and in the return path. Its rest changes with
        the signing key.
        """
        return make_token(Purpose.DELIVERY, self.pk)[:LASTING]


class DeliveryTally(models.Model):
    """The number of deliveries of a campaign in one state.

    It is kept by increments, so that no page counts a million rows.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tallies")
    status = models.CharField(max_length=9, choices=DeliveryStatus.choices)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "status"], name="one_tally_per_status")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.status} {self.number}"


class DueTime(models.Model):
    """One moment at which deliveries of a campaign are due, with the ids between which they lie.

    Deliveries are frozen in the order of their due times. So the last id of those that are due by
    now bounds a claim, which never looks at the many that aren't.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="due_times")
    due_at = models.DateTimeField("due (UTC)")
    number = models.PositiveIntegerField(help_text="How many deliveries were due then.")
    last_id = models.BigIntegerField(help_text="The last of them.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "due_at"], name="one_row_per_due_time")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.due_at:%Y-%m-%d %H:%M} {self.number}"


class FactTally(models.Model):
    """The number of deliveries of a campaign with one fact that the guard watches.

    It is kept by increments.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="fact_tallies")
    fact = models.CharField(max_length=12, choices=Fact.choices)
    number = models.BigIntegerField(default=0)
    stopped_at = models.BigIntegerField(
        default=0, help_text="How many they were when the guard last stopped the campaign for it."
    )

    class Meta:
        verbose_name_plural = "fact tallies"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "fact"], name="one_tally_per_fact")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.fact} {self.number}"
