"""The end of a hold where nothing was lost, and what `after_restore` may end."""

from datetime import datetime

from campaigns.audit_actions import RestoreAction
from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from newsletter.epoch.hold import Hold, Why, held
from newsletter.epoch.release import release


class NotRestored(ValueError):
    """There is nothing to do, or something else. The message says what."""


def require_nothing_lost(*, now: datetime) -> None:
    """Refuse what `end_hold` refuses, before anybody is asked.

    Raises:
        NotRestored: the database is known to be older, or nothing is held.
    """
    hold = held(now=now, is_logged=False)
    if hold is None:
        raise NotRestored("Sending works; there is nothing to resume.")
    if hold.why is Why.OLDER:
        raise NotRestored(f"Something is missing. {hold}")


def end_hold(*, by: str, now: datetime | None = None) -> None:
    """End the hold, because a person says that this database is the newest there is.

    What was lost is then only what hosts remember.

    Raises:
        NotRestored: it is known to be older, or nothing is held.
    """
    now = now or database_now()
    require_nothing_lost(now=now)
    release(by=by, now=now, restored_at=None)
    record(RestoreAction.HOLD_ENDED)


def hold_to_end(*, since: datetime | None, now: datetime) -> Hold | None:
    """Return the hold that `after_restore` would end.

    Raises:
        NotRestored: nothing is held, and `since` isn't given.
    """
    hold = held(now=now, is_logged=False)
    if hold is None and since is None:
        raise NotRestored(
            "Nothing seems to be missing from this database. If it was restored from a backup, say "
            "when the backup was made: --since TIME"
        )
    return hold
