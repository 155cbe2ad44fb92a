"""Evidence of consent: who agreed to what, when, how, and in which words."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsletter.models import Seal
from subscribers.models.consent_wording import ConsentWording
from subscribers.models.topic import Topic
from subscribers.states import ConsentAction, ConsentMethod, TrimReason


class ConsentSeal(Seal):
    """One batch of consent records."""

    class Meta(Seal.Meta):
        verbose_name = "seal of consent records"
        verbose_name_plural = "seals of consent records"


class ConsentRecord(models.Model):
    """The record of one transition of one subscription.

    It is written once, in the transaction of the transition, by `subscribers.evidence.write`. It
    names the person by digest alone, so that the evidence of an opt-out outlives an erasure.

    `retention`: `network` and `details` go after KEEP_CONSENT_NETWORK, but for the digest of an
    earlier address, and on erasure, `answers` with them; those of sign-ups that were never
    confirmed are removed with them. Either leaves a hash and the reason.
    """

    digest = models.CharField(max_length=64, help_text="Keyed digest of the address.")
    # db_index=False: a topic's records are only ever read for one person; the index would only cost
    # time.
    topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        # It is signed with the record, and the subscription has it, too. See there.
        db_constraint=False,
    )
    action = models.CharField(max_length=12, choices=ConsentAction.choices)
    method = models.CharField(max_length=12, choices=ConsentMethod.choices)
    wording = models.ForeignKey(
        ConsentWording,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        # Wordings are never deleted, and verify_consent misses none. A check of each row would take
        # a fortieth of the time of an import.
        db_constraint=False,
        help_text="The exact words the person agreed to.",
    )
    # The release before has the words here, and goes on writing them until its last process has
    # ended. Nothing else does.
    former_words = models.TextField(blank=True, default="", db_column="words")
    language = models.CharField(max_length=12, blank=True)
    staff = models.CharField(max_length=150, blank=True, help_text="Who did it, where staff did.")
    given_at = models.DateTimeField(
        help_text="When consent was given or withdrawn; of imports, what the row says."
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    network = models.CharField(
        max_length=45, blank=True, help_text="IPv4 /24 or IPv6 /48 that it came from."
    )
    details = models.JSONField(
        default=dict,
        blank=True,
        help_text="Source, such as file and row of an import, or the embedding site.",
    )
    answers = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What an imported row answered to questions of consent, one on a line.",
    )
    salt = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text="Random, so that nobody can guess by its hash what was trimmed.",
    )
    key_id = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text="Which of LINK_KEYS has signed it.",
    )
    signature = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="HMAC-SHA256 over the columns above, of the last four by way of a hash.",
    )
    seal = models.ForeignKey(
        ConsentSeal,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    trimmed_at = models.DateTimeField(null=True, blank=True)
    trimmed_why = models.CharField(
        max_length=8, blank=True, default="", db_default="", choices=TrimReason.choices
    )
    trimmed_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="The hash of what was trimmed.",
    )
    trimmed_signature = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="HMAC-SHA256 over that hash, time, reason and what is left.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["digest", "topic", "id"], name="consent_of_person"),
            models.Index(fields=["recorded_at"], condition=~Q(network=""), name="consent_to_trim"),
            models.Index(fields=["id"], condition=Q(seal=None), name="consent_to_seal"),
            # Not of those that aren't sealed yet, or an import would have to write it, too.
            models.Index(
                fields=["seal", "id"], condition=Q(seal__isnull=False), name="consent_of_seal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.topic_id}"

    @property
    def when(self) -> datetime | None:
        """The time at which consent was given or withdrawn; None where an imported list has none.

        The time of the import stands in its place then.
        """
        is_dated = self.method != ConsentMethod.IMPORT or self.given_at != self.recorded_at
        return self.given_at if is_dated else None

    @property
    def words(self) -> str:
        """The exact words the person agreed to, and what an imported row answered to them."""
        if self.wording is None:
            return self.former_words
        return f"{self.wording.text}\n{self.answers}" if self.answers else self.wording.text


class ConsentRemoval(models.Model):
    """The trace of records that were removed by us: their signatures, and why.

    `retention`: kept for good, or the chain would break; it says nothing of anybody.
    """

    seal = models.ForeignKey(ConsentSeal, on_delete=models.PROTECT, related_name="removals")
    records = models.JSONField(help_text="Pairs of the id and the signature of each.")
    why = models.CharField(max_length=120)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=8, help_text="Which of LINK_KEYS has signed it.")
    signature = models.CharField(max_length=64, help_text="HMAC-SHA256 over the columns above.")

    def __str__(self) -> str:
        return f"{len(self.records)} of seal {self.seal_id}: {self.why}"
