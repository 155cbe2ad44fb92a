"""The one thing that points upwards: what providers told us, a batch at a time."""

from django.dispatch import Signal

provider_events_recorded = Signal()
"""Sent with `events`, a list of ProviderEvent rows that have been stored. Facts may come twice, late and in any order."""
