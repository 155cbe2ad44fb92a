"""Inject ten faults one after another, and print when and how each was said.

A fault that a channel doesn't say within 90 seconds, or that is never told as mended, is a broken
promise, and the exit code is 1. It needs root, for a disk that can be filled.
"""

import argparse
import sys
import time

from tests.drills.alarms.channels import Said, is_told_as_mended, watch
from tests.drills.alarms.faults import FAULTS, Fault
from tests.drills.alarms.installation import Installation, installed
from tests.drills.servers import templates

LIMIT = 90.0
"""Seconds within which each channel must say it."""
PATIENCE = 150.0
CHANNELS = ("doctor", "dashboard", "metric", "alert")
SETTLING = 75.0
"""Seconds until what is so from the start, such as missing DNS records, has been told."""


def main() -> int:
    """Run the drill.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.drills.alarms", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name holds this")
    arguments = parser.parse_args()
    wanted = [each for each in FAULTS if arguments.only.lower() in each.name.lower()]
    broken = 0
    with templates() as made:
        if made.cluster is None:
            sys.stdout.write("LEFT OUT: it needs PostgreSQL and Redis, which are not installed\n")
            return 0
        with installed(made) as here:
            _let_pass(here, SETTLING)
            for fault in wanted:
                said = _play(here, fault)
                broken += _print(fault, said)
    return 1 if broken else 0


def _play(here: Installation, fault: Fault) -> Said:
    said = watch(here, fault, patience=PATIENCE)
    alerts_before, began = len(here.alerts.received), time.monotonic()
    fault.end(here)
    while time.monotonic() - began < PATIENCE:
        _let_pass(here, 0.5)
        if is_told_as_mended(here, fault, alerts_before):
            said.mended_after = time.monotonic() - began
            break
    return said


def _let_pass(here: Installation, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        here.host.look_after()
        time.sleep(0.2)


def _print(fault: Fault, said: Said) -> int:
    """Print a row of the table of docs/reliability.md, and return how many promises broke."""
    times = [f"{said.after[name]:.0f} s" if name in said.after else "never" for name in CHANNELS]
    mended = f"{said.mended_after:.0f} s" if said.mended_after is not None else "never"
    sys.stdout.write(f"| {fault.name} | {' | '.join(times)} | {mended} | {fault.check} |\n")
    for name in CHANNELS:
        sys.stdout.write(f"    {name}: {said.words.get(name, '')}\n")
    sys.stdout.flush()
    late = sum(said.after.get(name, PATIENCE) > LIMIT for name in CHANNELS)
    return late + (said.mended_after is None)


if __name__ == "__main__":
    sys.exit(main())
