"""The folder of an installation's own files, and the secrets that are made and kept in it."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from config.environment.setting import Values
from config.environment.unusable_value import UnusableValue
from config.private_files import make_private

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def var_dir(value: str) -> Path:
    """Make the folder that is named, where it isn't there.

    It may hold other things already, so its permissions stay; `doctor` tells who may read it.
    """
    path = Path(value).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableValue(f"can't make the folder {str(path)!r} ({error.strerror})") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise UnusableValue(f"may not write into {str(path)!r}")
    return path


def own_var_dir(_: Values) -> Path:
    """Make the folder of a checkout, for its owner alone."""
    path = var_dir(str(BASE_DIR / "var"))
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
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails where another process was faster, unlike a rename
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
