"""The size of a claim: what fits into CLAIM_SECONDS, and less towards the end of a campaign."""

from django.conf import settings

FIRST_CLAIM, FEWEST = 50, 5
GROWTH = 10
"""How many times as large as the one before a claim may be. After a small claim, the mailer's speed
is known only roughly."""

CLAIM_SECONDS = 2.0
"""Seconds that one claim should take.

Long enough that the database's work for it is nothing, and short enough that a pause is felt, and
that a rate, a shutdown or a crash meets few deliveries.
"""


def first_size() -> int:
    """Return how many deliveries a worker claims first."""
    return min(FIRST_CLAIM, settings.SEND_BATCH_SIZE)


def next_size(size: int, *, claimed: int, left: int, took: float, call: int) -> int:
    """Return how many deliveries the next claim should have.

    As many as can be dispatched in CLAIM_SECONDS, at the speed of the claim before. Towards the end
    it is half of what is left, down to FIRST_CLAIM, so that no worker has much to do when the
    others have nothing.

    Args:
        size: of the claim before, as it was asked for.
        claimed: how many deliveries that claim had.
        left: how many others of the campaign are planned.
        took: seconds until that claim had room for the next.
        call: recipients of one call to the mailer; a claim is at least one whole call.
    """
    fitting = int(claimed * CLAIM_SECONDS / max(took, 0.001))
    share = max(left // 2, FIRST_CLAIM)
    return min(
        max(min(fitting, share), call, FEWEST), size * GROWTH, max(settings.SEND_BATCH_SIZE, call)
    )
