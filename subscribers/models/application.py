"""An application to join a moderated topic, such as a legislator's."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from subscribers.models.subscription import Subscription
from subscribers.states import ApplicationStatus

LONGEST_TEXT = 2_000
"""Characters of an answer that may have paragraphs."""


class Application(models.Model):
    """One person's request to join one moderated topic, and what staff decided.

    Several may wait for a confirmation, because anybody can send the form with anybody's address:
    the owner of the address says which is theirs. One at most waits for staff.

    `retention`: pending ones go with the sign-up, after KEEP_UNCONFIRMED; the others
    KEEP_APPLICATIONS after they were decided, or confirmed and not decided; all with the
    subscriber.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="applications", db_index=False
    )
    full_name = models.CharField("name", max_length=200)
    institution = models.CharField("chamber or institution", max_length=200)
    country = models.CharField("country or body", max_length=2)
    office = models.CharField(max_length=200, help_text="Such as senator, member or staff.")
    reason = models.TextField("why they want to join", max_length=LONGEST_TEXT)
    verification = models.TextField(
        "how we can verify this",
        max_length=LONGEST_TEXT,
        help_text="Such as a page of the parliament’s website, or an office to call.",
    )
    language = models.CharField(max_length=12)
    network = models.CharField(
        max_length=45, blank=True, help_text="IPv4 /24 or IPv6 /48 that it came from."
    )
    status = models.CharField(
        max_length=15, choices=ApplicationStatus.choices, default=ApplicationStatus.PENDING
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_applications",
    )
    sent_at = models.DateTimeField("sent (UTC)", help_text="When the form was sent.")
    confirmed_at = models.DateTimeField("confirmed (UTC)", null=True, blank=True)
    decided_at = models.DateTimeField("decided (UTC)", null=True, blank=True)
    decided_by = models.CharField(
        max_length=150, blank=True, help_text="Empty where the person withdrew it."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(status=ApplicationStatus.AWAITING_REVIEW),
                name="one_application_awaits_review",
            ),
        ]
        indexes = [
            models.Index(fields=["subscription", "status"], name="application_of_subscription"),
            models.Index(
                fields=["confirmed_at"],
                condition=Q(status=ApplicationStatus.AWAITING_REVIEW),
                name="application_queue",
            ),
            models.Index(
                fields=["sent_at"],
                condition=Q(status=ApplicationStatus.PENDING),
                name="application_to_expire",
            ),
            # For the list of the staff pages, which begins with those that wait.
            models.Index(
                fields=["confirmed_at", "id"],
                condition=Q(decided_at=None),
                name="application_waiting",
            ),
            models.Index(
                fields=["decided_at", "id"],
                condition=Q(decided_at__isnull=False),
                name="application_decided",
            ),
            models.Index(fields=["status", "decided_at", "id"], name="application_by_status"),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"

    @property
    def awaits_review(self) -> bool:
        return self.status == ApplicationStatus.AWAITING_REVIEW
