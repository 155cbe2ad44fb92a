"""Run histories of the crash drill by their seeds, and print their results."""

import argparse
import json
import multiprocessing
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from tests.drills.kinds import UPGRADED, kind_of
from tests.drills.plan import EMBEDDED, SERVICES
from tests.drills.result import HistoryResult
from tests.drills.run import histories
from tests.drills.servers import templates


def main() -> int:
    """Run the histories that were asked for.

    Returns:
        The exit code: 1 where a promise was broken.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many histories")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first seed")
    parser.add_argument(
        "--only", type=int, nargs="+", help="these seeds alone, one after the other"
    )
    parser.add_argument(
        "--embedded",
        dest="mode",
        action="store_const",
        const=EMBEDDED,
        default="",
        help="all of them on SQLite, without Redis",
    )
    parser.add_argument(
        "--services",
        dest="mode",
        action="store_const",
        const=SERVICES,
        help="all of them on PostgreSQL with Redis",
    )
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    seeds = arguments.only or range(arguments.first, arguments.first + arguments.seeds)
    results: list[HistoryResult] = []
    began = monotonic()
    with templates(has_upgrades=any(kind_of(seed) == UPGRADED for seed in seeds)) as made:
        if made.cluster is None:
            _say("LEFT OUT: histories on PostgreSQL with Redis, which are not installed")
        if made.faketime is None:
            _say("LEFT OUT: the wall clock is moved nowhere, for libfaketime is not installed")
        for result in histories(
            list(seeds),
            mode=arguments.mode,
            made=made,
            at_once=1 if arguments.only else arguments.at_once,
        ):
            results.append(result)
            _say(_line(result))
            if result.complaints:
                _say(
                    "\n".join(
                        [
                            *(f"    BROKEN: {complaint}" for complaint in result.complaints),
                            result.evidence,
                        ]
                    )
                )
                _say(
                    f"    Once more: python -m tests.drills --only {result.seed}"
                    + (f" --{arguments.mode}" if arguments.mode else "")
                )
    _say(summary(results, seconds=monotonic() - began))
    if arguments.json:
        arguments.json.write_text(
            json.dumps([result.as_dict() for result in results], indent=1), encoding="utf-8"
        )
    return 1 if any(result.complaints for result in results) else 0


def _end(*_: object) -> None:
    """End the histories of this run, each of which then puts away its servers."""
    for child in multiprocessing.active_children():
        child.terminate()
    sys.exit(143)


def _line(result: HistoryResult) -> str:
    kept = "BROKEN" if result.complaints else "kept"
    doubt = f"{result.recipients:>4} recipients {result.uncertain:>2} uncertain (≤{result.bound})"
    times = f"{result.recovery:>3.0f} s of {result.seconds:>3.0f} after the last fault"
    return (
        f"{kept:<6} {result.seed:>4}  {result.mode} {result.hosts}  {result.provider:<13} "
        f"{doubt:<34} {times}: {result.faults}"
    )


def summary(results: Sequence[HistoryResult], *, seconds: float) -> str:
    """Return the figures of a run, as lines to print."""
    worst = max(results, key=lambda result: result.uncertain)
    rows = {
        "histories": len(results),
        "with a broken promise": sum(bool(result.complaints) for result in results),
        "recipients": sum(result.recipients for result in results),
        "accepted": sum(result.accepted for result in results),
        "failed, refused by the provider": sum(result.failed for result in results),
        "skipped, left meanwhile": sum(result.skipped for result in results),
        "changes of events that were told": sum(result.changes for result in results),
        "emails by which they were": sum(result.told for result in results),
        "uncertain": sum(result.uncertain for result in results),
        "most uncertain in one history": (
            f"{worst.uncertain} of {worst.bound} that may be (seed {worst.seed})"
        ),
        "workers cut short": sum(result.interruptions for result in results),
        "longest recovery": f"{max(result.recovery for result in results):.0f} s",
        "slowest end after SIGTERM": f"{max(result.slowest_end for result in results):.1f} s",
        "time": f"{seconds:.0f} s",
    }
    met = Counter(fault for result in results for fault in set(result.struck_by))
    return "\n".join(
        [
            "",
            *(f"{name:<32} {value}" for name, value in rows.items()),
            "",
            *(f"{fault:<36} in {number} histories" for fault, number in sorted(met.items())),
        ]
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
