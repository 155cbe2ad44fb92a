"""One time limit for all steps of a request."""

import time

from newsletter.core.outbound.trouble import OutboundError, Trouble


class Deadline:
    """The end of the time for a request, after which no step of it begins."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self, *, at_most: float | None = None, shared_by: int = 1) -> float:
        """Return the seconds for a step.

        Args:
            at_most: a limit of the step's own.
            shared_by: so many steps have the time between them.

        Raises:
            OutboundError: the time is over.
        """
        left = (self._until - time.monotonic()) / shared_by
        if left <= 0:
            raise OutboundError(Trouble.TOO_SLOW)
        return left if at_most is None else min(left, at_most)
