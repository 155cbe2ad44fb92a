"""`deploy/manage` runs commands as the services run: their variables, their user."""

import getpass
import os
import subprocess
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.deploying.as_service import Refused, become, service_environment


def managed(
    tmp_path: Path, *words: str, text: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "environment"
    file.write_text(text, encoding="utf-8")
    given = {
        "PATH": os.environ["PATH"],
        "CONVENE_ENVIRONMENT": str(file),
        "CONVENE_USER": getpass.getuser(),
    }
    return subprocess.run(
        [str(BASE_DIR / "deploy" / "manage"), *words],
        cwd=tmp_path,
        env=given | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_command_has_the_variables_of_the_file_and_not_those_of_the_caller(
    tmp_path: Path,
) -> None:
    text = f"SITE_URL='https://lists.example.org'\nVAR_DIR=\"{tmp_path}/var\"\n"
    printed = managed(
        tmp_path,
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings; import os;"
        "print(settings.SITE_URL, 'EMBED_ORIGINS' in os.environ, os.getcwd())",
        text=text,
        EMBED_ORIGINS="https://www.example.org",
        SITE_URL="https://other.example",
    )
    assert printed.stdout.split() == ["https://lists.example.org", "False", str(tmp_path)]


def test_a_bad_setting_stops_it_in_the_words_of_the_start(tmp_path: Path) -> None:
    stopped = managed(tmp_path, "doctor", text=f"VAR_DIR={tmp_path}/var\nSITE_URL=nonsense\n")
    assert stopped.returncode
    assert "SITE_URL" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_without_the_file_it_says_where_to_read(tmp_path: Path) -> None:
    refused = managed(tmp_path, "doctor", CONVENE_ENVIRONMENT=str(tmp_path / "none"))
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"deploy/manage: {tmp_path / 'none'}: No such file")


def test_a_user_who_is_not_there_is_named(tmp_path: Path) -> None:
    refused = managed(tmp_path, "doctor", CONVENE_USER="nobody-of-that-name")
    assert refused.returncode == 2
    assert "there is no user 'nobody-of-that-name' here" in refused.stderr


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    file.write_bytes(b"A=\xff\xfe")
    with pytest.raises(Refused, match="isn't text in UTF-8"):
        service_environment(file, {})


def test_whoever_is_that_user_already_stays() -> None:
    assert become(getpass.getuser()) == str(Path(f"~{getpass.getuser()}").expanduser())
