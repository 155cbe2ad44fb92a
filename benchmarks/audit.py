"""Time the audit log: `.venv/bin/python -m benchmarks.audit [--entries 1000000]`.

Fills the log in the database of DATABASE_URL, and verifies it. Prints JSON; the CPU time is that of
the verification without the database's, the memory what it takes beyond the filling.
"""

import argparse
import json
import os
import resource
import time
from datetime import datetime, timedelta

BATCH = 5_000
PER_SEAL = 10


def fill(entries: int, *, until: datetime) -> None:
    """Write as many entries, a minute apart, with a seal for each ten."""
    from newsletter.audit.chain import AUDIT_LOG
    from newsletter.audit.digests import entry_digest
    from newsletter.audit_actions import CommandAction
    from newsletter.models import AuditEntry
    from newsletter.seals.digests import signing_key_id
    from newsletter.seals.seal import seal_entries

    for first in range(0, entries, BATCH):
        batch = [
            AuditEntry(
                at=until - timedelta(minutes=entries - number),
                action=CommandAction.RAN.value,
                words=str(CommandAction.RAN.label),
                actor_kind="account",
                actor_id=number % 60,
                actor_name=f"person {number % 60}",
                network="192.0.2.0/24",
                object_type="campaigns.campaign",
                object_id=str(number % 5_000),
                object_label=f"campaign {number % 5_000}",
                details={"fields": ["Name", "Topic"]},
                salt=f"{number:032x}",
                key_id=signing_key_id(),
            )
            for number in range(first, min(first + BATCH, entries))
        ]
        for entry in batch:
            entry.digest = entry_digest(entry)
        AuditEntry.objects.bulk_create(batch)
    seal_entries(AUDIT_LOG, batch=PER_SEAL)


def main() -> None:
    """Fill the log, verify it, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries = parser.parse_args().entries
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.utils import timezone

    from newsletter.audit.chain import AUDIT_LOG
    from newsletter.seals.verify import verify

    fill(entries, until=timezone.now())
    before = _peak()
    began, cpu_began = time.perf_counter(), time.process_time()
    problems = list(verify(AUDIT_LOG))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    if problems:
        raise SystemExit(f"{problems[0]}, and {len(problems) - 1} more")
    print(
        json.dumps(
            {
                "entries": entries,
                "seconds": round(seconds, 2),
                "cpu_seconds": round(cpu, 2),
                "entries_a_second": round(entries / seconds),
                "memory_mb": round(_peak() - before),
            }
        )
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
