"""Alerts by HTTP: to a real TLS server on loopback, whose name a real DNS server knows."""

import json

import dns.resolver
import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.alerts.by_email import NotTold
from campaigns.reports.alerts.by_url import ping, tell_by_url
from newsletter.core.outbound.reach import Reach
from newsletter.transport.config.alert_target import Alert, AlertTarget
from tests.campaigns.reports.alerts.conftest import HOST, Monitor
from tests.fakes.raw_sites import leads_to, says

ALERT = Alert(
    title="[lists.example.org] 1 error",
    text="ERROR files: <1 GB> & less",
    id="abc123",
    details={"findings": [{"state": "found"}]},
    is_serious=True,
)


def head_of(monitor: Monitor) -> dict[str, str]:
    first, *lines = monitor.requests[-1].partition("\r\n\r\n")[0].splitlines()
    return {"": first, **dict(line.split(": ", 1) for line in lines)}


def test_a_webhook_gets_json(monitor: Monitor) -> None:
    tell_by_url(ALERT, target=AlertTarget("json", monitor.url), reach=monitor.reach)
    head = head_of(monitor)
    assert head[""] == "POST /hook HTTP/1.1"
    assert head["Content-Type"] == "application/json"
    assert json.loads(monitor.bodies[0]) == {
        "title": ALERT.title,
        "text": ALERT.text,
        "id": "abc123",
        "findings": [{"state": "found"}],
    }


@pytest.mark.parametrize(("token", "said"), [("tk_1", "Bearer tk_1"), ("", None)])
def test_ntfy_gets_text_with_a_title_and_a_priority(
    monitor: Monitor, token: str, said: str | None
) -> None:
    target = AlertTarget("ntfy", monitor.url, token)
    tell_by_url(ALERT, target=target, reach=monitor.reach)
    head = head_of(monitor)
    assert (head["Title"], head["Priority"]) == (ALERT.title, "4")
    assert head.get("Authorization") == said
    assert monitor.bodies == [ALERT.text]


def test_slack_gets_text_with_its_three_signs_escaped(monitor: Monitor) -> None:
    target = AlertTarget("slack", monitor.url)
    tell_by_url(ALERT, target=target, reach=monitor.reach)
    assert json.loads(monitor.bodies[0]) == {
        "text": "[lists.example.org] 1 error\nERROR files: &lt;1 GB&gt; &amp; less"
    }


def test_matrix_gets_a_message_that_counts_once_however_often_it_is_sent(monitor: Monitor) -> None:
    server = f"https://{HOST}:{monitor.port}"
    target = AlertTarget("matrix", server, "syt_1", "!a:example.org")
    for _ in range(2):
        tell_by_url(ALERT, target=target, reach=monitor.reach)
        head = head_of(monitor)
        room = "/_matrix/client/v3/rooms/%21a%3Aexample.org"
        assert head[""] == f"PUT {room}/send/m.room.message/abc123 HTTP/1.1"
        assert head["Authorization"] == "Bearer syt_1"
    assert json.loads(monitor.bodies[0])["msgtype"] == "m.text"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_wherever_it_leads(monitor: Monitor, status: int) -> None:
    for place in ("http://127.0.0.1/", "http://10.0.0.1/", monitor.url):
        monitor.answer = says(leads_to(place, f"{status} Elsewhere"))
        with pytest.raises(NotTold, match="it redirects"):
            tell_by_url(ALERT, target=AlertTarget("json", monitor.url), reach=monitor.reach)
    assert len(monitor.requests) == 3


def test_a_private_host_is_not_called(monitor: Monitor, resolver: dns.resolver.Resolver) -> None:
    strict = Reach(ports=frozenset({monitor.port}), resolver=resolver)
    with pytest.raises(NotTold, match="private network"):
        tell_by_url(ALERT, target=AlertTarget("json", monitor.url), reach=strict)
    assert monitor.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_that_isn_t_good_is_told(monitor: Monitor, answer: bytes) -> None:
    monitor.answer = says(answer)
    with pytest.raises(NotTold, match=f"HTTP {answer[9:12].decode()}"):
        tell_by_url(ALERT, target=AlertTarget("json", monitor.url), reach=monitor.reach)


def test_a_heartbeat_follows_redirects_but_not_into_a_private_network(
    monitor: Monitor, settings: Settings
) -> None:
    settings.HEARTBEAT_URL = monitor.url
    ping(reach=monitor.reach)
    assert head_of(monitor)[""] == "GET /hook HTTP/1.1"
    monitor.answer = says(leads_to(f"http://192.168.1.1:{monitor.port}/"))
    with pytest.raises(NotTold, match="private network"):
        ping(reach=monitor.reach)
