"""What subscribers announce to the floors above."""

from django.dispatch import Signal

unsubscribed = Signal()
"""Sent once somebody's leaving is safe in the database, with `subscriber_id`, `topic_id` (None: all), `campaign_id` (whose
link it was; 0: unknown) and `at`. A receiver that fails undoes nothing.
"""
