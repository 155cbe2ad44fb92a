"""What points upwards: what providers told us, a batch at a time, and a question before anybody is written to once more."""

from django.dispatch import Signal

provider_events_recorded = Signal()
"""Sent with `events`, a list of at most 1,000 ProviderEvent rows, in the transaction that records
them. Facts may come twice, late and in any order. A receiver answers with the fingerprints of
events that came too early for it, such as those of a message whose hand-over isn't settled yet:
they are announced again.
"""

asked_before_another_attempt = Signal()
"""Sent with `message`, a TransactionalMessage that was tried before, and `by_person`, whether
somebody of staff wants it sent again. A receiver answers why it must not be sent, for staff to
read, or with an empty string. The floor below knows nothing of people: who has opted out since, or
was erased, is known above.
"""
