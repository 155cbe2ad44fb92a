"""`deploy/manage COMMAND…`: run manage.py with the units' variables and as their user."""

import os
import pwd
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Never

from config.environment.var_dir import BASE_DIR
from scripts.deploying.environment_file import parse

ENVIRONMENT_FILE = "/etc/convene/environment"
USER = "convene"
KEPT = ("LANG", "LC_ALL", "TERM", "TZ", "COLUMNS", "NO_COLOR")
"""Variables of the caller that a command on a terminal needs; all others stay outside, so that a
command sees no setting that the services don't see.
"""


class Refused(Exception):
    """The command can't be run as the services are; the message says why, and what to do."""


def main(words: Sequence[str]) -> Never:
    """Become `manage.py` with these words.

    `CONVENE_ENVIRONMENT` names another environment file, `CONVENE_USER` another user.
    """
    try:
        environment = service_environment(
            Path(os.environ.get("CONVENE_ENVIRONMENT", ENVIRONMENT_FILE)), os.environ
        )
        environment["HOME"] = become(os.environ.get("CONVENE_USER", USER))
        # deploy/manage came here for its modules; files are named from where the caller stands.
        os.chdir(os.environ.get("CALLED_FROM", "."))
    except Refused as refused:
        print(f"deploy/manage: {refused}", file=sys.stderr)
        raise SystemExit(2) from None
    except PermissionError:
        # A folder of root alone: no file there could be read by that user, either.
        pass
    os.umask(0o077)
    os.execve(sys.executable, [sys.executable, str(BASE_DIR / "manage.py"), *words], environment)


def service_environment(file: Path, caller: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with which a command runs.

    Args:
        file: the units' environment file.
        caller: variables of the caller, of which those that concern a terminal are kept.

    Raises:
        Refused: the file isn't there, can't be read, or isn't text.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except PermissionError:
        raise Refused(f"{file} can't be read by you. Run it by sudo.") from None
    except OSError as problem:
        raise Refused(f"{file}: {problem.strerror}. deploy/README.md says what it holds.") from None
    except UnicodeDecodeError:
        raise Refused(f"{file} isn't text in UTF-8.") from None
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    kept = {name: caller[name] for name in KEPT if name in caller}
    return {"PATH": path, **kept, **parse(text)}


def become(name: str) -> str:
    """Give up what root may, and become a user; whoever is that user already stays.

    Returns:
        The user's home.

    Raises:
        Refused: there is no such user, or the caller may not become them.
    """
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise Refused(f"there is no user {name!r} here. CONVENE_USER= names another.") from None
    if os.geteuid() == user.pw_uid:
        return user.pw_dir
    try:
        os.initgroups(name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    except PermissionError:
        raise Refused(f"only root can become {name!r}. Run it by sudo.") from None
    return user.pw_dir


if __name__ == "__main__":
    main(sys.argv[1:])
