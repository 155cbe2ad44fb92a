"""Time an import: `.venv/bin/python -m benchmarks.import_subscribers [--rows 1000000]`.

Makes a list of as many people, two in a hundred of them faulty or twice, and takes it over as the
staff pages do, into the database of DATABASE_URL: read, check, import, then the same list with one
person in a hundred more, and undo. Prints JSON: of each step the seconds by the clock on the wall,
the CPU seconds of this process and those of PostgreSQL, and the most memory that this process took.

`--workbook` makes an Excel workbook of it.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from benchmarks.import_files import write_sheet, write_workbook
from benchmarks.machine import load
from benchmarks.processes import cpu_seconds, family, parent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from subscribers.models import ImportUpload, Topic

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_CLEAR_PEAK = "5"
"""What is written to `clear_refs` so that the peak begins anew (proc(5))."""


@dataclass(frozen=True, slots=True)
class Step:
    """The cost of one step."""

    seconds: float
    cpu: float
    """Seconds of this process."""
    database_cpu: float
    """Seconds of PostgreSQL, all of its processes."""
    memory_mb: float
    """The most that this process took."""


class Meter:
    """Takes the cost of steps."""

    def __init__(self, database_url: str) -> None:
        self._postmaster = 0
        if database_url.startswith("postgres"):
            with psycopg.connect(database_url) as connection:
                self._postmaster = parent(connection.info.backend_pid)
        self.steps: dict[str, Step] = {}

    def take[Result](self, name: str, action: Callable[[], Result]) -> Result:
        """Do a step, and note what it cost."""
        _CLEAR.write_text(_CLEAR_PEAK)
        began, own, theirs = time.perf_counter(), time.process_time(), self._database_cpu()
        result = action()
        self.steps[name] = Step(
            seconds=round(time.perf_counter() - began, 2),
            cpu=round(time.process_time() - own, 2),
            database_cpu=round(self._database_cpu() - theirs, 2),
            memory_mb=_peak_mb(),
        )
        return result

    def _database_cpu(self) -> float:
        return cpu_seconds(family(self._postmaster)) if self._postmaster else 0.0


def _peak_mb() -> float:
    found = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(found.split()[1]) / 1024)


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workbook", action="store_true", help="as an Excel workbook")
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from subscribers.imports.undo import undo_import
    from subscribers.models import Topic

    call_command("migrate", verbosity=0)
    topic, _ = Topic.objects.get_or_create(
        slug="benchmark", defaults={"name": "Benchmark", "is_public": False}
    )
    account, _ = User.objects.get_or_create(username="benchmark", defaults={"is_superuser": True})
    meter = Meter(os.environ.get("DATABASE_URL", ""))
    before = load()
    write, name = (
        (write_workbook, "answers.xlsx") if options.workbook else (write_sheet, "answers.csv")
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path, options.rows)
        first = _take_over(path, topic, account, meter)
        write(path, options.rows + options.rows // 100)
        second = _take_over(path, topic, account, meter, again="again: ")
    undone = meter.take("undo", lambda: undo_import(first.batch_id or 0))
    result = {
        "benchmark": "import_subscribers",
        "database": connection.vendor,
        "rows": options.rows,
        "load": before,
        "counts": first.findings["counts"],
        "counts_again": second.findings["counts"],
        "undone": undone.removed,
        "steps": {name: asdict(step) for name, step in meter.steps.items()},
    }
    print(json.dumps(result, indent=2))


def _take_over(
    path: Path, topic: "Topic", account: "User", meter: Meter, *, again: str = ""
) -> "ImportUpload":
    """Do what a worker does for the staff pages, step by step."""
    from subscribers.imports.uploads.choices import Choices
    from subscribers.imports.uploads.folder import UPLOAD, new_folder
    from subscribers.imports.uploads.upload import begin, choose, start_import
    from subscribers.imports.uploads.work import advance_import

    folder = new_folder()
    size = path.stat().st_size
    path.replace(folder / UPLOAD)
    upload = begin(folder.name, file_name=path.name, size=size, topic=topic, made_by=account)

    def step(name: str) -> None:
        meter.take(again + name, lambda: advance_import(upload.pk))
        upload.refresh_from_db()
        if upload.problem:
            raise SystemExit(f"{name}: {upload.problem}")

    step("read")
    choose(upload, choices=Choices(), rows_as={})
    step("check")
    start_import(upload, consent="A benchmark.", re_permission=False)
    step("import")
    return upload


if __name__ == "__main__":
    main()
