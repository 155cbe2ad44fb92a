"""The hand's deeds in place of providers, while an installation sends.

The hand (tests.drills.hand) has set Django up.
"""

from http.client import HTTPException
from time import sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.test import Client

from tests.fakes import webhooks as fake_webhooks

type Answer = dict[str, Any]


def insist(url: str, body: bytes, headers: dict[str, str], *, expected: int) -> None:
    """Post until there is an answer.

    Args:
        expected: the status of that answer.

    Raises:
        OSError: there was none in 120 attempts.
    """
    behind_proxy = {**headers, "Host": "lists.example.org", "X-Forwarded-Proto": "https"}
    for _ in range(120):
        try:
            with urlopen(Request(url, data=body, headers=behind_proxy), timeout=10) as answer:
                assert answer.status == expected, answer.status
                return
        except HTTPError as error:
            if error.code < 500:
                raise
            sleep(0.25)  # the database is down
        except (OSError, HTTPException):
            sleep(0.25)
    raise OSError(f"{url} never answered")


def webhooks(kind: str, reports: list[dict[str, Any]]) -> Answer:
    """Report what became of messages; some reports come twice, and some are forged.

    Args:
        kind: of the provider.
        reports: each with case, ref, recipient, message_id, how many times it comes, and whether it
            is forged, which means that it lacks the secret.
    """
    client = Client(SERVER_NAME="lists.example.org", headers={"x-forwarded-proto": "https"})
    for one in reports:
        times, is_forged = one.pop("times"), one.pop("is_forged")
        report = fake_webhooks.report(kind, **one)
        for _ in range(times):
            status = (
                report.post(client)
                if not is_forged
                else client.post(
                    f"/webhooks/{kind}/?secret=x", report.body, "text/json"
                ).status_code
            )
            assert status == (403 if is_forged else 204), status
    return {}


def bring(url: str, kind: str, reports: list[dict[str, Any]]) -> Answer:
    """Report as `webhooks` does, at web processes that may be killed.

    A provider asks again until it gets an answer.
    """
    for one in reports:
        times, _ = one.pop("times"), one.pop("is_forged")
        report = fake_webhooks.report(kind, **one)
        for _ in range(times):
            headers = {"Content-Type": "application/json", **report.headers}
            insist(
                f"{url}/webhooks/{kind}/?secret={fake_webhooks.SECRET}",
                report.body,
                headers,
                expected=204,
            )
    return {}
