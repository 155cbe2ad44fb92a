"""What a bounce means: hard, soft or block. From the enhanced status code (RFC 3463) first; providers' own words come second."""

import re

from newsletter.states import BounceClass

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
"""Not a piece of an IP address, of which answers of mail servers are full."""

# Detail codes that say the opposite of their subject, or that a subject leaves open. None: it says nothing.
_BY_DETAIL: dict[tuple[int, int], BounceClass | None] = {
    (1, 4): BounceClass.SOFT,  # destination mailbox address ambiguous
    (1, 7): BounceClass.BLOCK,  # the sender's address is not one
    (1, 8): BounceClass.BLOCK,  # the sender's domain can't be reached
    (2, 0): None,
    (2, 1): BounceClass.HARD,  # mailbox disabled
    (2, 2): BounceClass.SOFT,  # mailbox full
    (2, 3): BounceClass.BLOCK,  # message too long
    (3, 4): BounceClass.BLOCK,  # message too big for the system
}
# Address · mailbox · mail system · routing · protocol · content · policy.
_BY_SUBJECT: dict[int, BounceClass | None] = {
    1: BounceClass.HARD,
    2: BounceClass.SOFT,
    3: BounceClass.SOFT,
    4: BounceClass.SOFT,
    5: BounceClass.BLOCK,
    6: BounceClass.BLOCK,
    7: BounceClass.BLOCK,
}


def bounce_class(*answers: str, hint: BounceClass | None = None) -> BounceClass:
    """The class of a bounce.

    Args:
        answers: status codes, or answers of mail servers with one in them; the first that says something counts.
        hint: what the provider itself says. Counts where no code does.

    Returns:
        The class; soft where nothing is said, since a soft one never ends anything by itself.
    """
    for answer in answers:
        for match in _CODE.finditer(answer[:2_000]):
            found = _of_code(*map(int, match.groups()))
            if found is not None:
                return found
    return hint or BounceClass.SOFT


def _of_code(status: int, subject: int, detail: int) -> BounceClass | None:
    if status == 2:
        return None
    if status == 4:
        # A block is a block for the time being, too: it is about us, and the guard should see it.
        return BounceClass.BLOCK if subject == 7 else BounceClass.SOFT
    return _BY_DETAIL.get((subject, detail), _BY_SUBJECT.get(subject))
