"""Codes of answers are found, say what they mean, and name nobody."""

import re

import pytest

from newsletter.transport.results.reply_codes import WITHOUT_CODE, code_of, words_of
from tests.bounce_corpus import samples


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        ("550 5.1.1 <recipient>: no such user here", "550 5.1.1", "The mailbox does not exist"),
        ("smtp; 550-5.1.1 The email account does not exist", "550 5.1.1", "The mailbox does not"),
        ("Failed after 8 attempts. 451 4.7.1 Greylisted", "451 4.7.1", "Refused by policy"),
        ("452 4.2.2 Over quota", "452 4.2.2", "The mailbox is full"),
        ("5.7.26 Unauthenticated email is not accepted", "5.7.26", "DKIM and SPF did not pass"),
        ("HTTP 429: Too many requests", "HTTP 429", "Too much email at once"),
        ("HTTP 401: Forbidden", "HTTP 401", "Our API key was not accepted"),
        ("554 Message rejected", "554", "Refused, without a reason that we know"),
        ("host mx.example [192.0.2.25] said: 421 Try later", "421", "takes no email now"),
        ("550 5.9.99 x", "550 5.9.99", "The mailbox does not exist, or takes nothing from us"),
        ("499 odd", "499", "The mail server asks us to try again later"),
        ("5.9.99 odd", "5.9.99", "one that we don’t know"),
        ("HTTP 418: teapot", "HTTP 418", "one that we don’t know"),
        ("The mail server refuses the connection.", "", WITHOUT_CODE),
        ("You sent 500 emails to 192.0.2.25 in 2.5.1 seconds", "2.5.1", ""),
        ("", "", WITHOUT_CODE),
    ],
)
def test_an_answer_has_a_code_and_a_code_has_words(reason: str, code: str, words: str) -> None:
    assert code_of(reason) == code
    assert words in words_of(code)


def test_whatever_mail_systems_wrote_a_code_is_short_and_holds_figures_alone() -> None:
    seen = set[str]()
    for sample in samples():
        for line in sample.raw.decode("utf-8", "replace").splitlines():
            code = code_of(line)
            assert re.fullmatch(r"(HTTP )?(\d{3})?( ?\d\.\d{1,3}\.\d{1,3})?", code)
            assert len(code) <= 20
            assert words_of(code)
            seen.add(code)
    assert len(seen) > 20, "the samples hold many"
