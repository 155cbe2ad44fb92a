"""`deploy/install`: set up this host; a second run does what is still missing, and nothing else.

It needs no package, because it runs before there is a virtual environment.
"""

import argparse
import grp
import os
import pwd
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts.deploying.environment_file import parse
from scripts.deploying.local_database import local_database
from scripts.deploying.settings_file import EXAMPLE, settings_text, write_for_root_alone
from scripts.deploying.steps import (
    Step,
    StepFailed,
    hidden_step,
    is_there,
    must,
    require_root,
    run,
    run_steps,
)
from scripts.deploying.unit_files import systemd_runs, unit_steps

CODE = Path(__file__).parents[2]
BACKUPS = Path("/var/backups/convene")
ENVIRONMENT_FILE = Path("/etc/convene/environment")
HOME = Path("/var/lib/convene")
"""The folder that the unit may write into."""
CODE_OF_THE_UNIT = Path("/opt/convene")
USER = "convene"
PROCESSES = ("web", "worker", "sender", "clock")


def main(words: Sequence[str]) -> int:
    """Set up what is missing, and return the exit code: 0, 1 where a step failed, 2 for a typo."""
    options = _options(words)
    if os.geteuid() != 0 and not options.dry_run:
        print("deploy/install: it makes a user and units, so run it by sudo.", file=sys.stderr)
        return 2
    host = Host(options.site_url, tuple(options.processes), dry_run=options.dry_run)
    try:
        run_steps(host.before_the_settings(), dry_run=options.dry_run)
        run_steps(host.after_the_settings(), dry_run=options.dry_run)
    except (StepFailed, OSError) as problem:
        print(f"deploy/install: {problem}", file=sys.stderr)
        return 1
    if not options.dry_run:
        print(host.what_is_left())
    return 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/install", description="Set up this host.")
    parser.add_argument("--site-url", type=_site_url, help="such as https://lists.example.org")
    parser.add_argument(
        "--processes",
        nargs="+",
        choices=PROCESSES,
        default=PROCESSES,
        help="what runs here; all of them without it. The clock runs on one host alone.",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    options = parser.parse_args(words)
    if not options.site_url and not _may_have_settings():
        parser.error(f"--site-url is needed as long as there is no {ENVIRONMENT_FILE}")
    return options


def _may_have_settings() -> bool:
    try:
        return is_there(ENVIRONMENT_FILE)
    except PermissionError:
        return True  # its folder is there


def _site_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise argparse.ArgumentTypeError(f"{text!r} isn't like https://lists.example.org")
    return text.rstrip("/")


@dataclass(frozen=True, slots=True)
class Host:
    """A host that is set up, step by step."""

    site_url: str
    processes: Sequence[str]
    dry_run: bool

    def before_the_settings(self) -> list[Step]:
        """Return the steps up to a file of settings."""
        return [
            Step(f"make the code known as {CODE_OF_THE_UNIT}", _is_code_in_place, _move_code),
            Step(f"create the user {USER}", _has_user, _make_user),
            *(_folder(path) for path in (HOME, BACKUPS)),
            Step("install Python's packages", _is_set_up, _set_up),
            Step(f"write {ENVIRONMENT_FILE}, for root alone", self._has_settings, self._write),
        ]

    def after_the_settings(self) -> list[Step]:
        """Return the steps that need the settings."""
        return [
            *self._of_the_database(),
            Step("make the tables", _is_migrated, lambda: _manage("migrate", "--verbosity", "0")),
            Step("create the first administrator", _has_staff, lambda: _manage("bootstrap")),
            Step("collect the files that pages load", _has_static, _collect_static),
            *unit_steps(CODE, self.processes),
        ]

    def what_is_left(self) -> str:
        """Return what only a person can do, in lines."""
        settings = parse(ENVIRONMENT_FILE.read_text(encoding="utf-8"))
        lines = ["", "What is left:"]
        if not systemd_runs():
            started = ", ".join(f"deploy/start {process}" for process in self.processes)
            lines.append(f"- No systemd runs here. Have your supervisor keep: {started}.")
        if "BULK_MAILER_URL" not in settings:
            lines.append(
                f"- Name your mailers in {ENVIRONMENT_FILE}. Until then no email leaves this host."
            )
        lines += [
            "- Keep a copy of LINK_KEYS apart from your backups.",
            "- Put a proxy in front: deploy/README.md, from step 6.",
            f"- The first login stands in {HOME}/staff-login.txt.",
            "- `sudo deploy/manage doctor` says what isn't right yet.",
        ]
        return "\n".join(lines)

    def _has_settings(self) -> bool:
        if not is_there(ENVIRONMENT_FILE):
            return False
        readable_by_others = stat.S_IMODE(ENVIRONMENT_FILE.stat().st_mode) & 0o077
        return not readable_by_others

    def _write(self) -> None:
        if ENVIRONMENT_FILE.exists():
            # It was there, and others could read it.
            ENVIRONMENT_FILE.chmod(0o600)
            return
        example = EXAMPLE.read_text(encoding="utf-8")
        text = settings_text(self.site_url, var_dir=str(HOME), example=example)
        write_for_root_alone(ENVIRONMENT_FILE, text)

    def _of_the_database(self) -> list[Step]:
        try:
            is_to_come = self.dry_run and not is_there(ENVIRONMENT_FILE)
            text = (EXAMPLE if is_to_come else ENVIRONMENT_FILE).read_text(encoding="utf-8")
        except PermissionError as problem:
            return [hidden_step(f"create the role and the database of {ENVIRONMENT_FILE}", problem)]
        database = local_database(parse(text).get("DATABASE_URL", ""))
        return database.steps() if database else []


def _is_code_in_place() -> bool:
    return is_there(CODE_OF_THE_UNIT) and CODE_OF_THE_UNIT.samefile(CODE)


def _move_code() -> None:
    if CODE_OF_THE_UNIT.exists() or CODE_OF_THE_UNIT.is_symlink():
        raise StepFailed(f"{CODE_OF_THE_UNIT} is something else; run deploy/install from there")
    if CODE.parts[1] in ("home", "root", "tmp"):
        raise StepFailed(f"the services can't read {CODE}; clone to {CODE_OF_THE_UNIT}")
    CODE_OF_THE_UNIT.symlink_to(CODE)


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _make_user() -> None:
    must(
        *("useradd", "--system", "--user-group", "--home-dir", str(HOME)),
        *("--no-create-home", "--shell", "/usr/sbin/nologin", USER),
    )


def _folder(path: Path) -> Step:
    """Return the step that makes a folder which the services' user alone may enter."""

    def is_made() -> bool:
        if not is_there(path) or not _has_user():
            return False
        there, private_folder = path.stat(), stat.S_IFDIR | 0o700
        return there.st_uid == pwd.getpwnam(USER).pw_uid and there.st_mode == private_folder

    def make() -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        os.chown(path, pwd.getpwnam(USER).pw_uid, grp.getgrnam(USER).gr_gid)

    return Step(f"create {path}, for {USER} alone", is_made, make)


def _is_set_up() -> bool:
    # bin/setup notes the lock file that it installed, and takes no time where nothing has changed.
    stamp = CODE / ".venv" / "requirements.lock.installed"
    lock = CODE / "requirements.lock"
    return is_there(stamp) and stamp.stat().st_mtime >= lock.stat().st_mtime


def _set_up() -> None:
    must(str(CODE / "bin" / "setup"))
    # What is installed belongs to the code's owner, and the services read it.
    (CODE / ".venv" / "requirements.lock.installed").touch()


def _managed(*words: str, user: str = USER) -> tuple[str, ...]:
    return ("env", f"CONVENE_USER={user}", str(CODE / "deploy" / "manage"), *words)


def _manage(*words: str) -> None:
    if said := must(*_managed(*words)).strip():
        print(said)


def _is_migrated() -> bool:
    if not is_there(ENVIRONMENT_FILE) or not _is_set_up() or not _has_user():
        return False
    require_root()  # deploy/manage reads the settings
    return not run(*_managed("migrate", "--check")).returncode


def _has_staff() -> bool:
    count = "from django.contrib.auth import get_user_model as m; print(m().objects.count())"
    if not _is_migrated():
        return False
    counted = run(*_managed("shell", "--no-imports", "-c", count))
    return counted.stdout.strip() not in ("", "0")


def _has_static() -> bool:
    if not is_there(ENVIRONMENT_FILE) or not _is_set_up():
        return False
    require_root()
    words = ("collectstatic", "--no-input", "--dry-run")
    return "0 static files copied" in run(*_managed(*words, user=_owner_of_code())).stdout


def _collect_static() -> None:
    must(*_managed("collectstatic", "--no-input", user=_owner_of_code()))


def _owner_of_code() -> str:
    return pwd.getpwuid(CODE.stat().st_uid).pw_name


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
