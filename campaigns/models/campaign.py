"""The campaign: one announcement, its audience's topic, its time and its state."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.event_states import CalendarMethod
from campaigns.models.event import Event
from campaigns.models.launch_choices import LaunchChoices
from campaigns.states import (
    EDITABLE,
    LAUNCHED,
    REPEATED_STEPS,
    TELLS_OF_CHANGE,
    CampaignKind,
    CampaignStatus,
    CampaignStep,
)
from subscribers.models import Topic
from subscribers.states import ArchiveAccess


class Campaign(LaunchChoices):
    """One announcement to the followers of one topic."""

    name = models.CharField(max_length=160, help_text="Only staff see this.")
    slug = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="In archive links: opaque, no topic names in URLs.",
    )
    kind = models.CharField(
        max_length=12,
        choices=CampaignKind.choices,
        default=CampaignKind.ANNOUNCEMENT,
        db_default=CampaignKind.ANNOUNCEMENT,
        editable=False,
    )
    topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text="The email goes to people who subscribe to this topic.",
    )
    event = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text="The email can show its time in each recipient’s time zone.",
    )
    step = models.CharField(
        max_length=16,
        choices=CampaignStep.choices,
        blank=True,
        default=CampaignStep.NONE,
        db_default=CampaignStep.NONE.value,
        editable=False,
        help_text="The step of its event’s series, which it stays.",
    )
    offset_minutes = models.IntegerField(
        null=True,
        blank=True,
        help_text=(
            "When a step of a series is due: minutes after the event’s start, or of a follow-up "
            "after its end. Below 0 it is before. Whole days keep the time on the clock."
        ),
    )
    step_of = models.DateTimeField(
        null=True, blank=True, help_text="The start of the event when sending a step started."
    )
    language = models.CharField(
        max_length=12,
        default="en",
        help_text=(
            "The main language. Recipients get this version if there is none in their own language."
        ),
    )
    status = models.CharField(
        max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT
    )
    archive_access = models.CharField(
        max_length=11,
        choices=ArchiveAccess.choices,
        blank=True,
        default="",
        # Of rows that the release before writes: it knows nothing of a choice.
        db_default=ArchiveAccess.NONE.value,
        help_text=(
            "Who can read this email on our pages once it is sent. Only emails of a public topic "
            "are shown to anybody, and those of a need-to-know topic to nobody."
        ),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    earlier_version = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="later_versions",
        editable=False,
        help_text=(
            "The campaign that was paused and written anew as this one, for those of its "
            "recipients who were never written to."
        ),
    )
    authors = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Everybody who has written in it, as the audit log tells them apart.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField("last changed (UTC)", auto_now=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    scheduled_at = models.DateTimeField(
        null=True, blank=True, help_text="Nothing is sent before. Includes the undo window."
    )
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    launched_at = models.DateTimeField(
        null=True, blank=True, help_text="When the audience was frozen."
    )
    # The last time: it stays while some of it is sent again. Then a person may stop that.
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    notice_changed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the notice that it was sent in error last changed, or was taken back.",
    )
    candidates = models.PositiveIntegerField(
        default=0, help_text="How many deliveries were frozen at launch."
    )
    left_out = models.JSONField(
        default=dict, blank=True, help_text="Followers who were not included, by reason."
    )
    join_url = models.URLField(
        blank=True,
        db_default="",
        default="",
        help_text="The event's meeting link when sending started. No public page may show it.",
    )
    carries_calendar = models.BooleanField(
        "add the event to calendars",
        default=True,
        # Campaigns from before have none: nobody has approved that they carry one.
        db_default=False,
        help_text=(
            "For emails that announce the event. They carry it as a calendar file or invitation, "
            "as the event says."
        ),
    )
    counts_links = models.BooleanField(
        "count how often links are opened",
        default=False,
        db_default=False,
        help_text=(
            "By all recipients together, never by person. The email says so. Such links lead over "
            "this website, and work only as long as it does. Links whose text is an address, and "
            "the link to the meeting, aren’t counted."
        ),
    )
    calendar_method = models.CharField(
        max_length=7,
        choices=CalendarMethod.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What its calendar part does. Noted when sending begins.",
    )
    calendar_sequence = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="The event’s sequence in that part."
    )
    change_sequence = models.PositiveIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text=(
            "The event’s sequence at the change that it tells of: the same for each topic that is "
            "told of that change."
        ),
    )
    recipients_forgotten_at = models.DateTimeField(
        null=True, blank=True, help_text="When its last delivery lost its subscriber (retention)."
    )
    last_claim_at = models.DateTimeField(
        null=True, blank=True, help_text="By a worker; the clock wakes one if none claims."
    )
    fallback_accepted = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
        help_text=(
            "The languages whose recipients may get another version, as this one isn’t complete, "
            "and the fingerprint of the campaign for which a publisher said so."
        ),
    )
    pause_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CampaignStatus.values), name="campaign_status_known"
            ),
            models.UniqueConstraint(
                fields=["event", "step"],
                condition=~Q(step__in=[CampaignStep.NONE, *REPEATED_STEPS])
                & ~Q(status=CampaignStatus.CANCELLED)
                & Q(earlier_version=None),
                name="one_campaign_per_step",
            ),
            # What goes out for one date is drafted again for another.
            models.UniqueConstraint(
                fields=["event", "step"],
                condition=Q(step__in=REPEATED_STEPS, launched_at=None, earlier_version=None)
                & ~Q(status=CampaignStatus.CANCELLED),
                name="one_draft_per_step",
            ),
            models.UniqueConstraint(
                fields=["earlier_version"],
                condition=~Q(status=CampaignStatus.CANCELLED),
                name="one_later_version",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="campaign_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def asks_for_consent(self) -> bool:
        """Return whether it asks people to agree to the consent wording of now."""
        return self.kind == CampaignKind.CONSENT

    @property
    def tells_of_change(self) -> bool:
        """Return whether it tells those who were invited of a change of the event."""
        return self.kind in TELLS_OF_CHANGE

    @property
    def has_fixed_audience(self) -> bool:
        """Return whether nobody chooses whom it goes to."""
        return self.tells_of_change or self.earlier_version_id is not None

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_launched(self) -> bool:
        return self.status in LAUNCHED
