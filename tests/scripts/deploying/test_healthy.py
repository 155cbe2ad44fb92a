"""The health check of a container: pages of web, heartbeats of the others."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection

from newsletter.models import ProcessKind
from scripts.deploying import healthy
from tests.processes import run

SITE = "https://lists.example.org"


class Pages(BaseHTTPRequestHandler):
    """Answers /readyz as it is told to, to whoever asks for the installation's host."""

    status = 200

    def do_GET(self) -> None:
        found = (self.path, self.headers["Host"]) == ("/readyz", "lists.example.org")
        self.send_response(self.status if found else 400)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def settings_of_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.endswith("_FILE") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("SITE_URL", SITE)
    monkeypatch.setenv("SECRET_KEY", "0123456789" * 5)
    monkeypatch.setenv("LINK_KEYS", "9876543210" * 5)
    return monkeypatch


@pytest.fixture
def pages(settings_of_host: pytest.MonkeyPatch) -> Iterator[type[Pages]]:
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings_of_host.setenv("PORT", str(server.server_port))
        settings_of_host.setattr(Pages, "status", 200)
        yield Pages
        server.shutdown()


def test_web_is_healthy_as_long_as_its_pages_are_ready(
    pages: type[Pages], capsys: pytest.CaptureFixture[str]
) -> None:
    assert healthy.main(["web"]) == 0
    pages.status = 503
    assert healthy.main(["web"]) == 1
    assert capsys.readouterr().err == "/readyz answers 503\n"


def test_web_is_not_healthy_where_nothing_listens(
    settings_of_host: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_of_host.setenv("PORT", "1")
    assert healthy.main([]) == 1
    assert "refused" in capsys.readouterr().err


def test_a_wrong_setting_is_told(
    settings_of_host: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_of_host.setenv("SITE_URL", "lists")
    assert healthy.main(["web"]) == 1
    assert "SITE_URL" in capsys.readouterr().err


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_others_are_healthy_as_long_as_their_heart_beats(
    settings_of_host: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = connection.settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    settings_of_host.setenv("DATABASE_URL", f"postgresql://{login}/{database['NAME']}")
    here = os.uname().nodename
    run(ProcessKind.SENDER, host="elsewhere")
    assert healthy.main(["sender"]) == 1
    assert capsys.readouterr().err == "no heartbeat of a sender here for 60 s\n"
    row = run(ProcessKind.SENDER, host=here)
    assert healthy.main(["sender"]) == 0
    assert healthy.main(["worker"]) == 1
    row.ended_at = row.seen_at
    row.save()
    assert healthy.main(["sender"]) == 1
