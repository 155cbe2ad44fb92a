"""The audit log: what staff, operators and Convene did, and the seals that hold it together."""

from django.db import models

from newsletter.models.seal import Seal


class AuditSeal(Seal):
    """One batch of audit entries."""

    class Meta(Seal.Meta):
        verbose_name = "audit seal"


class AuditEntry(models.Model):
    """One thing that somebody did. Written once, and never changed.

    `retention`: emptied after KEEP_AUDIT; the digest and the reason stay, or the chain would break.
    """

    at = models.DateTimeField("time (UTC)", db_index=True)
    action = models.CharField(max_length=60, help_text="Such as campaign.launched.")
    words = models.CharField("action", max_length=120, help_text="The action in words.")
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, help_text="The staff account, if there is one.")
    actor_name = models.CharField("who", max_length=150)
    network = models.CharField(max_length=45, blank=True, help_text="Of the request.")
    object_type = models.CharField(
        max_length=60, blank=True, help_text="Such as campaigns.campaign."
    )
    object_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField("what", max_length=200, blank=True)
    topic_id = models.BigIntegerField(
        null=True, help_text="The topic that it is about, which may be need-to-know."
    )
    details = models.JSONField(default=dict)
    salt = models.CharField(
        max_length=32, help_text="Random, so that nobody can guess an emptied entry by its digest."
    )
    key_id = models.CharField(max_length=8, help_text="Which of LINK_KEYS has signed it.")
    digest = models.CharField(max_length=64, help_text="HMAC-SHA256 over all of the above.")
    seal = models.ForeignKey(AuditSeal, null=True, on_delete=models.PROTECT, related_name="entries")
    emptied_at = models.DateTimeField(null=True)
    emptied_why = models.CharField(max_length=120, blank=True)
    emptied_digest = models.CharField(
        max_length=64, blank=True, help_text="HMAC-SHA256 over the digest, times and reason."
    )

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
            models.Index(fields=["actor_kind", "id"], name="audit_actor_kind"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="audit_to_seal"),
            models.Index(fields=["at"], condition=models.Q(emptied_at=None), name="audit_to_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.object_label}" if self.object_label else self.words
