"""`deploy/upgrade TAG|FOLDER`: put another release in the place of the running one.

A release lies in a folder of its own, with packages of its own, and `/opt/convene` leads to the one
that runs. Until the switch the running one is untouched; after it, the one before is a switch away.
It needs no package, because the release that it comes from may be the broken one.
"""

import argparse
import filecmp
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.deploying import releases
from scripts.deploying.install import BACKUPS, CODE_OF_THE_UNIT, ENVIRONMENT_FILE, USER
from scripts.deploying.releases import Release
from scripts.deploying.steps import StepFailed, must, run
from scripts.deploying.units import Units, units_of_this_host

PATIENCE = 60
"""Seconds until doctor must have heard of new processes."""


def main(words: Sequence[str]) -> int:
    """Upgrade, and return the exit code: 0, or 1 where the release before is still the one."""
    options = _options(words)
    if os.geteuid() != 0:
        print("deploy/upgrade: it restarts units, so run it by sudo.", file=sys.stderr)
        return 2
    server = Server(CODE_OF_THE_UNIT, units_of_this_host())
    try:
        if options.back:
            server.go_back()
        else:
            server.upgrade(options.release)
    except (StepFailed, OSError) as problem:
        print(f"deploy/upgrade: {problem}", file=sys.stderr)
        return 1
    return 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/upgrade", description=__doc__)
    parser.add_argument(
        "release", nargs="?", help="a tag, branch or commit, or a folder with a checkout"
    )
    parser.add_argument("--back", action="store_true", help="switch to the release before")
    options = parser.parse_args(words)
    if bool(options.release) == options.back:
        parser.error("name a release, or --back")
    # deploy/upgrade came here for its modules; a folder is named from where the caller stands.
    if options.release and (folder := Path(os.environ.get("CALLED_FROM", "."), options.release)):
        options.release = str(folder) if folder.is_dir() else options.release
    return options


@dataclass(frozen=True, slots=True)
class Server:
    """A server whose release changes.

    Attributes:
        link: to the release that runs.
        user: whom commands run as.
        backups: the folder of backups.
        patience: seconds until doctor must have heard of new processes.
    """

    link: Path
    units: Units
    user: str = USER
    backups: Path = BACKUPS
    patience: float = PATIENCE

    def upgrade(self, name: str) -> None:
        """Get a release, migrate, switch to it, and switch back where it doesn't work.

        Stopped at any step, the next run begins again with what isn't finished, and still knows
        the way back.

        Args:
            name: a tag, a branch, a commit, or a folder.

        Raises:
            StepFailed: it isn't the one that runs now; the message says what to do.
        """
        current = releases.current(self.link)
        back = releases.way_back(self.link) or current
        new = releases.fetch(name, into=releases.home(self.link), of=current)
        errors = self._errors(current)
        _say(f"{new} is there. Its packages and settings:")
        _install_packages(new, like=current)
        self._manage(new, "check")
        if self.units.make_backups() or self._waits_for_tables(new):
            _say("Backup:")
            self._back_up(current)
        _say("Tables. The release that runs goes on working on them.")
        self._manage(new, "migrate", "--verbosity", "0")
        self._manage(new, "collectstatic", "--no-input", user="root")
        releases.note_way_back(self.link, back)
        releases.switch(self.link, new)
        try:
            self.units.restart(new)
            self._see_that_it_is_no_worse(new, errors)
        except BaseException as problem:  # Ctrl-C, too
            self._return_to(back)
            if not isinstance(problem, StepFailed):
                raise
            raise StepFailed(
                f"{problem}\n{back} runs again, on the tables of {new}, which it can work with. "
                f"Backups lie in {self.backups}."
            ) from None
        new.note_ready()
        releases.forget_way_back(self.link)
        releases.forget_old(self.link)
        _say(f"{new} runs. `deploy/upgrade --back` returns to {back}.")

    def go_back(self) -> None:
        """Switch to the release that worked before, or that an upgrade was stopped on its way from.

        Raises:
            StepFailed: there is none.
        """
        back = releases.way_back(self.link) or releases.previous(self.link)
        self._return_to(back)
        _say(f"{back} runs, on the tables as they are now.")

    def _return_to(self, back: Release) -> None:
        releases.switch(self.link, back)
        self.units.restart(back)
        releases.forget_way_back(self.link)

    def _back_up(self, current: Release) -> None:
        self.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.chown(self.backups, self.user, self.user)
        # Without --keep: the nightly backups of two weeks must not give way to those of one day.
        self._manage(current, "backup", str(self.backups))

    def _waits_for_tables(self, new: Release) -> bool:
        return bool(run(*self._managed(new, "migrate", "--check")).returncode)

    def _see_that_it_is_no_worse(self, release: Release, errors: set[tuple[str, str]]) -> None:
        """Wait until doctor finds no error that it didn't find before.

        Raises:
            StepFailed: it still does after a minute.
        """
        until = time.monotonic() + self.patience
        while worse := self._errors(release) - errors:
            if time.monotonic() > until:
                said = ", ".join(f"{check} {about}".strip() for check, about in sorted(worse))
                raise StepFailed(f"doctor finds what it did not find before: {said}")
            time.sleep(min(5, self.patience))

    def _errors(self, release: Release) -> set[tuple[str, str]]:
        """Return which check finds what to mend. Words may hold a moment, and differ next time.

        Raises:
            StepFailed: doctor doesn't answer.
        """
        asked = run(*self._managed(release, "doctor", "--json"))
        try:
            findings = json.loads(asked.stdout)["findings"]
            return {(each["check"], each["about"]) for each in findings if each["level"] == "mend"}
        except (ValueError, KeyError, TypeError):
            said = (asked.stderr or asked.stdout).strip()[-2000:]
            raise StepFailed(f"doctor of {release} doesn't answer: {said}") from None

    def _managed(self, release: Release, *words: str, user: str = "") -> tuple[str, ...]:
        manage = str(release.folder / "deploy" / "manage")
        return ("env", f"CONVENE_USER={user or self.user}", manage, *words)

    def _manage(self, release: Release, *words: str, user: str = "") -> None:
        if said := must(*self._managed(release, *words, user=user)).strip():
            _say(said)


def _install_packages(new: Release, *, like: Release) -> None:
    """Install what a release needs; a copy of what is here already, where that is the same."""
    lock, packages = Path("requirements.lock"), Path(".venv")
    same = filecmp.cmp(new.folder / lock, like.folder / lock, shallow=False)
    if same and (like.folder / packages).exists() and not (new.folder / packages).exists():
        part = new.folder / ".venv-part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(like.folder / packages, part, symlinks=True)
        part.rename(new.folder / packages)
    must(str(new.folder / "bin" / "setup"))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    if not ENVIRONMENT_FILE.exists():
        print(f"deploy/upgrade: there is no {ENVIRONMENT_FILE}; install first.", file=sys.stderr)
        raise SystemExit(2)
    raise SystemExit(main(sys.argv[1:]))
