"""Each mistake in a setting is answered by name, with what is wrong, and an example."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR, VARIABLES, EnvironmentProblem, read_environment

LONG = "a-key-that-is-long-enough-to-pass-as-a-key"
SHARED = {
    "DATABASE_URL": "postgresql://convene@127.0.0.1/convene",
    "SECRET_KEY": LONG,
    "LINK_KEYS": LONG,
}


def problem_of(tmp_path: Path, **variables: str) -> str:
    with pytest.raises(EnvironmentProblem) as raised:
        read_environment({"VAR_DIR": str(tmp_path / "var")} | variables)
    return str(raised.value)


MISTAKES = [
    ("MEDIA_STORAGE_URL", "s3://lists.example.org/media", "needs a key, a secret and a host"),
    ("SECRET_KEY", "too-short", "shorter than 32 characters"),
    ("DEBUG", "perhaps", "'perhaps' must be true or false"),
    ("LOG_FORMAT", "xml", "'xml' must be line or json"),
    ("SENTRY_DSN", "sentry.example.org/7", "is not the DSN of a project"),
    ("SENTRY_DSN", "https://sentry.example.org/7", "has no key before the host"),
    ("SENTRY_DSN", "https://hush-hush@sentry.example.org/", "doesn't end with the number"),
    ("SENTRY_DSN", "https://hush-hush@sentry.example.org:x/7", "host or port can't be read"),
    ("SELF_APPROVAL", "perhaps", "'perhaps' must be true or false"),
    ("SITE_URL", "lists.example.org", "is not a web address"),
    ("SITE_URL", "ftp://lists.example.org", "is not a web address"),
    ("SITE_URL", "https://lists.example.org/mail/", "has a path"),
    ("SITE_URL", "https://lists.example.org:https", "host or port can't be read"),
    ("SITE_URL", "https://me:hush-hush@lists.example.org", "user name or password"),
    ("ALLOWED_HOSTS", "https://lists.example.org", "is not just a host name"),
    ("VAR_DIR", "/dev/null/var", "can't make the folder '/dev/null/var'"),
    ("DATABASE_URL", "mysql://convene:hush-hush@127.0.0.1/convene", "postgresql:// or sqlite://"),
    ("DATABASE_URL", "convene:hush-hush@127.0.0.1", "postgresql:// or sqlite://"),
    ("DATABASE_URL", "postgresql://convene:hush-hush@127.0.0.1", "names no database"),
    ("DATABASE_URL", "postgresql://convene:hush/hush-hush@127.0.0.1/convene", "%2F"),
    (
        "DATABASE_URL",
        "postgresql://convene@127.0.0.1/convene?ssl=1",
        "'ssl' is not an allowed option",
    ),
    ("DATABASE_URL", "sqlite://", "names no file"),
    ("REDIS_URL", "http://:hush-hush@127.0.0.1", "is not a Redis URL"),
    ("REDIS_URL", "redis://", "is not a Redis URL"),
    ("REDIS_URL", "redis://127.0.0.1:6379/main", "database number"),
    ("REDIS_URL", "redis+sentinel://:hush-hush@127.0.0.1/0", "?master=NAME"),
    ("DATABASE_URL", "postgresql://c:hush-hush@127.0.0.1/c?pgbouncer=session", "true or false"),
    ("LINK_KEYS", f"{LONG},short", "shorter than 32 characters"),
    ("ALERT_EMAIL", "ops@example.org, nobody", "'nobody' is not an email address"),
    ("ALERT_MAILER_URL", "smtp://user:hush/hush-hush@mail.example.org", "%2F"),
    ("ALERT_URL", "http://monitor.example.org/hush-hush", "must begin with https://"),
    ("ALERT_URL", "mail+https://monitor.example.org/hush-hush", "must begin with https://"),
    ("ALERT_URL", "https://10.0.0.1:9000/hush-hush", "no web address of a public host"),
    ("ALERT_URL", "slack+https://monitor.local/hush-hush", "no web address of a public host"),
    ("ALERT_URL", "https://me:hush-hush@monitor.example.org/", "user name or password"),
    ("ALERT_URL", "ntfy+https://:hush-hush@ntfy.sh/", "names no topic"),
    ("ALERT_URL", "ntfy+https://:hush%0Ahush-hush@ntfy.sh/a", "no header may have"),
    ("ALERT_URL", "matrix+https://matrix.example.org/!hush-hush:example.org", "needs a token"),
    ("ALERT_URL", "matrix+https://:hush-hush@matrix.example.org/room", "begins with !"),
    ("HEARTBEAT_URL", "hush-hush", "no web address of a public host"),
    ("HEARTBEAT_URL", "http://192.168.1.1/hush-hush", "no web address of a public host"),
    ("HEARTBEAT_URL", "http://localhost:8000/hush-hush", "no web address of a public host"),
    ("TRANSACTIONAL_MAILER_URL", "pigeon://loft", "'pigeon' is not a mailer"),
    ("TRANSACTIONAL_MAILER_URL", "smtp://a.example.org smtp://b.example.org", "takes 1 mailer"),
    ("TRANSACTIONAL_MAILER_URL", "smtp://a.example.org?domain_rate=5/s", "are for campaigns"),
    ("TRANSACTIONAL_MAILER_URL", "brevo://:hush-hush@?warm_up=2026-12-01", "are for campaigns"),
    (
        "BULK_MAILER_URL",
        "brevo://:hush-hush@ smtp://user:hush/hush-hush@mail.example.org",
        "mailer 2 of 2: ",
    ),
    (
        "BULK_MAILER_URL",
        "brevo://:hush-hush@ pigeon://hush-hush ses://eu-west-1",
        "mailer 2 of 3: 'pigeon' is not a mailer",
    ),
    ("BULK_MAILER_URL", "brevo://:hush-hush@ hush-hush", "put nothing but options after the @"),
    ("BULK_MAILER_URL", "brevo://:hush-hush@ inbox://", "combined with other mailers"),
    (
        "BULK_MAILER_URL",
        "brevo://:hush-hush@?name=spare ses://eu-west-1?name=spare",
        "2 mailers are named 'spare'",
    ),
    ("BULK_MAILER_URL", "smtp://user:hush/hush-hush@mail.example.org", "%2F"),
    ("WEBHOOK_SECRET", "hush-hush", "shorter than 32 characters"),
    ("METRICS_TOKEN", "hush-hush", "shorter than 32 characters"),
    ("WEBHOOK_SIGNING_KEYS", "postmark=hush-hush-hush-hush", "mailgun=KEY"),
    ("WEBHOOK_SIGNING_KEYS", "hush-hush-hush-hush", "mailgun=KEY"),
    ("WEBHOOK_SIGNING_KEYS", "resend=hush-hush-hush-hush", "whsec_KEY"),
    ("WEBHOOK_SIGNING_KEYS", f"mailgun={LONG},mailgun={LONG}", "mailgun has two keys"),
    ("BOUNCE_MAILBOX_URL", "smtp://bounces:hush-hush@mail.example.org", "imaps://"),
    ("BOUNCE_MAILBOX_URL", "imaps://mail.example.org/INBOX", "no user name, password and host"),
    ("BOUNCE_MAILBOX_URL", "imaps://bounces:hush/hush-hush@mail.example.org", "%2F"),
    (
        "BOUNCE_MAILBOX_URL",
        "imap+plain://bounces:hush-hush@mail.example.org",
        "only on this machine",
    ),
    ("BOUNCE_MAILBOX_URL", "pop3s://bounces:hush-hush@mail.example.org/INBOX", "after the host"),
    ("REPLY_MAILBOX_URL", "imaps://replies:hush-hush@mail.example.org", "the mailbox's address"),
    (
        "REPLY_MAILBOX_URL",
        "imaps://replies:hush-hush@mail.example.org?address=a%2Bb@lists.example.org",
        "has a plus sign",
    ),
    (
        "REPLY_MAILBOX_URL",
        "imaps://replies:hush-hush@mail.example.org?folder=INBOX",
        "only address=",
    ),
    ("EMBED_ORIGINS", "https://www.example.org/page", "is not an origin"),
    ("EMBED_ORIGINS", "www.example.org", "is not an origin"),
    ("EMBED_ORIGINS", "https://www.example.org;script-src", "is not an origin"),
    ("EMBED_ORIGINS", "*", "would let every website frame the form"),
    ("EMBED_ORIGINS", "https://*.com", "takes in websites of strangers"),
    ("EXIT_URL", "www.wikipedia.org", "is not the address of a web page"),
    ("EXIT_URL", "javascript:alert(1)", "is not the address of a web page"),
    ("EXIT_URL", "https://me:hush-hush@www.example.org", "user name or password"),
    ("LANGUAGES", "en,klingon", "'klingon' is not a known language code"),
    ("TRUSTED_PROXIES", "proxy.example.org", "neither an address nor a network"),
    ("TRUSTED_PROXIES", "*", "neither an address nor a network"),
    ("TRUSTED_PROXIES", "10.0.0.3/24", "write 10.0.0.0/24"),
    ("TRUSTED_PROXIES", "127.0.0.1, 0.0.0.0/0", "anybody in it could fake"),
    ("TRUSTED_PROXIES", "::/0", "anybody in it could fake"),
    ("TRUSTED_PROXIES", "::ffff:10.0.0.0/120", "write it as IPv4"),
    ("PORT", "http", "is not a port number"),
    ("PORT", "70000", "is not a port number"),
]


@pytest.mark.parametrize(("name", "value", "fragment"), MISTAKES)
def test_a_mistake_is_named_and_explained_with_an_example(
    name: str, value: str, fragment: str, tmp_path: Path
) -> None:
    message = problem_of(
        tmp_path, **{**SHARED, name: value} if name == "DATABASE_URL" else {name: value}
    )
    assert message.startswith(f"{name}: ")
    assert fragment in message
    assert f"Example: {name}=" in message


def test_every_variable_that_can_be_wrong_is_in_the_table() -> None:
    assert {name for name, _, _ in MISTAKES} == set(VARIABLES)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, value, _ in MISTAKES if "hush-hush" in value]
)
def test_a_complaint_never_repeats_a_secret(name: str, value: str, tmp_path: Path) -> None:
    assert "hush" not in problem_of(tmp_path, **{**SHARED, name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_KEYS"])
def test_a_shared_database_wants_shared_keys(name: str, tmp_path: Path) -> None:
    assert "must be set when DATABASE_URL is" in problem_of(tmp_path, **{**SHARED, name: ""})


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_can_be_read_from_a_file(name: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    message = (
        problem_of(tmp_path, **{f"{name}_FILE": str(missing)})
        if name != "VAR_DIR"
        else file_problem_of_var_dir(missing)
    )
    assert message.startswith(f"{name}_FILE: can't read")
    assert "No such file" in message


def file_problem_of_var_dir(path: Path) -> str:
    with pytest.raises(EnvironmentProblem) as raised:
        read_environment({"VAR_DIR_FILE": str(path)})
    return str(raised.value)


def test_a_value_from_a_file_counts_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{LONG}\n", encoding="utf-8")
    assert (
        read_environment(
            {"VAR_DIR": str(tmp_path), "SECRET_KEY_FILE": str(tmp_path / "key")}
        ).secret_key
        == LONG
    )


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    assert "it is not text" in problem_of(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))


def test_a_value_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    message = problem_of(tmp_path, SECRET_KEY=LONG, SECRET_KEY_FILE="/run/secrets/key")
    assert "both SECRET_KEY and SECRET_KEY_FILE are set" in message
    assert LONG not in message


def test_nothing_set_is_enough_and_makes_lasting_secrets_for_this_machine_alone(
    tmp_path: Path,
) -> None:
    first, second = (read_environment({"VAR_DIR": str(tmp_path)}) for _ in range(2))
    assert first.embedded
    assert first.site_url == "http://localhost:8000"
    assert first.secret_key == second.secret_key
    assert first.secret_key not in first.link_keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("*.secret"))
    assert read_environment({"VAR_DIR": str(tmp_path / "other")}).secret_key != first.secret_key


def test_a_database_url_is_taken_apart_and_its_escapes_undone(tmp_path: Path) -> None:
    url = "postgresql://con%40vene:p%2Fss@db.example.org:6432/mail?sslmode=require"
    database = read_environment(
        {"VAR_DIR": str(tmp_path), "SECRET_KEY": LONG, "LINK_KEYS": LONG, "DATABASE_URL": url}
    ).database
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == (
        "con@vene",
        "p/ss",
        "db.example.org",
    )
    assert (database["PORT"], database["NAME"]) == ("6432", "mail")
    assert isinstance(database["OPTIONS"], dict)
    assert database["OPTIONS"]["sslmode"] == "require"


@pytest.mark.thorough
def test_pages_are_in_english_also_where_content_is_written_in_another_language_first(
    tmp_path: Path,
) -> None:
    script = (
        "import django; django.setup(); from campaigns.event_states import EventKind; "
        "from django.utils.formats import date_format; from datetime import date; "
        "print(EventKind.MEETING.label, date_format(date(2026, 5, 1), 'j F Y'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=BASE_DIR,
        env={
            "PATH": os.defpath,
            "VAR_DIR": str(tmp_path),
            "LANGUAGES": "es,en",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "Virtual meeting 1 May 2026\n"


def test_a_mistyped_setting_stops_the_start_without_a_traceback(tmp_path: Path) -> None:
    """As a person sees it: one line on standard error, and an exit code that says no."""
    variables = {
        "PATH": os.defpath,
        "VAR_DIR": str(tmp_path),
        "BULK_MAILER_URL": "mailgnu://:hush-hush@lists.example.org",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Convene can't start. BULK_MAILER_URL: 'mailgnu' is not a mailer")
    assert "mailgun://" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr
