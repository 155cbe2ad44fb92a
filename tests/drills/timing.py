"""Whether anything left too early: before its hour, or to others before the canary was through."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.drills.provider_account import Sums

type Row = Mapping[str, Any]

HOUR_PASSED = "hour_passed"


def sent_too_early(deliveries: Iterable[Row], account: Sums) -> Iterator[str]:
    """Find deliveries that the provider has had before they were due.

    Those behind the canary of a campaign were due when the campaign paused after it, at the
    earliest.
    """
    for row in deliveries:
        first = min(account.taken.get(row["ref"], ()), default=None)
        last_of_canary = row["campaign__canary_last_id"]
        if first is None:
            continue
        if row["due_at"] and first < _seconds(row["due_at"]):
            yield f"delivery {row['id']} was sent before {row['due_at']}, when it was due"
        if last_of_canary is not None and row["id"] > last_of_canary:
            sent_at = row["campaign__canary_sent_at"]
            if sent_at is None or first < _seconds(sent_at):
                yield f"delivery {row['id']} was sent before the canary was through ({sent_at})"


def wrongly_timed(deliveries: Iterable[Row]) -> Iterator[str]:
    """Find deliveries whose due time, or whose skipping for it, doesn't follow from the freeze.

    A later version took over deliveries that may have been due before it was launched.
    """
    for row in deliveries:
        if row["due_at"] is None or row["campaign__earlier_version_id"] is not None:
            continue
        is_late = _seconds(row["due_at"]) < _seconds(row["campaign__launched_at"])
        if is_late != (row["status"] == "skipped" and row["reason"] == HOUR_PASSED):
            yield (
                f"delivery {row['id']} is {row['status']} ({row['reason']}), due {row['due_at']}, "
                f"of a campaign that was launched at {row['campaign__launched_at']}"
            )


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
