import pytest
from django.db import connection

pytestmark = pytest.mark.services


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such setting")
def test_no_statement_is_compiled_before_it_is_run(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
