"""The part that an app above has in a merge, as it answers `asked_what_merging_moves`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfMerge:
    """The part of one app.

    Args:
        lines: sentences about what becomes of its rows, for staff.
        is_visible: whether the account may know of all of it.
        must_wait: whether one of the two is being written to.
    """

    lines: tuple[str, ...] = ()
    is_visible: bool = True
    must_wait: bool = False
