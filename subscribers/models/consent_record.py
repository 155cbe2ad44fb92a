"""Evidence of consent: who agreed to what, when, how, and in which words."""

from django.db import models
from django.db.models import Q

from subscribers.models.topic import Topic
from subscribers.states import ConsentAction, ConsentMethod


class ConsentRecord(models.Model):
    """The record of one transition of one subscription.

    It is written once, in the transaction of the transition, and never changed. It names the person
    by digest alone, so that the evidence of an opt-out outlives an erasure.

    `retention`: `network` and `details` go after KEEP_CONSENT_NETWORK, but for the digest of an
    earlier address, and on erasure; those of sign-ups that were never confirmed are deleted with
    them.
    """

    digest = models.CharField(max_length=64, help_text="Keyed digest of the address.")
    # db_index=False: a topic's records are only ever read for one person; the index would only cost
    # time.
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=12, choices=ConsentAction.choices)
    method = models.CharField(max_length=12, choices=ConsentMethod.choices)
    words = models.TextField(blank=True, help_text="The exact words the person agreed to.")
    language = models.CharField(max_length=12, blank=True)
    network = models.CharField(
        max_length=45, blank=True, help_text="IPv4 /24 or IPv6 /48 that it came from."
    )
    details = models.JSONField(
        default=dict,
        blank=True,
        help_text="Source, such as file and row of an import, or the embedding site.",
    )
    staff = models.CharField(max_length=150, blank=True, help_text="Who did it, where staff did.")
    given_at = models.DateTimeField(
        help_text="When consent was given or withdrawn; of imports, what the row says."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["digest", "topic", "id"], name="consent_of_person"),
            models.Index(fields=["recorded_at"], condition=~Q(network=""), name="consent_to_trim"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.topic_id}"
