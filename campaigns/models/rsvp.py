"""Answers to invitations."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from campaigns.event_states import Attendance, RsvpAnswer, RsvpSource, Seat
from campaigns.models.event import Event
from subscribers.models import Subscriber

MAXIMUM_NEED = 500
MAXIMUM_NOTE = 1000


class Rsvp(models.Model):
    """One person's current answer to the invitation to one event.

    The person is a subscriber, or a guest: a delegate, or somebody whose answer staff entered, of
    whom nothing is known but a name and an address.

    `retention`: goes with the subscriber, and KEEP_RSVPS after the event. What somebody needs to
    take part goes KEEP_RSVP_NEEDS after the event.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rsvps")
    subscriber = models.ForeignKey(
        Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="rsvps"
    )
    email = models.EmailField(
        max_length=254, blank=True, default="", db_default="", help_text="Of a guest alone."
    )
    digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Keyed digest of a guest’s address.",
    )
    full_name = models.CharField(
        "name", max_length=200, blank=True, default="", db_default="", help_text="Of a guest alone."
    )
    language = models.CharField(
        max_length=35, blank=True, default="", db_default="", help_text="Of a guest’s emails."
    )
    delegate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="delegates",
        help_text="The answer of the person in whose place a delegate comes.",
    )
    is_named = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Somebody else named them to come in their place, and may be erased since.",
    )
    answer = models.CharField(
        max_length=8,
        choices=RsvpAnswer.choices,
        blank=True,
        help_text="Empty while a delegate has not answered yet.",
    )
    attends = models.CharField(
        "takes part",
        max_length=9,
        choices=Attendance.choices,
        blank=True,
        default="",
        db_default="",
    )
    interpretation = models.CharField(
        max_length=35, blank=True, default="", db_default="", help_text="Language tag."
    )
    access_needs = models.CharField(max_length=MAXIMUM_NEED, blank=True, default="", db_default="")
    dietary_needs = models.CharField(max_length=MAXIMUM_NEED, blank=True, default="", db_default="")
    note = models.CharField(max_length=MAXIMUM_NOTE, blank=True, default="", db_default="")
    seat = models.CharField(
        "place", max_length=7, choices=Seat.choices, blank=True, default="", db_default=""
    )
    waiting_since = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(
        max_length=8, choices=RsvpSource.choices, default=RsvpSource.LINK, db_default="link"
    )
    agreed_words = models.TextField(
        blank=True, default="", db_default="", help_text="The words that a delegate agreed to."
    )
    changes = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Changes by the person themselves since `changes_since`."
    )
    delegates_named = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Since `changes_since`."
    )
    changes_since = models.DateTimeField(null=True, blank=True)
    calendar_sequence = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The sequence of the newest reply that came from the person’s calendar.",
    )
    calendar_stamp = models.DateTimeField(
        null=True, blank=True, help_text="When their calendar wrote it, as it says."
    )
    came = models.BooleanField(null=True, blank=True, help_text="Empty until staff mark it.")
    told_steps = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=(
            "What they were told by a message of their own: steps of the event’s series, by its "
            "start, and changes, by its sequence."
        ),
    )
    told_message = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="The id of the message that told them the last of these; empty: not known.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_answer_per_event"),
            models.UniqueConstraint(
                fields=["event", "digest"],
                condition=~Q(digest=""),
                name="one_answer_per_guest",
            ),
            models.CheckConstraint(
                condition=Q(subscriber__isnull=True) ^ Q(digest=""), name="rsvp_of_one_person"
            ),
            models.CheckConstraint(
                condition=Q(seat__in=["", Seat.LAPSED])
                | Q(answer=RsvpAnswer.YES)
                # The place of whoever names a delegate is offered to the delegate first.
                | Q(seat=Seat.OFFERED, answer=""),
                name="rsvp_place_of_yes",
            ),
            models.CheckConstraint(
                condition=~Q(seat=Seat.WAITING) | Q(waiting_since__isnull=False),
                name="rsvp_waits_since",
            ),
            models.CheckConstraint(
                condition=~Q(seat=Seat.OFFERED) | Q(offered_until__isnull=False),
                name="rsvp_offered_until",
            ),
        ]
        indexes = [
            # Places are counted, and the next in line is looked for, with each answer.
            models.Index(
                fields=["event", "seat", "waiting_since"],
                condition=~Q(seat=""),
                name="rsvp_places",
            ),
            models.Index(
                fields=["offered_until"], condition=Q(seat=Seat.OFFERED), name="rsvp_offers"
            ),
            models.Index(fields=["digest"], condition=~Q(digest=""), name="rsvp_guests"),
            # Of the staff's list, and of its counts, which read nothing else.
            models.Index(
                fields=["event", "id", "answer", "seat", "attends", "came"], name="rsvp_list"
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk} to event {self.event_id}"

    @property
    def is_delegate(self) -> bool:
        """Return whether somebody else named the person to come in their place."""
        # The last two: of those who were named before it was kept by itself.
        return (
            self.is_named or self.delegate_of_id is not None or self.source == RsvpSource.DELEGATE
        )

    @property
    def will_come(self) -> bool:
        """Return whether the person comes: they said yes, and have a place where one is needed."""
        return self.answer == RsvpAnswer.YES and self.seat in (Seat.NONE, Seat.TAKEN)
