"""`/metrics`: for those who know the token alone."""

import pytest
from django.test import Client
from django.urls import resolve
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain
from pytest_django.fixtures import Settings

from newsletter.models import THE_BRAND, Brand
from tests.metrics import TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "options"])
def test_without_the_setting_there_is_no_such_page(client: Client, method: str) -> None:
    assert getattr(client, method)("/metrics").status_code == 404
    assert getattr(client, method)("/metrics", headers=BEARER).status_code == 404


def test_no_empty_token_opens_it(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xe9\xe8",
        f"Bearer {TOKEN.upper()}",
    ],
)
def test_whoever_does_not_know_the_token_is_refused(
    client: Client, measured: None, authorization: str
) -> None:
    answer = client.get("/metrics", headers={"Authorization": authorization})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert answer.content == b""


def test_the_token_in_the_address_opens_nothing(client: Client, measured: None) -> None:
    assert client.get(f"/metrics?token={TOKEN}").status_code == 401


def test_a_scrape_is_read_by_prometheus_own_parser(client: Client, measured: None) -> None:
    answer = client.get("/metrics", headers=BEARER)

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in answer["Cache-Control"]
    names = {family.name for family in plain(answer.text)}
    assert {"convene_build_info", "convene_deliveries"} <= names


def test_a_scrape_may_be_in_the_newer_format(client: Client, measured: None) -> None:
    wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get("/metrics", headers=BEARER | wanted)

    assert answer["Content-Type"].startswith("application/openmetrics-text")
    names = {family.name for family in open_metrics(answer.text)}  # type: ignore[no-untyped-call] # its own
    assert "convene_deliveries" in names


def test_it_is_only_read(client: Client, measured: None) -> None:
    assert client.post("/metrics", headers=BEARER).status_code == 405


def test_it_has_no_language_and_no_slash(client: Client, measured: None) -> None:
    assert resolve("/metrics").url_name == "metrics"
    assert client.get("/uk/metrics", headers=BEARER)["Location"] == "/metrics"
    assert client.get("/metrics/", headers=BEARER).status_code == 404


def test_the_neutral_link_domain_knows_no_such_page(
    client: Client, measured: None, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "links.example.net"]
    Brand.objects.update_or_create(pk=THE_BRAND, defaults={"neutral_domain": "links.example.net"})

    answer = client.get("/metrics", headers=BEARER | {"Host": "links.example.net"})

    assert answer.status_code == 404


def test_the_token_is_in_no_line_of_the_log(
    client: Client, measured: None, caplog: pytest.LogCaptureFixture
) -> None:
    client.get(f"/metrics?given={TOKEN}")

    assert "/metrics" in caplog.text
    assert TOKEN not in caplog.text
