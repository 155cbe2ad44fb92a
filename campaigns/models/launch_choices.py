"""The choices of a publisher at the launch: local hours, and those who get it first."""

from django.db import models

from campaigns.states import CampaignStatus, LateRecipients


class LaunchChoices(models.Model):
    """A campaign’s columns for when each recipient gets it."""

    status: str

    scheduled_local = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="The wall-clock time, in `scheduled_zone`, from which `scheduled_at` is derived.",
    )
    scheduled_zone = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    hour_rules = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="A digest of the zone rules by which the start before a local hour was derived.",
    )
    local_time = models.TimeField(
        null=True,
        blank=True,
        help_text="The hour, at each recipient’s place, at which it is sent. Empty: all at once.",
    )
    local_date = models.DateField(
        null=True, blank=True, help_text="The first day, at each recipient’s place, of that hour."
    )
    skips_weekends = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether nobody gets it on the weekend of their country.",
    )
    late_recipients = models.CharField(
        max_length=8,
        choices=LateRecipients.choices,
        blank=True,
        default="",
        db_default="",
        help_text="What becomes of those whose hour has passed when sending starts.",
    )
    late_before = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Whose hour was before it was known to be late when the launch was confirmed.",
    )
    canary_size = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How many get it first, before sending pauses. 0: nobody.",
    )
    canary_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=(
            "Minutes after which sending goes on by itself, if the first emails arrived. Empty: a "
            "person resumes it."
        ),
    )
    canary_first_id = models.BigIntegerField(null=True, blank=True, editable=False)
    canary_last_id = models.BigIntegerField(
        null=True, blank=True, help_text="The last delivery of those who get it first."
    )
    canary_sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When sending paused because all of them were tried."
    )
    canary_ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When sending went on to the others."
    )

    class Meta:
        abstract = True

    @property
    def is_in_canary(self) -> bool:
        """Return whether only those who get it first are sent to, so far."""
        return self.canary_last_id is not None and self.canary_ended_at is None

    @property
    def goes_on_by_itself(self) -> bool:
        """Return whether it waits after those who got it first, and needs nobody to resume it."""
        is_waiting = self.status == CampaignStatus.PAUSED and self.canary_sent_at is not None
        return is_waiting and self.canary_ended_at is None and self.canary_minutes is not None
