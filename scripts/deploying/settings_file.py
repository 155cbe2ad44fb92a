"""The environment file of a new installation: the example, with what this host needs."""

import os
import re
import secrets
import tempfile
from pathlib import Path

from scripts.deploying.environment_file import parse

EXAMPLE = Path(__file__).parents[2] / "deploy" / "environment.example"
UNDECIDED = ("TRANSACTIONAL_MAILER_URL", "BULK_MAILER_URL")
"""Their values in the example lead to nobody's server, so nothing must leave by them."""


def settings_text(site_url: str, *, var_dir: str, example: str) -> str:
    """Return the text of an environment file with secrets of its own.

    Mailers stay comments: until somebody names one, mail ends in the development inbox.

    Args:
        site_url: the address of the installation.
        var_dir: the folder for its files.
        example: the text of `environment.example`.
    """
    database = parse(example)["DATABASE_URL"]
    values = {
        "SITE_URL": site_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LINK_KEYS": secrets.token_urlsafe(48),
        "DATABASE_URL": database.replace(":password@", f":{secrets.token_urlsafe(24)}@"),
        "VAR_DIR": var_dir,
    }
    for name, value in values.items():
        # A backslash is doubled, because re.sub reads it in what it puts in.
        line = f"{name}={_quoted(value)}".replace("\\", r"\\")
        example = re.sub(rf"^{name}=.*$", line, example, flags=re.MULTILINE)
    return re.sub(rf"^(?=(?:{'|'.join(UNDECIDED)})=)", "#", example, flags=re.MULTILINE)


def write_for_root_alone(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, all of it or nothing.

    Args:
        path: of the file, whose folder is made where it is missing.
        text: the file's, in UTF-8.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    # mkstemp gives the file to its owner alone, from the first byte.
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(made).rename(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _quoted(value: str) -> str:
    """Return a value as systemd reads it back, whatever stands in it (systemd.exec(5))."""
    if re.fullmatch(r"[A-Za-z0-9_.:/@%?&=+,~-]*", value):
        return value
    return '"' + re.sub(r'(["\\`$])', r"\\\1", value) + '"'
