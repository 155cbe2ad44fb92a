"""The wall clock of a machine's processes, which libfaketime moves; no monotonic clock moves."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path


def make(file: Path, library: Path) -> Mapping[str, str]:
    """Return the variables of processes whose clock shows the time that `file` is ahead by.

    Args:
        file: created here, and not ahead.
        library: libfaketime's, as `scripts.services.installed_faketime` finds it.
    """
    file.write_text("+0", encoding="ascii")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": "1",
    }


def move(file: Path, *, ahead: timedelta) -> None:
    """Have the processes see, within a second, a clock that is ahead of the real one by so much."""
    # The file is replaced in one step, because a process that read half of it would end.
    coming = file.with_name(f"{file.name}.new")
    coming.write_text(f"{ahead.total_seconds():+.3f}", encoding="ascii")
    coming.replace(file)
