"""The files of deploy/: proxies pass on who called, lose nothing, and log no token."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR
from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from scripts.services import PROXIES
from tests.deploy import proxies
from tests.deploy.calls import call
from tests.deploy.proxies import HOST, Proxy

pytestmark = [pytest.mark.journey, pytest.mark.proxy]

TOKEN = "AgAAAAAAAAbAAAAC9Zu5Rk3xw1Qe"
VISITOR = "127.9.8.7"
"""The address that the proxy sees."""
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=https",
    "X-Forwarded-Host": PROXY_ENTRANCE,
    "X-Forwarded-Server": PROXY_ENTRANCE,
    "X-Forwarded-Proto": "https",
    "SERVER_NAME": PROXY_ENTRANCE,
    "Via": "1.1 convene",
}
FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}
START = {"nginx": proxies.nginx, "caddy": proxies.caddy}
BARE = f"""server {{
    listen 443 ssl;
    server_name {HOST};
    ssl_certificate /etc/letsencrypt/live/{HOST}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{HOST}/privkey.pem;
    location / {{
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }}
}}
"""
"""The file of an operator who hasn't seen ours: it passes on whatever its client claims."""


def installed(name: str) -> str:
    program = PROXIES[name]()
    if program is None:
        pytest.skip(f"no {name} is installed; `make test` installs it")
    return program


@pytest.fixture(scope="module")
def convene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with proxies.gunicorn(tmp_path_factory.mktemp("convene")) as port:
        yield port


@pytest.fixture(scope="module", params=list(FILES))
def proxy(
    request: pytest.FixtureRequest, convene: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    site = (BASE_DIR / "deploy" / FILES[request.param]).read_text().replace(":8000", f":{convene}")
    with START[request.param](
        tmp_path_factory.mktemp(request.param), installed(request.param), site
    ) as running:
        yield running


def test_the_visitor_s_network_is_passed_on_whatever_they_claim_themselves(proxy: Proxy) -> None:
    for headers in ({}, FORGED, {"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}):
        said = call(
            proxy.https, "GET", "/subscribe/", host=HOST, source=VISITOR, headers=headers
        ).json()
        assert (said["network"], said["scheme"], said["host"]) == ("127.9.8.0/24", "https", HOST)


def test_a_one_click_post_meets_no_redirect_by_whatever_scheme(proxy: Proxy) -> None:
    body = b"List-Unsubscribe=One-Click"
    for tls, scheme in ((True, "https"), (False, "http")):
        answer = call(
            proxy.https if tls else proxy.http,
            "POST",
            f"/u/{TOKEN}",
            host=HOST,
            tls=tls,
            body=body,
            source=VISITOR,
        )
        assert answer.status == 200
        expected = {
            "method": "POST",
            "path": f"/u/{TOKEN}",
            "bytes": len(body),
            "scheme": scheme,
            "network": "127.9.8.0/24",
        }
        assert expected.items() <= answer.json().items()


@pytest.mark.parametrize("path", ["/", f"/u/{TOKEN}", "/subscribe/?topic=forums"])
def test_whoever_reads_without_tls_is_sent_to_it(proxy: Proxy, path: str) -> None:
    answer = call(proxy.http, "GET", path, host=HOST, tls=False)
    assert (answer.status, answer.location) == (301, f"https://{HOST}{path}")


def test_many_events_in_one_report_pass(proxy: Proxy) -> None:
    report = b"x" * 5_000_000
    assert call(proxy.https, "POST", "/webhooks/ses/", host=HOST, body=report).json()[
        "bytes"
    ] == len(report)


def test_its_log_has_no_token_no_secret_and_no_visitor(proxy: Proxy) -> None:
    pages = [
        f"/{page}/{TOKEN}{end}"
        for page in ("u", "confirm", "never", "preferences", "rsvp", "page-to-come")
        for end in ("", "/")
    ]
    for path in [*pages, f"/webhooks/ses/?secret={TOKEN}", f"/?next=/u/{TOKEN}"]:
        call(
            proxy.https,
            "GET",
            path,
            host=HOST,
            source=VISITOR,
            headers={"Referer": f"https://{HOST}{path}"},
        )
        call(proxy.http, "GET", path, host=HOST, source=VISITOR, tls=False)
    assert TOKEN not in proxy.log()
    assert VISITOR not in proxy.log()


@pytest.mark.parametrize("name", list(FILES))
def test_its_log_has_no_token_while_nobody_answers_behind_it(name: str, tmp_path: Path) -> None:
    site = (BASE_DIR / "deploy" / FILES[name]).read_text().replace(":8000", ":1")
    with START[name](tmp_path, installed(name), site) as running:
        assert call(running.https, "POST", f"/u/{TOKEN}", host=HOST, source=VISITOR).status == 502
        assert TOKEN not in running.log()
        assert VISITOR not in running.log()


def test_a_proxy_without_our_line_can_not_be_used_to_be_somebody_else(
    convene: int, tmp_path: Path
) -> None:
    with proxies.nginx(tmp_path, installed("nginx"), BARE.replace(":8000", f":{convene}")) as bare:
        said = call(
            bare.https, "GET", "/subscribe/", host=HOST, source=VISITOR, headers=FORGED
        ).json()
    assert said["network"] == "127.0.0.0/24"


def test_a_list_of_proxies_believes_those_and_gunicorn_believes_no_others(tmp_path: Path) -> None:
    with proxies.gunicorn(tmp_path, TRUSTED_PROXIES="127.5.0.0/16") as port:
        trusted = call(
            port, "GET", "/", host=HOST, tls=False, source="127.5.5.5", headers=FORGED
        ).json()
        other = call(
            port, "GET", "/", host=HOST, tls=False, source="127.6.6.6", headers=FORGED
        ).json()
    assert (trusted["network"], trusted["scheme"]) == ("203.0.113.0/24", "https")
    assert (other["network"], other["scheme"]) == ("127.6.6.0/24", "http")
