"""Lines of the log."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from celery.signals import task_prerun
from django.test import Client, RequestFactory
from django.urls import resolve
from structlog.contextvars import clear_contextvars

from campaigns.tasks import advance_campaigns
from config.env import BASE_DIR
from config.wsgi import application
from newsletter.core.tokens import Purpose, make_token
from newsletter.logs.line import read_line
from newsletter.models import Brand
from scripts.services import clean_environment


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The text that the handler of all processes writes."""
    handler = next(handler for handler in logging.getLogger().handlers if handler.name == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    clear_contextvars()
    yield written
    clear_contextvars()
    handler.setStream(before)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_that_is_refused_for_its_size_costs_one_line(
    client: Client, brand: Brand, log: io.StringIO, content_type: str
) -> None:
    assert (
        client.generic(
            "POST", "/subscribe/", "x" * 3_000_000, content_type=content_type
        ).status_code
        == 400
    )
    assert len(log.getvalue().splitlines()) == 1
    assert "DATA_UPLOAD_MAX_MEMORY_SIZE" in log.getvalue()


def test_a_fault_of_ours_keeps_its_traceback(log: io.StringIO) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: /", extra={"status_code": 500}
        )
    assert "Traceback" in log.getvalue()


PROGRAM = """
import logging, random, string, sys, warnings
import django; django.setup()
from structlog.contextvars import bound_contextvars
logger = logging.getLogger("campaigns.x")
with bound_contextvars(campaign=7, request="r1"):
    logger.info("half \\ud800, bell \\x07, end\\n2026-12-02T05:41:00Z INFO a b[1] x.y: forged",
        extra={"mailer": "\\udfff\\x1b[31m", "other": "left out"})
try:
    raise ValueError("half \\ud800")
except ValueError:
    logger.exception("a fault")
logging.getLogger("celery.worker").error("Celery's")
logging.getLogger("gunicorn.error").error("gunicorn's")
logging.getLogger("django.request").error("Django's")
warnings.warn("a warning")
"""


def said_by(program: str, **variables: str) -> list[str]:
    """Run a program, and return the lines that it logged.

    In a process of its own: a captured line with half of a character would end pytest's workers.
    """
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=BASE_DIR,
            env=clean_environment()
            | {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
            | variables,
            capture_output=True,
            check=True,
        )
    return done.stderr.decode("utf-8").splitlines()


def test_whatever_is_logged_is_one_line_of_json() -> None:
    said = [json.loads(text) for text in said_by(PROGRAM, LOG_FORMAT="json")]
    first = said[0]
    assert first["event"].startswith("half \ud800, bell \x07, end\n2026-12-02")
    assert (first["campaign"], first["request"], first["mailer"]) == (7, "r1", "\udfff\x1b[31m")
    assert "other" not in first
    assert "ValueError: half" in said[1]["trace"]
    assert [each["event"].partition(":")[0] for each in said[2:5]] == [
        "Celery's",
        "gunicorn's",
        "Django's",
    ]
    assert "a warning" in said[5]["event"]
    assert len(said) == 6


def test_whatever_is_logged_is_one_line_of_text_and_a_traceback_is_indented() -> None:
    lines = [text for text in said_by(PROGRAM) if not text.startswith("    ")]
    read = [read_line(text) for text in lines]
    assert None not in read
    assert len(read) == 6
    assert read[0] is not None
    assert read[0].event.startswith("half \\ud800, bell \\x07, end\\n2026-12-02")
    assert read[0].fields == {"request": "r1", "campaign": "7", "mailer": "\udfff\x1b[31m"}


COMMAND = """
import logging, sys
sys.argv = ["manage.py", "backup", "/var/backups/convene"]
import django; django.setup()
logging.getLogger("newsletter.audit.record").info("Made a backup", extra={"action": "backup.made"})
logging.getLogger("campaigns.backups.back_up").info("so far")
logging.getLogger("campaigns.backups.back_up").warning("Old backups stay")
print("made")
"""


def test_a_command_logs_what_it_did_and_what_is_wrong_and_leaves_the_rest_to_its_output() -> None:
    read = [read_line(text) for text in said_by(COMMAND)]
    assert [each and (each.level, each.event) for each in read] == [
        ("INFO", "Made a backup"),
        ("WARNING", "Old backups stay"),
    ]


RANDOM = """
import logging, random, string
import django; django.setup()
from newsletter.core.tokens import Purpose, make_token
logger = logging.getLogger("campaigns.x")
hosts, letters = ["example.org", "mail.example.co.uk", "xn--e1afmkfd.example"], string.ascii_letters
for number in range(300):
    token = make_token(random.choice(list(Purpose)), random.randrange(2**48), context=number)
    name = "".join(random.choices(letters + string.digits + ".+_", k=12)).strip(".")
    address = f"{name}@{random.choice(hosts)}"
    print(token); print(address)
    for where in ("/u/{}", "/confirm/{}/", "/preferences/{}?x=1", "said {}", "<{}>", "'{}'"):
        logger.warning("Not Found: " + where.format(token), extra={"mailer": where.format(address)})
        logger.warning("Refused " + where.format(address), extra={"task": where.format(token)})
"""


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("log_format", ["line", "json"])
def test_no_address_and_no_token_is_in_any_line_whatever_they_are(
    log_format: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RANDOM],
        cwd=BASE_DIR,
        env=clean_environment()
        | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
        | {"LOG_FORMAT": log_format},
        capture_output=True,
        check=True,
        text=True,
    )
    secrets = done.stdout.split()
    assert len(secrets) == 600
    assert len(done.stderr.splitlines()) == 3600
    assert not [secret for secret in secrets if secret in done.stderr]


def test_a_request_line_of_a_page_with_a_token_names_its_route(
    client: Client, brand: Brand, log: io.StringIO
) -> None:
    client.put(f"/u/{make_token(Purpose.UNSUBSCRIBE, 7)}")
    read = read_line(log.getvalue())
    assert read is not None
    assert read.fields == {"route": resolve("/u/x").view_name, "status": "405"}


def test_a_row_that_a_message_names_is_found_by_its_number(log: io.StringIO) -> None:
    logging.getLogger("campaigns.x").warning("Campaign %s: delivery %s failed", 7, 9)
    read = read_line(log.getvalue())
    assert read is not None
    assert read.fields == {"campaign": "7", "delivery": "9"}


def test_a_task_s_lines_name_it(log: io.StringIO) -> None:
    task_prerun.send(sender=None, task=advance_campaigns)
    logging.getLogger("campaigns.x").info("here")
    read = read_line(log.getvalue())
    assert read is not None
    assert read.fields == {"task": "campaigns.advance_campaigns"}


@pytest.mark.django_db(transaction=True)  # a real request closes its connection
def test_a_request_s_lines_have_an_id_that_no_other_s_have(log: io.StringIO) -> None:
    for _ in range(2):
        application(RequestFactory().put("/livez").environ, lambda *_: None)
        logging.getLogger("campaigns.x").warning("later in this request")
    ids = [read.fields["request"] for read in map(read_line, log.getvalue().splitlines()) if read]
    assert len(ids) == 4
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_a_line_that_can_t_be_written_costs_no_error_and_tells_nobody_s_data(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    class Faulty:
        def __str__(self) -> str:
            raise ValueError("ada@example.org")

    logging.getLogger("campaigns.x").warning("here", extra={"mailer": Faulty()})
    assert log.getvalue() == "A line of campaigns.x could not be written (ValueError)\n"
    assert "ada" not in capsys.readouterr().err
