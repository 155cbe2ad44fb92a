"""People who get test emails, and the test emails that were asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from subscribers.models import Topic


class ProofRecipient(models.Model):
    """An address that may be sent proofs: of staff, or of somebody who agreed to it.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after its last proof, or after it was added.
    """

    topic = models.ForeignKey(
        Topic,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The topic of whose campaigns they get test emails. Empty: all but need-to-know.",
    )
    email = models.CharField(max_length=320, help_text="Where test emails go.")
    digest = models.CharField(max_length=64, db_index=True)
    full_name = models.CharField(max_length=120, blank=True, help_text="Whose address it is.")
    agreed = models.CharField(
        max_length=200,
        blank=True,
        help_text="When and how they agreed to get test emails. Staff need not.",
    )
    added_by = models.CharField(max_length=150, help_text="The name of whoever added it.")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="The time of its last proof.")

    class Meta:
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "digest"], name="one_proof_recipient_a_topic"),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(topic=None), name="one_proof_recipient_for_all"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or f"test recipient {self.pk}"


class ProofRound(models.Model):
    """Proofs of a campaign that somebody asked for at once. It names none of their recipients.

    `retention`: deleted KEEP_DELIVERY_SUBSCRIBERS after the launch of the campaign, or after the
    last change of one that was never launched.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="proof_rounds")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.CharField(max_length=150, help_text="The name of whoever asked, at the time.")
    asked_at = models.DateTimeField(auto_now_add=True)
    fingerprint = models.CharField(max_length=64, help_text="Of the campaign at that time.")
    languages = models.JSONField(default=list, help_text="Those that were sent.")
    recipients = models.PositiveIntegerField(help_text="How many addresses were asked for.")
    is_to_list = models.BooleanField(help_text="Whether it went to the list of test recipients.")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.asked_at}"
