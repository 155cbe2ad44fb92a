"""Answers to invitations."""

from django.db import models

from campaigns.models.event import Event
from campaigns.states import RsvpAnswer
from subscribers.models import Subscriber


class Rsvp(models.Model):
    """One person's current answer to one invitation.

    `retention`: goes with the subscriber, and KEEP_RSVPS after the event.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rsvps")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="rsvps")
    answer = models.CharField(max_length=5, choices=RsvpAnswer.choices)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_answer_per_event")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.subscriber_id} {self.answer}"
