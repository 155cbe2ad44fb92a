"""Checks that the audit log and the evidence of consent are as they were written."""

from itertools import islice
from typing import Any

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.audit.chain import AUDIT_LOG
from newsletter.seals.chain import Chain
from newsletter.seals.verify import verify_newest
from subscribers.evidence.chain import CONSENT

PROBLEMS_NAMED = 3
"""Problems of a sealed table that are named; `verify_audit` and `verify_consent` name them all."""
SEALS_CHECKED = 1_000
ENTRIES_CHECKED = 20_000
"""The newest part of a sealed table, at most: some hours or days. All of it takes minutes for a
million entries.
"""


def audit() -> Found:
    """Check that the newest part of the audit log is as it was written."""
    yield from _as_written(AUDIT_LOG)


def consent() -> Found:
    """Check that the newest part of the evidence of consent is as it was written."""
    yield from _as_written(CONSENT)


def _as_written(chain: Chain[Any]) -> Found:
    newest = verify_newest(chain, seals=SEALS_CHECKED, entries=ENTRIES_CHECKED)
    problems = list(islice(newest, PROBLEMS_NAMED + 1))
    for problem in problems[:PROBLEMS_NAMED]:
        words = f"{chain.name} is not as it was written. {problem}"
        yield Said(Level.MEND, words, problem.place)
    if len(problems) > PROBLEMS_NAMED:
        words = f"{chain.name} has more problems. Run: manage.py {chain.command}"
        yield Said(Level.MEND, words, "more")
    if not problems:
        yield (
            Level.FINE,
            f"{chain.name} is as it was written, in its newest part. To check all of it, run: "
            f"manage.py {chain.command}",
        )
