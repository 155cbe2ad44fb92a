"""Time an import: `.venv/bin/python -m benchmarks.import_subscribers [--rows 100000] [--again]`.

Generates a Google Sheets export with as many people, two in a hundred of them faulty or twice,
imports it into the database of DATABASE_URL and takes it back. Prints JSON; `ratio` compares with
the 17.7 s in which listmonk imports 100,000 rows on two cores: above 1 is faster. `cpu_seconds`
are those of this process alone. With `--pages` the outcome of each row is kept, and a look is taken
first, as by the staff pages.
"""

import argparse
import csv
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.people import FAMILY, GIVEN

if TYPE_CHECKING:
    from subscribers.imports.report import ImportReport
    from subscribers.models import Topic

LISTMONK_ROWS_A_SECOND = 100_000 / 17.7
COUNTRIES = [
    "New Zealand",
    "Sierra Leone",
    "UK",
    "USA",
    "Romania",
    "Hungary",
    "Guatemala",
    "Türkiye",
    "DE",
    "FRA",
    "Côte d’Ivoire",
    "Nowhere",
]
HEADERS = [
    "Timestamp", "Email Address", "Full Name", "Country",
    "Which organization, parliament or body do you represent?\n(If none, leave this empty)",
    "How did you hear of us?",
]  # fmt: skip


def write_file(path: Path, rows: int) -> None:
    """Write a file of `rows` people, the same for the same number."""
    dice = random.Random(rows)
    start = datetime(2021, 3, 1, 8, 0)  # noqa: DTZ001 - a sheet's own wall-clock time
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number in range(rows):
            sent = start + timedelta(minutes=9 * number)
            name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
            email = f"person.{number}@mail{dice.randrange(3_000)}.example.org"
            if number % 100 == 50:
                email = "not an address"
            elif number % 100 == 99:
                email = f"Twice.{number // 200}@example.org"
            stamp = f"{sent.month}/{sent.day}/{sent.year} {sent:%H:%M:%S}"
            writer.writerow(
                [
                    stamp,
                    email,
                    name,
                    dice.choice(COUNTRIES),
                    f"Parliament of {dice.choice(FAMILY)}, {number}",
                    "A friend\ntold me",
                ]
            )


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--again", action="store_true", help="import the file a second time too, when nobody is new"
    )
    parser.add_argument(
        "--pages", action="store_true", help="look first, and keep outcomes, as the staff pages do"
    )
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from subscribers.imports.import_subscribers import import_subscribers
    from subscribers.imports.undo import undo_import
    from subscribers.models import Topic

    call_command("migrate", verbosity=0)
    topic, _ = Topic.objects.get_or_create(
        slug="benchmark", defaults={"name": "Benchmark", "is_public": False}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        write_file(path, options.rows)
        look = _timed(lambda: _as_pages(path, topic, dry_run=True))[0] if options.pages else None
        began = time.process_time()
        seconds, report = _timed(
            lambda: (
                _as_pages(path, topic, dry_run=False)
                if options.pages
                else import_subscribers(path, topic=topic, consent="A benchmark.")
            )
        )
        cpu = time.process_time() - began
        again = (
            _timed(lambda: import_subscribers(path, topic=topic, consent="A benchmark."))[0]
            if options.again
            else None
        )
        undo_seconds, undone = _timed(lambda: undo_import(report.batch_id or 0))
    rows_a_second = options.rows / seconds
    result = {
        "benchmark": "import_subscribers",
        "database": connection.vendor,
        "rows": report.rows,
        "added": report.added,
        "unchanged": report.unchanged,
        "refused": report.refused_count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "look_seconds": None if look is None else round(look, 2),
        "rows_a_second": round(rows_a_second),
        "listmonk_rows_a_second": round(LISTMONK_ROWS_A_SECOND),
        "ratio": round(rows_a_second / LISTMONK_ROWS_A_SECOND, 2),
        "again_seconds": None if again is None else round(again, 2),
        "undo_seconds": round(undo_seconds, 2),
        "undone": undone.removed,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(result, indent=2))


def _as_pages(path: Path, topic: "Topic", *, dry_run: bool) -> "ImportReport":
    from subscribers.imports.import_subscribers import import_subscribers
    from subscribers.imports.row_outcomes import RowOutcomes

    with RowOutcomes(path.with_suffix(".rows")) as outcomes:
        return import_subscribers(
            path, topic=topic, consent="A benchmark.", dry_run=dry_run, outcomes=outcomes
        )


def _timed[Result](action: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main()
