"""The address that alerts are posted to, and its form."""

import pytest

from newsletter.transport.config.alert_target import (
    EXAMPLES,
    Alert,
    AlertTarget,
    BadTarget,
    parse_alert_target,
    request_of,
)


@pytest.mark.parametrize("form", EXAMPLES)
def test_each_example_is_read_and_its_secrets_stand_in_no_text(form: str) -> None:
    target = parse_alert_target(EXAMPLES[form])
    assert target.form == form
    assert str(target) == target.host
    assert not {"TOKEN", "KEY", "TOPIC"} & set(repr(target).replace("/", " ").split())


def test_a_room_of_matrix_and_a_token_may_be_written_with_per_cent_signs() -> None:
    target = parse_alert_target("matrix+https://:a%2Fb@m.example.org/%21room%3Aexample.org")
    assert target == AlertTarget("matrix", "https://m.example.org", "a/b", "!room:example.org")


def test_the_query_of_a_webhook_is_kept() -> None:
    target = parse_alert_target("https://monitor.example.org:8443/a?key=b")
    assert target.url == "https://monitor.example.org:8443/a?key=b"


@pytest.mark.parametrize(
    "value",
    [
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://monitor.internal/hook",
        "https://monitor.example.org:25/hook",
        "https://",
        "https://monitor.example.org/a b",
        "https://moni\ntor.example.org/",
        "+https://monitor.example.org/",
        "ntfy+http://ntfy.sh/topic",
        "x" * 5000,
    ],
)
def test_what_isn_t_a_public_host_by_tls_is_refused(value: str) -> None:
    with pytest.raises(BadTarget):
        parse_alert_target(value)


def test_a_long_alert_fits_into_a_message_of_ntfy() -> None:
    alert = Alert("title", "ü" * 5000, "id", {}, is_serious=False)
    body = request_of(AlertTarget("ntfy", "https://ntfy.sh/a"), alert).body
    assert isinstance(body, str)
    assert len(body.encode()) <= 4096
