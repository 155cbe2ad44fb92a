"""DATABASE_URL: how PostgreSQL is connected to."""

import pytest

from config.environment.database_url import DatabaseUrlError, parse_database_url

URL = "postgresql://convene:hush-hush@db.example.org/convene"


def options(query: str = "") -> dict[str, object]:
    found = parse_database_url(f"{URL}{query}")["OPTIONS"]
    assert isinstance(found, dict)
    return found


def test_both_ends_give_up_a_connection_whose_other_end_has_vanished() -> None:
    assert options()["tcp_user_timeout"] == "20000"
    assert "-c tcp_user_timeout=20000" in str(options()["options"])
    assert options()["connect_timeout"] == "5"


def test_what_the_url_says_overrules_the_patience_of_others() -> None:
    assert options("?connect_timeout=60&sslmode=require") == options() | {
        "connect_timeout": "60",
        "sslmode": "require",
    }


def test_behind_pgbouncer_nothing_needs_a_session() -> None:
    database = parse_database_url(f"{URL}?pgbouncer=true&sslmode=require")
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert database["OPTIONS"] == {
        **{name: value for name, value in options().items() if name != "options"},
        "sslmode": "require",
    }


@pytest.mark.parametrize("query", ["", "?pgbouncer=false"])
def test_without_it_cursors_stay_at_the_server(query: str) -> None:
    assert "DISABLE_SERVER_SIDE_CURSORS" not in parse_database_url(f"{URL}{query}")


@pytest.mark.parametrize("query", ["?pgbouncer=session", "?pgbouncer=", "?pgbouncr=true"])
def test_a_mistyped_option_is_told_without_the_password(query: str) -> None:
    with pytest.raises(DatabaseUrlError) as told:
        parse_database_url(f"{URL}{query or '?'}")
    assert "pgbounc" in str(told.value)
    assert "hush" not in str(told.value)
