"""Mailer URLs: the complaint about a mistyped one, and the settings that a right one makes."""

from datetime import date

import pytest

from config.env import EnvironmentProblem, read_environment
from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.providers.mailer_urls import parse_mailer_url, parse_mailer_urls

SECRET = "hunter2hunter2"
ENCODE = (
    "in a password or key, the characters : / ? # @ and % are written %3A %2F %3F %23 %40 and %25"
)

MISTAKES = [
    (
        "mail.example.org",
        "it doesn't start with a kind of mailer and ://",
        "smtp://user:password@mail.example.org:587",
    ),
    (
        "://x",
        "it doesn't start with a kind of mailer and ://",
        "smtp://user:password@mail.example.org:587",
    ),
    (
        "sm tp://x",
        "what comes before :// is not a kind of mailer",
        "smtp://user:password@mail.example.org:587",
    ),
    (
        f"smpt://u:{SECRET}@mail.example.org",
        "'smpt' is not a mailer that Convene knows (inbox, smtp, smtps, smtp+plain, mailgun, "
        "postmark, brevo, resend, mailjet, ses)",
        "smtp://user:password@mail.example.org:587",
    ),
    (f"postmrk://:{SECRET}@", "'postmrk' is not a mailer that Convene knows", "postmark://:token@"),
    (
        f"mailersend://:{SECRET}@",
        "mailersend can't be used: it doesn't carry the List-Unsubscribe header",
        "smtp://",
    ),
    ("inbox://example.org", "the development inbox takes no host and no password", "inbox://"),
    ("smtp://", "it names no host", "smtp://user:password@mail.example.org:587"),
    ("smtp://mail..example.org", "its host is not a host name", "smtp://"),
    (
        f"smtp://{SECRET}@mail.example.org",
        f"it has a user name or a password, but not both; {ENCODE}",
        "smtp://",
    ),
    (
        f"smtp://u:{SECRET}/x@mail.example.org",
        f"the host or the port can't be read; {ENCODE}",
        "smtp://",
    ),
    (
        f"smtp://u:{SECRET}#x@mail.example.org",
        f"the host or the port can't be read; {ENCODE}",
        "smtp://",
    ),
    (
        f"smtp://u:12?{SECRET}@mail.example.org",
        f"only options may follow the host; {ENCODE}",
        "smtp://",
    ),
    (
        f"smtp://u:{SECRET}@mail.example.org/inbox",
        f"only options may follow the host; {ENCODE}",
        "smtp://",
    ),
    (
        f"smtp://u:{SECRET}@mail.example.org:0",
        "the port is not a number from 1 to 65535",
        "smtp://",
    ),
    (f"smtp://u:{SECRET}@mail.example.org:70000", "the host or the port can't be read", "smtp://"),
    (f"smtp://u:{SECRET}@[::1", "the host or the port can't be read", "smtp://"),
    (
        f"smtp://u:{SECRET}%0d%0aRSET@mail.example.org",
        "its user name, password or key has a control character in it",
        "smtp://",
    ),
    (
        f"smtp+plain://u:{SECRET}@mail.example.org:25",
        "smtp+plain:// has no encryption, so it can only be used on this machine, not for "
        "mail.example.org; use smtp:// there",
        "smtp+plain://127.0.0.1:1025",
    ),
    (
        f"postmark://{SECRET}@",
        "put a colon in front of the key",
        "postmark://:token@",
    ),
    (f"brevo://key:{SECRET}@", "put nothing in front of the colon and the key", "brevo://:key@"),
    ("brevo://", f"it has no key; {ENCODE}", "brevo://:key@"),
    (f"resend://:{SECRET}@example.org", "put nothing but options after the @", "resend://:key@"),
    (
        f"mailgun://:{SECRET}@",
        "put the domain that you set up at Mailgun after the @, and nothing else",
        "mailgun://:key@lists",
    ),
    (
        f"mailjet://:{SECRET}@",
        "Mailjet has 2 keys; put both before the @, with a colon between them",
        "mailjet://key:secret@",
    ),
    ("ses://europe", "after :// or the @ stands the region of Amazon SES", "ses://eu-west-1"),
    (
        f"ses://{SECRET}@eu-west-1",
        "it has an access key or a secret, but not both",
        "ses://eu-west-1",
    ),
    (
        f"brevo://:{SECRET}@?speed=5",
        "'speed' is not one of its options (api_url, batch, connections, name, rate, timeout, "
        "warm_up)",
        "brevo://:key@",
    ),
    (
        "inbox://?timeout=5",
        "'timeout' is not one of its options (connections, name, rate, warm_up)",
        "inbox://",
    ),
    (
        f"brevo://:{SECRET}@?rate=1/s&rate=2/s",
        "the option 'rate' is given twice",
        "brevo://:key@",
    ),
    (
        f"brevo://:{SECRET}@?rate=fast",
        "rate=fast: it is not a number of messages a second, minute or hour",
        "brevo://:key@?rate=50/s",
    ),
    (
        f"brevo://:{SECRET}@?rate=0/s",
        "rate=0/s: it is not a number of messages",
        "brevo://:key@?rate=50/s",
    ),
    (
        f"brevo://:{SECRET}@?rate=",
        "rate=: it is not a number of messages",
        "brevo://:key@?rate=50/s",
    ),
    (
        f"brevo://:{SECRET}@?connections=0",
        "connections=0: it is not a whole number from 1 to 64",
        "brevo://:key@?connections=8",
    ),
    (
        f"brevo://:{SECRET}@?connections=²",
        "connections=²: it is not a whole number from 1 to 64",
        "brevo://:key@?connections=8",
    ),
    (
        f"brevo://:{SECRET}@?batch=99999",
        "batch=99999: it is not a whole number from 1 to 1000",
        "brevo://:key@?batch=500",
    ),
    (f"postmark://:{SECRET}@?batch=500", "'batch' is not one of its options", "postmark://:token@"),
    (
        f"brevo://:{SECRET}@?timeout=900",
        "timeout=900: it is not a number of seconds up to 25",
        "brevo://:key@?timeout=20",
    ),
    (
        f"brevo://:{SECRET}@?domain_rate=5/s",
        "'domain_rate' is not one of its options",
        "brevo://:key@",
    ),
    (
        "smtp://mail.example.org?domain_rate=5",
        "domain_rate=5: it is not a number of messages a second",
        "smtp://",
    ),
    (
        f"smtp://u:{SECRET}@mail.example.org?return_path=bounces",
        "return_path=bounces: it is not an email address",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?return_path=a+b@example.org",
        "return_path=…: it is not an email address",
        "smtp://",
    ),
    (
        f"smtp://u:12?return_path=a@example.org&{SECRET}@mail.example.org",
        f"only options may follow the host; {ENCODE}",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?dkim_selector=a_b",
        "dkim_selector=a_b: use only letters, digits, hyphens and dots",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?neutral_dkim_selector=a&neutral_dkim_domain=example.net",
        "it has some of neutral_dkim_domain, neutral_dkim_key, neutral_dkim_selector, but not all",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?ehlo=a_b",
        "ehlo=a_b: use only letters, digits, hyphens and dots",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?dkim_key=/nowhere/x.pem",
        "dkim_key=/nowhere/x.pem: the file can't be read (No such file",
        "smtp://",
    ),
    (
        f"smtp://mail.example.org?dkim_key={__file__}",
        f"dkim_key={__file__}: the file holds no private key in PEM form",
        "smtp://",
    ),
    (
        "smtp://mail.example.org?dkim_selector=a&dkim_domain=example.org",
        "it has some of dkim_domain, dkim_key, dkim_selector, but not all",
        "smtp://",
    ),
    *(
        (
            f"brevo://:{SECRET}@?warm_up={day}",
            f"warm_up={day}: it is not a date, such as 2026-12-01",
            "brevo://:key@?warm_up=2026-12-01",
        )
        for day in (
            "",
            "yes",
            "2026-02-30",
            "20261201",
            "1.12.2026",
            "2026-W49-2",
            "２０２６-12-01",
        )
    ),
    (
        f"brevo://:{SECRET}@?timeout=nan",
        "timeout=nan: it is not a number of seconds up to 25",
        "brevo://:key@?timeout=20",
    ),
    (
        f"brevo://:{SECRET}@?api_url=example",
        "api_url=example: it is not a web address",
        "brevo://:key@?api_url=https://api.example.org/",
    ),
    (
        f"brevo://:{SECRET}@?api_url=http://api.example.org/",
        "api_url=http://api.example.org/: the key would be sent without encryption; use https",
        "brevo://:key@?api_url=https://api.example.org/",
    ),
    (
        f"brevo://:x@?api_url=https://u:{SECRET}@api.example.org/",
        "api_url=…: put the key before the @ of the mailer URL",
        "brevo://",
    ),
    (
        f"postmark://:{SECRET}@?message_stream=a b",
        "message_stream=a b: use only letters, digits, hyphens and underscores",
        "postmark://",
    ),
    (
        f"brevo://:{SECRET}@?name=<b>",
        "name=<b>: use 1 to 60 letters, digits, spaces, dots or hyphens",
        "brevo://:key@?name=bulk",
    ),
]


@pytest.mark.parametrize(("url", "problem", "example"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_named_with_an_example_and_without_the_secret(
    url: str, problem: str, example: str
) -> None:
    with pytest.raises(MailerUrlError) as raised:
        parse_mailer_url(url)

    assert str(raised.value).startswith(problem)
    assert raised.value.example.startswith(example)
    assert SECRET not in str(raised.value) + raised.value.example


EXAMPLES = [
    *(
        "inbox://",
        "smtp://user:password@mail.example.org:587",
        "smtps://user:password@mail.example.org:465",
        "smtp+plain://127.0.0.1:1025",
    ),
    *(
        "mailgun://:key@lists.example.org",
        "postmark://:token@",
        "brevo://:key@",
        "resend://:key@",
        "mailjet://key:secret@",
    ),
    "smtp://mail.example.org?return_path=bounces@lists.example.org",
    *(
        "ses://eu-west-1",
        "ses://key:secret@eu-west-1",
        "brevo://:key@?api_url=https://api.example.org/",
    ),
]


@pytest.mark.parametrize("url", EXAMPLES)
def test_each_example_can_be_used(url: str) -> None:
    assert parse_mailer_url(url).backend


def test_the_start_is_refused_with_the_variables_name() -> None:
    with pytest.raises(EnvironmentProblem) as raised:
        read_environment({"BULK_MAILER_URL": f"brevo://:{SECRET}@?rate=fast"})

    assert str(raised.value) == (
        "BULK_MAILER_URL: rate=fast: it is not a number of messages a second, minute or hour. "
        "Example: BULK_MAILER_URL=brevo://:key@?rate=50/s"
    )


def test_secrets_are_not_shown_where_settings_are_printed() -> None:
    assert SECRET not in repr(parse_mailer_url(f"smtp://u:{SECRET}@mail.example.org"))


def test_a_password_is_decoded() -> None:
    options = parse_mailer_url("smtps://us%40er:p%2F%3A%23%25@mail.example.org").options

    assert (options["username"], options["password"], options["port"]) == ("us@er", "p/:#%", 465)
    assert (options["use_tls"], options["use_ssl"]) == (False, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9", "mail.localhost"])
def test_plain_smtp_goes_to_this_machine(host: str) -> None:
    assert parse_mailer_url(f"smtp+plain://{host}:1025").options["use_tls"] is False


def test_options_are_read() -> None:
    mailer = parse_mailer_url(
        "postmark://:token@?rate=3000/min&connections=4&name=Bulk "
        "(EU)&message_stream=news&timeout=7.5"
    )
    shared = parse_mailer_url("mailgun://:key@lists.example.org?batch=500")
    paced = parse_mailer_url("smtp://mail.example.org?domain_rate=300/min&warm_up=2026-12-01")

    assert (mailer.rate, mailer.connections, mailer.batch, mailer.name) == (50.0, 4, 1, "Bulk (EU)")
    assert mailer.options == {
        "server_token": "token",
        "message_stream": "news",
        "timeout": (3.0, 7.5),
    }
    assert (mailer.domain_rate, mailer.warm_up) == (None, None)
    assert shared.batch == 500
    assert (paced.domain_rate, paced.warm_up) == (5.0, date(2026, 12, 1))


def test_amazon_ses_never_sends_again_by_itself() -> None:
    client = parse_mailer_url("ses://eu-west-1").options["client_params"]

    assert isinstance(client, dict)
    assert client["config"]["retries"] == {"total_max_attempts": 1}


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
