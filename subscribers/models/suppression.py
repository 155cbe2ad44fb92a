"""Addresses that must not be written to, known by digest so that they outlive every deletion."""

from django.db import models
from django.db.models import Q

from subscribers.states import LIFTED_BY_STAFF, SuppressionReason, SuppressionScope


class Suppression(models.Model):
    """One reason not to write to one address, active until `lifted_at`.

    `retention`: kept for good, because an opt-out outlives everything; it names the address by a
    keyed digest alone.
    """

    digest = models.CharField(
        "address code",
        max_length=64,
        help_text="Computed from the address.",
    )
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    scope = models.CharField(max_length=4, choices=SuppressionScope.choices)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("since (UTC)", auto_now_add=True)
    lifted_at = models.DateTimeField("removed (UTC)", null=True, blank=True)
    lifted_by = models.CharField(
        "removed by",
        max_length=150,
        blank=True,
        help_text="Staff, or empty for the person’s own opt-in.",
    )
    lift_note = models.CharField(
        "reason for removing", max_length=300, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "reason"],
                condition=Q(lifted_at=None),
                name="one_active_suppression_per_reason",
            ),
        ]
        # For the list of the staff pages. Whoever asks what stands uses the constraint.
        indexes = [
            models.Index(fields=["digest"], name="suppression_of_address"),
            models.Index(fields=["reason", "id"], name="suppression_by_reason"),
            models.Index(fields=["id"], condition=Q(lifted_at=None), name="suppression_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, since {self.created_at:%-d %B %Y}"

    @property
    def is_for_staff_to_lift(self) -> bool:
        """Return whether staff may lift it; otherwise only the person's own opt-in does."""
        return self.reason in LIFTED_BY_STAFF
