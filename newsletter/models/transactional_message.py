"""The outbox of single messages: confirmation, welcome, preferences link, proof."""

from django.db import models
from django.db.models import Q

from newsletter.states import MESSAGE_KINDS, MessageStatus, Trust

NOTEWORTHY = (MessageStatus.FAILED, MessageStatus.SKIPPED, MessageStatus.UNCERTAIN)
"""The outcomes that few messages have, and that staff look for."""


class TransactionalMessage(models.Model):
    """One message to one person, kept until it has been sent.

    `retention`: bodies and address go after KEEP_TRANSACTIONAL_BODIES, the row after
    KEEP_TRANSACTIONAL_ROWS. Of it the digest stays alone, as a `WrittenAddress`.
    """

    kind = models.CharField(
        "type", max_length=40, help_text="The message's template folder, such as confirmation."
    )
    digest = models.CharField(
        max_length=64, help_text="Keyed digest of the address: one confirmation a day and address."
    )
    mailbox = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "Keyed digest of the mailbox that the address leads to, for limits: the same for all "
            "its spellings."
        ),
    )
    to = models.CharField("recipient", max_length=320, blank=True)
    to_name = models.CharField("name", max_length=200, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(
        max_length=12, blank=True, default="", db_default="", help_text="Of its text."
    )
    headers = models.JSONField(default=dict, blank=True, help_text="More headers, by name.")
    is_discreet = models.BooleanField(
        "discreet",
        default=False,
        db_default=False,
        help_text="Whether it is for somebody in discreet mode.",
    )
    topic_id = models.BigIntegerField(
        null=True, blank=True, help_text="The topic that it is about, which may be need-to-know."
    )
    status = models.CharField(
        max_length=12, choices=MessageStatus.choices, default=MessageStatus.QUEUED
    )
    trust = models.SmallIntegerField(
        choices=Trust.choices,
        default=Trust.AWAITED,
        db_default=Trust.AWAITED,
        help_text="Of the emails that wait, the most trusted leave first.",
    )
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was skipped, has failed or is waiting."
    )
    attempt = models.PositiveSmallIntegerField("attempts", default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField("sending until (UTC)", null=True, blank=True)
    retry_at = models.DateTimeField("next attempt (UTC)", null=True, blank=True)
    mailer = models.CharField(max_length=60, blank=True)
    provider_message_id = models.CharField("provider’s message ID", max_length=200, blank=True)
    created_at = models.DateTimeField("created (UTC)", auto_now_add=True)
    settled_at = models.DateTimeField("last update (UTC)", null=True, blank=True)
    delivered_at = models.DateTimeField("delivered (UTC)", null=True, blank=True)
    bounced_at = models.DateTimeField("bounced (UTC)", null=True, blank=True)
    sent_again_at = models.DateTimeField(
        "sent again (UTC)",
        null=True,
        blank=True,
        help_text=(
            "When it was repeated after it had failed or was in doubt: itself, or by a new one."
        ),
    )
    forgotten_at = models.DateTimeField(
        "emptied (UTC)", null=True, blank=True, help_text="When address and bodies were deleted."
    )

    class Meta:
        verbose_name = "transactional email"
        indexes = [
            models.Index(
                fields=["-trust", "id"],
                condition=Q(status=MessageStatus.QUEUED),
                name="message_next",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(status=MessageStatus.CLAIMED),
                name="message_lease",
            ),
            models.Index(fields=["digest", "kind", "created_at"], name="message_limit"),
            models.Index(fields=["mailbox", "kind", "created_at"], name="message_mailbox_limit"),
            models.Index(
                fields=["created_at"], condition=Q(forgotten_at=None), name="message_to_forget"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(forgotten_at__isnull=False),
                name="message_to_delete",
            ),
            # For filters of the staff pages that few of a million rows pass.
            models.Index(fields=["kind", "id"], name="message_of_kind"),
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=NOTEWORTHY),
                name="message_noteworthy",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MessageStatus.values), name="message_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=MessageStatus.CLAIMED)
                | Q(claim_token__isnull=False, lease_until__isnull=False),
                name="message_claim_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.pk}"

    @property
    def kind_label(self) -> str:
        """Return the kind in words for staff."""
        return MESSAGE_KINDS.get(self.kind, self.kind.replace("_", " ").capitalize())
