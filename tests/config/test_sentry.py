"""What a Sentry-compatible service is told: the error and its place, and nobody's data."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from config.env import BASE_DIR
from scripts.services import clean_environment, free_port

PROGRAM = """
import logging, sys
import django; django.setup()
import psycopg, sentry_sdk
from django.test import Client
from newsletter.core.tokens import Purpose, make_token
logger = logging.getLogger("campaigns.x")
token, address = make_token(Purpose.MANAGE, 7), "ada.private@example.org"
print(token, address, "hush-hush-password")
def fails(person):
    password = "hush-hush-password"
    raise ValueError(f"{person} by /u/{token} \\ud800")
try:
    fails(address)
except ValueError:
    logger.exception("Campaign 7: %s failed", address, extra={"mailer": "bulk"})
for _ in range(5):
    try:
        psycopg.connect("host=127.0.0.1 port=PORT")
    except psycopg.Error:
        logger.exception("Could not read")
logger.warning("no error")
from django.conf import settings
Client(SERVER_NAME="localhost", raise_request_exception=False).post(
    f"/subscribe/?x=/u/{token}", {"email": address, "topics": "x"})
sentry_sdk.flush(20)
"""


class _Service(ThreadingHTTPServer):
    """A service that keeps what it gets."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.text = ""
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def dsn(self) -> str:
        return f"http://a-public-key@127.0.0.1:{self.server_port}/7"


class _Answer(BaseHTTPRequestHandler):
    server: _Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.text += f"{self.path} {self.headers} {body.decode()}"
        self.server.events += [
            said
            for said in map(json.loads, body.splitlines())
            if isinstance(said, dict) and "logger" in said
        ]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[_Service]:
    with _Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(dsn: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("PORT", str(free_port()))],
        cwd=BASE_DIR,
        env=clean_environment()
        | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        | {"SENTRY_DSN": dsn},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.thorough
def test_an_error_is_reported_once_without_anybody_s_data(
    service: _Service, tmp_path: Path
) -> None:
    done = run(service.dsn, tmp_path)
    assert done.returncode == 0, done.stderr
    fault, outage, refused = service.events
    assert fault["message"] == "Campaign 7: <address> failed"
    assert fault["tags"] == {"process": "-c", "mailer": "bulk"}
    (error,) = fault["exception"]["values"]
    assert error["type"] == "ValueError"
    assert [frame["function"] for frame in error["stacktrace"]["frames"]] == ["<module>", "fails"]
    assert not any("vars" in frame for frame in error["stacktrace"]["frames"])
    assert outage["tags"]["outage"] == "PostgreSQL"
    assert "exception" not in outage
    assert refused["logger"] == "django.request"
    assert not {"request", "extra", "breadcrumbs", "user", "modules"} & {*fault, *refused}
    assert not [secret for secret in done.stdout.split() if secret in service.text]
    assert "a-public-key" not in done.stderr


@pytest.mark.thorough
def test_a_service_that_is_away_costs_no_error(tmp_path: Path) -> None:
    done = run(f"http://a-public-key@127.0.0.1:{free_port()}/7", tmp_path)
    assert done.returncode == 0
    assert "campaigns.x: Campaign 7: <address> failed" in done.stderr
