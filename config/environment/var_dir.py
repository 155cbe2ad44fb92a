"""The folder of an installation's own files, and the secrets that are made and kept in it."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from config.environment.setting import Values
from config.environment.unusable_value import UnusableValue
from newsletter.core.private_files import make_private, make_private_folder, whole_private_file

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def make_var_dir(value: str) -> Path:
    """Make the folder that is named, where it isn't there, and keep one that is empty private.

    One that holds something may hold other people's things, so its permissions stay; `doctor` tells
    who may read it, and what to run.
    """
    path = Path(value).expanduser().resolve()
    try:
        make_private_folder(path, parents=True)
    except OSError as error:
        raise UnusableValue(f"can't make the folder {str(path)!r} ({error.strerror})") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise UnusableValue(f"may not write into {str(path)!r}")
    if _is_empty(path):
        make_private(path)
    return path


def _is_empty(folder: Path) -> bool:
    """Return whether a folder holds nothing; False where that can't be seen."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def own_var_dir(_: Values) -> Path:
    """Make the folder of a checkout, for its owner alone."""
    path = make_var_dir(str(BASE_DIR / "var"))
    make_private(path)
    return path


def own_secret(name: str) -> Callable[[Values], str]:
    """Return the default of a secret: one made at the first start, and kept in VAR_DIR.

    Only for an installation on one machine: with DATABASE_URL set, all hosts must share it.
    """

    def default(values: Values) -> str:
        if values.is_set("DATABASE_URL"):
            raise UnusableValue(
                "it must be set when DATABASE_URL is, so that all hosts share it",
                example=secrets.token_urlsafe(48),
            )
        return _kept(values["VAR_DIR"] / f"{name.lower()}.secret")

    return default


def _kept(path: Path) -> str:
    """Return the secret in a file, which is made where there is none.

    Two processes that start at once agree on one.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    try:
        with whole_private_file(path, encoding="ascii", replaces=False, for_service=True) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # another process was faster
    return path.read_text(encoding="ascii").strip()
