"""The units of this host, as an upgrade restarts them."""

import http.client
import re
import time
from dataclasses import dataclass
from typing import Protocol

from scripts.deploying.releases import Release
from scripts.deploying.steps import StepFailed, must, run
from scripts.deploying.unit_files import BACKUP_TIMER, install_units, systemd_runs

ONE_AFTER_THE_OTHER = ("clock", "worker", "sender", "web")
"""Each finishes what is in flight before it ends (SIGTERM)."""
PATIENCE = 60
"""Seconds for a unit to stay up, and for pages to answer."""


class Units(Protocol):
    """The processes of a host, whoever keeps them."""

    def restart(self, release: Release) -> None:
        """Let all that run go on with a release.

        Raises:
            StepFailed: one doesn't stay up, or pages don't answer.
        """

    def make_backups(self) -> bool:
        """Return whether this host is the one that makes backups."""


class Supervised:
    """Processes that another supervisor keeps, which a person restarts."""

    def restart(self, release: Release) -> None:
        """Ask for it."""
        print(f"No systemd runs here: restart clock, worker, sender and web for {release}, now.")

    def make_backups(self) -> bool:
        """Return True: nobody here knows better."""
        return True


class Systemd:
    """The units that systemd keeps."""

    def restart(self, release: Release) -> None:
        """Restart one after the other; those that somebody stopped stay so.

        Raises:
            StepFailed: one doesn't stay up, or pages don't answer.
        """
        install_units(release.folder)
        for process in ONE_AFTER_THE_OTHER:
            unit = _Unit(f"convene@{process}.service")
            if unit.state() == "inactive":
                continue
            must("systemctl", "restart", unit.name)
            unit.stays_up()
            if process == "web":
                unit.answers()
            print(f"{unit.name} runs the code of {release}.", flush=True)

    def make_backups(self) -> bool:
        """Return whether the nightly backup is on."""
        return not run("systemctl", "is-enabled", "--quiet", BACKUP_TIMER).returncode


def units_of_this_host() -> Units:
    """Return the units of whatever keeps processes here."""
    return Systemd() if systemd_runs() else Supervised()


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str

    def state(self) -> str:
        return self._show("ActiveState")

    def stays_up(self) -> None:
        """Wait until the unit has run for three seconds without systemd starting it again.

        Raises:
            StepFailed: it didn't within a minute.
        """
        until, same, seen = time.monotonic() + PATIENCE, 0, ""
        while time.monotonic() < until:
            pid = self._show("MainPID")
            same = same + 1 if pid == seen and self.state() == "active" else 0
            if same == 3:
                return
            seen = pid
            time.sleep(1)
        journal = run("journalctl", "--no-pager", "-n", "20", "-o", "cat", "-u", self.name).stdout
        raise StepFailed(f"{self.name} doesn't stay up:\n{journal.strip()}")

    def answers(self) -> None:
        """Wait until pages can be answered, and the tables are those of the code.

        Raises:
            StepFailed: they couldn't within a minute.
        """
        port = re.search(r"\bPORT=(\d+)", self._show("Environment"))
        until, said = time.monotonic() + PATIENCE, ""
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection(
                    "127.0.0.1", int(port[1]) if port else 8000, timeout=10
                )
                connection.request("GET", "/readyz", headers={"Host": "localhost"})
                answer = connection.getresponse()
                said = f"{answer.status} {answer.read(500).decode(errors='replace')}"
                if answer.status == 200:
                    return
            except (OSError, http.client.HTTPException) as error:
                said = str(error)
            time.sleep(1)
        raise StepFailed(f"{self.name} doesn't answer /readyz: {said}")

    def _show(self, name: str) -> str:
        return must("systemctl", "show", "-p", name, "--value", self.name).strip()
