"""No live link and no secret stands in a log, whoever wrote the line."""

import http.client
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path
from pytest_django.fixtures import Settings

from config.env import BASE_DIR
from config.log_masking import HARMLESS, MASK, mask, secret_routes
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand
from scripts.services import clean_environment, free_port
from tests.architecture.addresses import patterns

SECRET = "a-webhook-secret-that-is-long-enough-to-pass"
TOKEN = "AgAAAAAAAAbAAAAC9Zu5Rk3xw1Qe"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The text that the handler of all processes writes."""
    handler = next(handler for handler in logging.getLogger().handlers if handler.name == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def pages() -> list[str]:
    """The path of each URL with a token, up to it."""
    return sorted({f"/{route.partition('<')[0]}" for route in secret_routes()})


def test_the_addresses_with_tokens_are_found() -> None:
    assert {"/u/", "/confirm/", "/never/", "/preferences/"} <= set(pages())


def test_every_other_part_of_a_public_address_is_known_to_be_harmless() -> None:
    """A new page with a token is covered whatever its part is called."""
    harmless = {
        name for route, _, parts in patterns() if not route.startswith("staff/") for name in parts
    } & HARMLESS
    assert {"slug", "provider"} <= harmless


def test_a_page_to_come_is_covered(settings: Settings) -> None:
    class WithOneMore:
        urlpatterns = [
            *get_resolver().url_patterns,
            path("invitation/<str:answer>/yes/", lambda request, answer: HttpResponse()),
        ]

    settings.ROOT_URLCONF = WithOneMore
    assert mask(f"Not Found: /invitation/{TOKEN}/yes/") == f"Not Found: /invitation/{MASK}"


@pytest.mark.parametrize(
    "page",
    [
        "/u/",
        "/confirm/",
        "/never/",
        "/preferences/",
        "/U/",
        "//u//",
        "%2Fu%2F",
        "https://lists.example.org/u/",
    ],
)
@pytest.mark.parametrize("end", ["", "/", "?x=1", "/more", ")", " HTTP/1.1"])
def test_what_follows_is_masked_in_whatever_words(page: str, end: str) -> None:
    for token in (TOKEN, TOKEN[:9], "é" * 3):
        line = mask(f"Not Found: {page}{token}{end}")
        assert line.startswith(f"Not Found: {page}{MASK}")
        assert token not in line


@pytest.mark.parametrize(
    "words",
    [
        "/u/ {}",
        "/u/\n{}",
        '/u/"{}',
        "/u/<{}>",
        "/%75/{}",
        "/%2575/{}",
        "/u/?{}",
        "/u;/{}",
        "\\u\\{}",
        "GET u/{} HTTP/1.1",
        "['{}']",
    ],
)
def test_a_token_is_known_by_its_shape_wherever_it_stands(words: str) -> None:
    assert TOKEN not in mask(f"Not Found: {words.format(TOKEN)}")


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /archive/00000000-0000-4000-8000-000000000000/",
        "Forbidden: /webhooks/ses/",
        "Not Found: /staff/x/y/",
        "/events/a-meeting/",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize("query", ["?secret={}", "?a=b&secret={}", "?SECRET={}", "?s%65cret={}"])
def test_the_webhooks_secret_is_masked(settings: Settings, query: str) -> None:
    settings.WEBHOOK_SECRET = SECRET
    assert SECRET not in mask(
        f"Error handling request /webhooks/ses/{query.format(SECRET)} HTTP/1.1"
    )


def test_a_secret_that_was_ours_once_is_masked_too(settings: Settings) -> None:
    assert "former" not in mask("/webhooks/ses/?secret=former-secret&x=1")


@pytest.mark.thorough
def test_django_s_own_lines_hold_no_token(client: Client, brand: Brand, log: io.StringIO) -> None:
    tokens = [
        TOKEN,
        make_token(Purpose.PREFERENCES, 7),
        make_token(Purpose.UNSUBSCRIBE, 7),
        "nonsense-nonsense",
    ]
    for page in pages():
        for token in tokens:
            for address in (
                f"{page}{token}",
                f"{page}{token}/",
                f"{page}{token}/more/",
                f"{page}{quote(token + 'é')}/",
            ):
                client.get(address)
                client.put(address)
                client.get("/nowhere/", {"next": address})
    assert log.getvalue().count("\n") > 20
    assert not [token for token in tokens if token in log.getvalue()]


def test_a_traceback_holds_no_token(log: io.StringIO) -> None:
    try:
        raise ValueError(f"can't answer /u/{TOKEN}")
    except ValueError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: %s", f"/u/{TOKEN}", extra={"status_code": 500}
        )
    assert "Traceback" in log.getvalue()
    assert log.getvalue().count(MASK) > 1
    assert TOKEN not in log.getvalue()


def test_a_traceback_holds_no_email_address(log: io.StringIO) -> None:
    try:
        raise ValueError("Key (email)=(ada@example.nz) already exists.")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")
    assert "Traceback" in log.getvalue()
    assert "already exists" in log.getvalue()
    assert "example.nz" not in log.getvalue()


@pytest.mark.parametrize(
    "name", ["django.server", "celery.worker", "gunicorn.error", "a.library", "py.warnings"]
)
def test_every_logger_is_masked_whatever_handler_it_has(name: str) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        logger.error("GET /u/%s failed", TOKEN)
        logger.error("%(page)s%(token)s", {"page": "/confirm/", "token": TOKEN})
        logger.error("%d things", f"/u/{TOKEN}")
    finally:
        logger.removeHandler(handler)
    assert written.getvalue().count(MASK) == 3
    assert TOKEN not in written.getvalue()


@pytest.mark.journey
def test_gunicorn_s_logs_hold_no_token_and_no_secret(tmp_path: Path) -> None:
    """With an access log, which is off, and without tables, so that pages fail."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--config",
        "config/gunicorn.py",
        f"--bind=127.0.0.1:{port}",
    ]
    environment = clean_environment() | {"VAR_DIR": str(tmp_path), "WEBHOOK_SECRET": SECRET}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--access-logfile=-", "--log-level=debug"],
            cwd=BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        for address in [
            *(f"{page}{TOKEN}" for page in pages()),
            f"/webhooks/ses/?secret={SECRET}",
            f"/subscribe/?next=/u/{TOKEN}",
        ]:
            assert _status(port, "GET", address) is not None
            _status(port, "POST", address)
    finally:
        process.terminate()
        process.wait(60)
    written = (tmp_path / "log").read_text()
    assert MASK in written
    assert "no such table" in written
    assert TOKEN not in written
    assert SECRET not in written


def _status(port: int, method: str, address: str) -> int:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, address)
            return connection.getresponse().status
        except ConnectionRefusedError:
            sleep(0.1)
    pytest.fail("gunicorn did not answer")
