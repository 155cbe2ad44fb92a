"""A meeting, forum or visit that campaigns announce."""

import uuid
from datetime import datetime

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from campaigns.event_states import TAKES_PLACE, Attendance, CalendarMode, EventKind, EventStatus
from campaigns.models.event_words import EventWords
from newsletter.models import MediaImage
from subscribers.models import Topic


class Event(EventWords, models.Model):
    """A meeting, forum or visit.

    Its time is wall-clock time (`local_start` and `local_end`, stored as if they were UTC) in an
    IANA zone, such as Europe/Bucharest. `starts_at` and `ends_at` (UTC) are derived, and derived
    again when zone rules change.
    """

    slug = models.SlugField(
        "URL name (slug)",
        max_length=80,
        unique=True,
        error_messages={"unique": "Another event has this URL name."},
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Use lower-case letters, numbers and single hyphens."
            )
        ],
        help_text="The end of the event’s web address. You can’t change it later.",
    )
    uid = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Of the calendar entry; stable for ever.",
    )
    title = models.CharField(max_length=160)
    kind = models.CharField(
        "type", max_length=10, choices=EventKind.choices, default=EventKind.MEETING
    )
    summary = models.CharField(
        max_length=300, blank=True, help_text="1 or 2 sentences, shown in lists and emails."
    )
    description = models.TextField(blank=True)
    """Plain, or rich text, as `campaigns.events.description` keeps it."""
    texts = models.JSONField(
        "other languages",
        blank=True,
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text=(
            "Shown to people who read our pages and emails in that language. Where a text is "
            "missing, they see the one above."
        ),
    )
    """By language, then by text: {"uk": {"title": "…"}}. What is missing is that of the columns."""
    speakers = models.JSONField(
        blank=True, default=list, db_default=models.Value([], models.JSONField())
    )
    """As `campaigns.events.programme` keeps them: name, country or body, office, biography; of some
    the portrait, as blocks name an image.
    """
    agenda = models.JSONField(
        blank=True, default=list, db_default=models.Value([], models.JSONField())
    )
    """Items as they are kept there. Their times are minutes after the start of the event."""
    picture = models.ForeignKey(
        MediaImage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=(
            "Shown on the event’s page, where its link is shared, and in emails whose event card "
            "has it. It is cut to 1200 × 630 pixels around its focal point."
        ),
    )
    picture_alt = models.CharField(
        "alternative text of the picture",
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Describes the picture to people who can’t see it.",
    )
    picture_is_decorative = models.BooleanField(
        "decoration only",
        default=False,
        db_default=False,
        help_text="The picture says nothing that the text doesn’t say. It needs no description.",
    )
    local_start = models.DateTimeField(help_text="In the event’s time zone.")
    local_end = models.DateTimeField()
    time_zone = models.CharField(
        max_length=64, help_text="Recipients see the time in their own time zone and in UTC."
    )
    starts_at = models.DateTimeField(help_text="Derived: the moment of the start.")
    ends_at = models.DateTimeField(help_text="Derived.")
    venue = models.CharField(
        max_length=200, blank=True, help_text="Leave empty if the event is online."
    )
    address = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="The street and town of the venue, shown on the event’s page and in emails.",
    )
    contact_name = models.CharField(
        "contact",
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Whom people can ask about the event, such as “The secretariat”. It is public.",
    )
    contact_email = models.EmailField(
        "contact’s email address",
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text="It is public, so don’t use a personal address.",
    )
    attendance = models.CharField(
        max_length=9,
        choices=Attendance.choices,
        default=Attendance.ONLINE,
        db_default=Attendance.ONLINE.value,
        help_text="How people take part.",
    )
    join_url = models.URLField(
        "meeting link",
        blank=True,
        help_text=(
            "Never shown on a public page. If the event asks for answers, people who have a place "
            "get it by email; otherwise, everybody who gets an email with the event card."
        ),
    )
    dial_in = models.TextField(
        "dial-in",
        blank=True,
        default="",
        db_default="",
        help_text=(
            "Telephone numbers and codes. They are sent to people who accepted and have a place, "
            "and never shown on a public page or in a calendar."
        ),
    )
    takes_answers = models.BooleanField(
        "ask for answers",
        default=False,
        db_default=False,
        help_text=(
            "People answer with the link in the invitation: yes, no, maybe, or somebody else comes "
            "in their place."
        ),
    )
    local_answers_until = models.DateTimeField(
        "answer by",
        null=True,
        blank=True,
        help_text=(
            "In the event’s time zone. Afterwards nobody can answer or change an answer. Leave it "
            "empty to take answers until the event starts."
        ),
    )
    answers_until = models.DateTimeField(null=True, blank=True, help_text="Derived.")
    capacity = models.PositiveIntegerField(
        "number of places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=(
            "Leave it empty if there is room for everybody. If people can come in person or take "
            "part online, only those who come in person need a place."
        ),
    )
    has_waiting_list = models.BooleanField(
        "waiting list",
        default=True,
        db_default=True,
        help_text=(
            "When all places are taken, people can wait for one. It is offered to the first in "
            "line."
        ),
    )
    interpretation = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="The languages that people can listen in, beside the event’s own.",
    )
    """Language tags, such as fr or ar."""
    calendar_mode = models.CharField(
        "in calendars",
        max_length=10,
        choices=CalendarMode.choices,
        default=CalendarMode.FILE,
        db_default=CalendarMode.FILE.value,
        help_text=(
            "How emails that announce the event add it to people’s calendars. People in discreet "
            "mode get neither."
        ),
    )
    calendar_title = models.CharField(
        "title in calendars",
        max_length=160,
        blank=True,
        default="",
        db_default="",
        help_text=(
            "If you enter one, calendars show this instead of the title, and nothing else but the "
            "time: no summary, no place and no link. Other people can often see a calendar."
        ),
    )
    status = models.CharField(
        max_length=10, choices=EventStatus.choices, default=EventStatus.PLANNED
    )
    moved_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it has another time than people were told."
    )
    previous_starts_at = models.DateTimeField(
        null=True, blank=True, help_text="The start that people were told before it was moved."
    )
    previous_ends_at = models.DateTimeField(null=True, blank=True)
    previous_time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    sequence = models.PositiveIntegerField(
        default=0, help_text="Grows with each change (RFC 5545 section 3.8.7.4)."
    )
    is_public = models.BooleanField(
        "public", default=True, help_text="List this event on the public events page."
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name="need-to-know topic",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
        help_text=(
            "Only staff who are granted the topic see the event, and no public page shows it."
        ),
    )
    authors = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Everybody who has written in it, as the audit log tells them apart.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["starts_at"], name="event_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_place(self) -> bool:
        return self.status in TAKES_PLACE

    @property
    def is_online(self) -> bool:
        return not self.venue

    @property
    def closes_at(self) -> datetime:
        """The moment from which nobody can answer or change an answer."""
        return min(self.answers_until or self.starts_at, self.starts_at)

    def needs_place(self, attends: str) -> bool:
        """Return whether somebody who takes part so needs one of a limited number of places."""
        return self.capacity is not None and not (
            self.attendance == Attendance.HYBRID and attends == Attendance.ONLINE
        )
