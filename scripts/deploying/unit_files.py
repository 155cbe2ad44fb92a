"""The units of this host, as they are installed and started for the first time."""

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

from scripts.deploying.steps import Step, hidden_step, is_there, must, run

UNITS = Path("/etc/systemd/system")
BACKUP_TIMER = "convene-backup.timer"
SYSTEMD_RUNS = Path("/run/systemd/system")
"""There is such a folder where systemd is what keeps the processes (sd_booted(3))."""


def systemd_runs() -> bool:
    """Return whether systemd is what keeps the processes of this host.

    Raises:
        PermissionError: only root can tell.
    """
    return is_there(SYSTEMD_RUNS)


def unit_steps(code: Path, processes: Sequence[str]) -> list[Step]:
    """Return what has systemd keep the processes; nothing where another supervisor does.

    Args:
        code: the checkout.
        processes: that shall run here.
    """
    names = [f"convene@{process}.service" for process in processes]
    if "clock" in processes:
        # One host is the one that does what is done once.
        names.append(BACKUP_TIMER)
    start = f"start {' '.join(names)}, now and with the machine"
    try:
        if not systemd_runs():
            return []
    except PermissionError as problem:
        return [hidden_step(f"install units into {UNITS}", problem), hidden_step(start, problem)]
    return [
        Step(
            f"install units into {UNITS}",
            lambda: _are_units_installed(code),
            lambda: install_units(code),
        ),
        Step(
            start,
            lambda: all(_is("active", name) and _is("enabled", name) for name in names),
            lambda: _start(names),
        ),
    ]


def install_units(code: Path) -> None:
    """Give systemd the units of a release.

    Args:
        code: the checkout.

    Raises:
        StepFailed: systemd doesn't take them.
    """
    for unit in _units_of(code):
        shutil.copyfile(unit, UNITS / unit.name)
    must("systemctl", "daemon-reload")


def _are_units_installed(code: Path) -> bool:
    return all(
        is_there(UNITS / unit.name) and filecmp.cmp(unit, UNITS / unit.name, shallow=False)
        for unit in _units_of(code)
    )


def _units_of(code: Path) -> list[Path]:
    return sorted([*(code / "deploy").glob("*.service"), *(code / "deploy").glob("*.timer")])


def _is(state: str, unit: str) -> bool:
    # One by one: of several, systemctl is content with any.
    return not run("systemctl", f"is-{state}", "--quiet", unit).returncode


def _start(names: Sequence[str]) -> None:
    must("systemctl", "enable", "--quiet", *names)
    must("systemctl", "restart", *names)
