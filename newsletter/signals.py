"""The one thing that points upwards: what providers told us, a batch at a time."""

from django.dispatch import Signal

provider_events_recorded = Signal()
"""Sent with `events`, a list of at most 1,000 ProviderEvent rows, in the transaction that records them. Facts may come twice,
late and in any order. A receiver answers with the fingerprints of events that came too early for it, such as those of a message
whose hand-over isn't settled yet: they are announced again.
"""
