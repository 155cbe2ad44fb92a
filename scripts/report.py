"""What a run of `bin/test` found: its last lines, and its exit code."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from scripts.outcomes import Outcome, note_flaky, ranking

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
FLAKY_AT_MOST = 3
"""More tests than these that fail now and then are a failure: something is wrong with them all."""
INTERRUPTED = 130


@dataclass
class Report:
    """The results of what has been run so far."""

    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Sections without tests, and those that ended before their tests had."""
    broken: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    """Tests that failed: the section's name → node id → outcome."""
    flaky: dict[str, Outcome] = field(default_factory=dict)
    """Tests that failed beside the others and passed alone: node id → what they failed by."""
    stopped: str = ""
    """Why it ended before its time; empty where it didn't."""
    nothing_may_be_left_out: bool = IN_CI
    ranks_flaky: bool = False
    began: float = field(default_factory=monotonic)

    def add(self, section: str, outcomes: Mapping[str, Outcome], code: int | None) -> None:
        """Add what one run of pytest came to.

        Args:
            section: its name.
            outcomes: as far as it got.
            code: pytest's exit code; None: it was interrupted.
        """
        for outcome in outcomes.values():
            self.counts[outcome.outcome] += 1
        broken = {key: each for key, each in outcomes.items() if each.outcome == "failed"}
        if broken:
            self.broken[section] = broken
        if code not in (None, 0) and not (code == 1 and broken):
            self.failed.append(f"{section} (pytest ended with exit code {code})")

    def add_second_run(self, section: str, outcomes: Mapping[str, Outcome]) -> None:
        """Add what failed tests came to when they ran once more, alone."""
        broken = self.broken[section]
        for nodeid, outcome in outcomes.items():
            if outcome.outcome == "passed" and nodeid in broken:
                self.flaky[nodeid] = broken.pop(nodeid)
                self.counts["failed"] -= 1
                self.counts["passed"] += 1

    @property
    def why_failed(self) -> str:
        """What makes it a failure, in one line; empty where nothing does."""
        reasons = list(self.failed)
        if number := sum(map(len, self.broken.values())):
            reasons.append(f"{number} tests" if number > 1 else "1 test")
        if len(self.flaky) > FLAKY_AT_MOST:
            reasons.append(f"{len(self.flaky)} flaky tests, more than {FLAKY_AT_MOST}")
        if self.left_out and self.nothing_may_be_left_out:
            reasons.append("what was left out (with CI=true nothing may be)")
        if self.stopped:
            reasons.append(self.stopped)
        return ", ".join(reasons)

    def close(self) -> int:
        """Print the last lines, keep which tests were flaky, and return the exit code."""
        for section, broken in self.broken.items():
            if broken:
                heading(f"Failed: {section}")
                _print_tests(broken)
                print(f"These alone: bin/test {section} {shlex.join(broken)}")
        if self.flaky:
            heading("Flaky: failed beside others, passed alone")
            _print_tests(self.flaky)
            note_flaky(self.flaky.values())
        if self.ranks_flaky and (lines := list(ranking())):
            heading("Flaky so far, the worst first")
            print(*lines, sep="\n")
        heading(f"Result, after {monotonic() - self.began:.0f} s")
        for text in self.left_out:
            print(f"LEFT OUT: {text}")
        print(f"FAILED: {self.why_failed}" if self.why_failed else "Passed.")
        if any(self.counts.values()):
            print(
                "convene: {passed} passed, {failed} failed, {skipped} skipped".format(
                    **self.counts
                ),
                flush=True,
            )
        if self.stopped:
            return INTERRUPTED
        return 1 if self.why_failed else 0


def heading(text: str) -> None:
    """Print the heading of a section."""
    print(f"\n=== {text} {'=' * max(3, 100 - len(text))}", flush=True)


def _print_tests(outcomes: Mapping[str, Outcome]) -> None:
    for nodeid, outcome in outcomes.items():
        print(f"{nodeid}\n    {outcome.reason}")
