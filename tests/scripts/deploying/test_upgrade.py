"""An upgrade switches to a release that works, or leaves the one that did."""

import getpass
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.deploying import releases
from scripts.deploying.releases import Release
from scripts.deploying.steps import StepFailed
from scripts.deploying.upgrade import Server

MANAGE = """#!/bin/sh
echo "$(basename "$(dirname "$(dirname "$0")")") $*" >>"{calls}"
case "$*" in
"doctor --json") cat "{doctor}" ;;
"{fails}"*) echo "it fails" >&2; exit 1 ;;
esac
"""


class Processes:
    """Units that note with which release they go on, and may not come up."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.broken: dict[str, BaseException] = {}
        self.backs_up = True

    def restart(self, release: Release) -> None:
        self.began.append(str(release))
        if str(release) in self.broken:
            raise self.broken[str(release)]

    def make_backups(self) -> bool:
        return self.backs_up


class Host:
    """A host with release v1, from a repository that has more of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.origin, self.link = folder, folder / "origin", folder / "opt" / "convene"
        self.units, self.calls = Processes(), folder / "calls"
        self.finds()
        for name in ("deploy", "bin"):
            (self.origin / name).mkdir(parents=True)
        self.link.parent.mkdir()
        self._git("init", "--quiet", "--initial-branch=main")
        self.tag("v1")
        subprocess.run(["git", "clone", "--quiet", self.origin, self.link], check=True)
        (self.link / ".venv").mkdir()
        self.server = Server(
            self.link, self.units, user=getpass.getuser(), backups=folder / "backups", patience=0
        )

    def tag(self, name: str, *, fails: str = "nothing") -> None:
        """Make a release, one of whose commands may fail."""
        doctor = self.folder / "doctor.json"
        text = MANAGE.format(calls=self.calls, doctor=doctor, fails=fails)
        scripts = {"deploy/manage": text, "bin/setup": "#!/bin/sh\n", "deploy/upgrade": name}
        for path, script in scripts.items():
            (self.origin / path).write_text(script, encoding="utf-8")
            (self.origin / path).chmod(0o755)
        (self.origin / "requirements.lock").write_text("", encoding="utf-8")
        self._git("add", ".")
        self._git("commit", "--quiet", "--message", name)
        self._git("tag", name)

    def finds(self, *errors: tuple[str, str]) -> None:
        """Let doctor find errors from now on."""
        found = [{"check": check, "about": about, "level": "mend"} for check, about in errors]
        text = json.dumps({"findings": found})
        (self.folder / "doctor.json").write_text(text, encoding="utf-8")

    def runs(self) -> str:
        return self.link.resolve().name

    def asked(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()

    def _git(self, *words: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(["git", "-C", self.origin, *who, *words], check=True, capture_output=True)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    made = Host(tmp_path)
    made.tag("v2")
    return made


def test_it_is_checked_backed_up_and_migrated_before_the_switch(host: Host) -> None:
    host.server.upgrade("v2")
    assert host.asked() == [
        "v1 doctor --json",
        "v2 check",
        f"v1 backup {host.folder / 'backups'}",
        "v2 migrate --verbosity 0",
        "v2 collectstatic --no-input",
        "v2 doctor --json",
    ]
    assert (host.runs(), host.units.began) == ("v2", ["v2"])
    assert releases.way_back(host.link) is None


@pytest.mark.parametrize("step", ["check", "migrate", "collectstatic"])
def test_a_step_that_fails_before_the_switch_leaves_everything(host: Host, step: str) -> None:
    host.tag("v3", fails=step)
    with pytest.raises(StepFailed, match="it fails"):
        host.server.upgrade("v3")
    assert (host.runs(), host.units.began) == ("v1", [])


def test_units_that_do_not_come_up_get_the_release_before(host: Host) -> None:
    host.units.broken["v2"] = StepFailed("convene@web doesn't stay up")
    with pytest.raises(StepFailed, match=r"doesn't stay up\nv1 runs again"):
        host.server.upgrade("v2")
    assert (host.runs(), host.units.began) == ("v1", ["v2", "v1"])


def test_an_error_that_was_not_there_before_takes_it_back(host: Host) -> None:
    host.finds(("mail", "mailer 1"))
    host.units.restart = _then(host.units.restart, lambda: host.finds(("clock", "campaign")))  # type: ignore[method-assign]
    with pytest.raises(StepFailed, match="did not find before: clock campaign"):
        host.server.upgrade("v2")
    assert host.runs() == "v1"


def test_an_error_of_before_is_no_obstacle(host: Host) -> None:
    host.finds(("files", "room"))
    host.server.upgrade("v2")
    assert host.runs() == "v2"


def test_a_doctor_that_says_nothing_stops_it(host: Host) -> None:
    (host.folder / "doctor.json").write_text("Traceback", encoding="utf-8")
    with pytest.raises(StepFailed, match="doctor of v1 doesn't answer"):
        host.server.upgrade("v2")
    assert host.runs() == "v1"


def test_ctrl_c_after_the_switch_takes_it_back(host: Host) -> None:
    host.units.broken["v2"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        host.server.upgrade("v2")
    assert host.runs() == "v1"


def test_one_that_was_killed_after_the_switch_still_knows_the_way_back(host: Host) -> None:
    current = releases.current(host.link)
    new = releases.fetch("v2", into=releases.home(host.link), of=current)
    releases.note_way_back(host.link, current)
    releases.switch(host.link, new)

    host.units.broken["v2"] = StepFailed("convene@web doesn't stay up")
    with pytest.raises(StepFailed, match="v1 runs again"):
        host.server.upgrade("v2")
    assert (host.runs(), host.units.began) == ("v1", ["v2", "v1"])


def test_the_way_back_never_leads_to_a_release_that_was_taken_back(host: Host) -> None:
    host.tag("v3")
    host.server.upgrade("v2")
    host.units.broken["v3"] = StepFailed("no")
    with pytest.raises(StepFailed):
        host.server.upgrade("v3")
    host.server.go_back()
    assert host.runs() == "v1"


def test_further_hosts_make_no_backup_where_no_tables_wait(host: Host) -> None:
    host.units.backs_up = False
    host.server.upgrade("v2")
    assert not [call for call in host.asked() if "backup" in call]


def test_a_host_without_a_timer_backs_up_before_it_changes_tables(host: Host) -> None:
    host.units.backs_up = False
    host.tag("v3", fails="migrate --check")
    host.server.upgrade("v3")
    assert [call for call in host.asked() if "backup" in call]


def test_packages_of_the_same_lock_are_copied(host: Host) -> None:
    releases.current(host.link)
    (host.link / ".venv" / "package").touch()
    host.server.upgrade("v2")
    assert (host.link / ".venv" / "package").exists()


def _then(first: Callable[[Release], None], second: Callable[[], None]) -> Callable[..., None]:
    def both(release: Release) -> None:
        first(release)
        second()

    return both
