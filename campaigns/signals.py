"""Signals by which events tell the floors above them that they were changed."""

from django.dispatch import Signal

event_changed = Signal()
"""Something changed that people were told.

Arguments: `event`; `change`, one of EventChange; and of MOVED_BACK `since`, the moment of the move.

It is sent within the transaction of the change.
"""
