"""Several mailers in one variable: in order, and each with a name of its own."""

import pytest

from newsletter.transport.providers.mailer_urls import parse_mailer_urls


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("", ["inbox"]),
        ("brevo://:key@", ["brevo"]),
        ("brevo://:key@ smtp://mail.example.org", ["brevo", "smtp"]),
        ("brevo://:key@,smtp://mail.example.org,\n ses://eu-west-1", ["brevo", "smtp", "ses"]),
        (
            "smtp://a.example.org smtps://b.example.org smtp+plain://127.0.0.1",
            ["smtp", "smtp-2", "smtp-3"],
        ),
        ("smtp://a.example.org?name=Geneva (1) smtp://b.example.org", ["Geneva (1)", "smtp"]),
        ("smtp://user:pass,word@mail.example.org brevo://:k,ey@", ["smtp", "brevo"]),
    ],
)
def test_mailers_are_read_in_their_order_and_named(value: str, names: list[str]) -> None:
    assert [mailer.name for mailer in parse_mailer_urls(value)] == names


def test_a_comma_in_a_password_parts_nothing() -> None:
    [mailer] = parse_mailer_urls("smtp://user:pass,word@mail.example.org")
    assert mailer.options["password"] == "pass,word"
