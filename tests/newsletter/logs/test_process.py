"""A process is called what the Procfile calls it."""

import shlex

import pytest
from honcho.environ import parse_procfile

from config.env import BASE_DIR
from newsletter.logs.process import process_kind

PROCFILE = parse_procfile((BASE_DIR / "Procfile").read_text(encoding="utf-8")).processes


@pytest.mark.parametrize(("kind", "command"), PROCFILE.items())
def test_each_process_of_the_procfile_has_its_name(kind: str, command: str) -> None:
    _python, _m, module, *arguments = shlex.split(command)
    assert process_kind([f"/x/site-packages/{module}/__main__.py", *arguments]) == kind


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["manage.py", "doctor"], "manage"),
        (["./manage.py"], "manage"),
        (["manage.py", "runserver", "8000"], "web"),
        (["/usr/bin/celery", "-A", "config", "worker", "-Q", "bulk"], "sender"),
        (["celery", "-A", "config", "worker", "--queues=bulk"], "sender"),
        (["celery", "-A", "config", "worker", "-Q", "bulk,clock"], "worker"),
        (["celery", "-A", "config", "worker"], "worker"),
        (["celery", "-A", "config", "worker", "-Q"], "worker"),
        (["celery", "-A", "config", "inspect", "ping"], "celery"),
        (["/usr/bin/gunicorn", "config.wsgi"], "web"),
        (["/x/a_script.py"], "a_script"),
        (["-c"], "-c"),
        ([""], "python"),
        ([], "python"),
    ],
)
def test_any_other_way_to_start_one_is_known(arguments: list[str], kind: str) -> None:
    assert process_kind(arguments) == kind
