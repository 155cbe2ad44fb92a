"""`python -m benchmarks [NAME…] [--json FILE] [--quick]`: measure, and print what was reached.

The machine it was reached on is printed with it.
"""

import argparse
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    answers,
    api,
    audience,
    composer,
    found_out,
    growth,
    over_time,
    pace,
    programs,
    progress,
    public_pages,
    reminders,
    senders,
    sign_ups,
    smtp,
    staff_pages,
    writing,
)
from benchmarks.context import Context
from benchmarks.machine import describe, load
from benchmarks.rows import Row, not_measured, table
from scripts.services import Unavailable

MEASUREMENTS: dict[str, Callable[[Context], list[Row]]] = {
    "smtp": smtp.measure,
    "senders": senders.measure,
    "freeze": growth.freeze,
    "reminders": reminders.measure,
    "api_batch": api.measure_batch,
    "api_single": api.measure_single,
    "webhooks": programs.webhooks,
    "pace": pace.measure,
    "pages": public_pages.measure,
    "staff_pages": staff_pages.measure,
    "over_time": over_time.measure,
    "audience": audience.measure,
    "composer": composer.measure,
    "writing": writing.measure,
    "progress": progress.measure,
    "sign_ups": sign_ups.measure,
    "answers": answers.measure,
    "found_out": found_out.measure,
    "import": programs.import_subscribers,
    "audit": programs.audit,
    "images": programs.images,
    "growth": growth.measure,
}


def main() -> int:
    """Measure what was asked for, and return the exit code.

    1 says that something could not be measured, because it failed.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(MEASUREMENTS)}; all of them where none is given",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all figures to this file, too"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a tenth of everything, once, and no million: whether it works, not what it reaches",
    )
    parser.add_argument(
        "--imported",
        type=int,
        default=100_000,
        metavar="ROWS",
        help="rows of the list that `import` takes over (default: 100000)",
    )
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in MEASUREMENTS]:
        parser.error(f"there is no measurement {unknown[0]!r}; there are {', '.join(MEASUREMENTS)}")
    # As Ctrl-C: processes and databases of this run must not outlive it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Context(quick=options.quick, imported=options.imported) as context:
            machine = describe(database_url=context.database_url, redis_url=context.redis_url)
            rows, failed = _measured(context, options.names or list(MEASUREMENTS))
    except Unavailable as problem:
        print(f"Nothing can be measured: {problem}", file=sys.stderr)
        return 1
    print(
        f"\n{machine['cpu']}, {machine['cores']} cores, PostgreSQL {machine['postgresql']}, "
        f"Python {machine['python']}, {machine['date']}"
    )
    print(table(rows))
    if options.json:
        options.json.write_text(
            json.dumps(
                {"machine": machine, "quick": options.quick, "rows": rows},
                indent=2,
                ensure_ascii=False,
            )
            + "\n"
        )
    return 1 if failed else 0


def _measured(context: Context, names: list[str]) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    failed = False
    for name in names:
        print(f"{name} … (load {', '.join(map(str, load()))})", flush=True)
        began = time.monotonic()
        try:
            found = MEASUREMENTS[name](context)
        except Exception as error:  # noqa: BLE001 - the others are measured all the same
            traceback.print_exc()
            found, failed = [not_measured(name, str(error).split("\n", 1)[0][:160])], True
        print(f"{table(found)}\n({time.monotonic() - began:.0f} s)\n", flush=True)
        rows += [{"measurement": name, **one} for one in found]
    return rows, failed


if __name__ == "__main__":
    sys.exit(main())
