"""Empty the database after a test that commits: only the tables that it filled.

Django truncates all tables and writes all permissions anew. On PostgreSQL that takes half a second,
hundreds of times, while a test fills a dozen tables.
"""

from uuid import uuid4

from django.db import connections, transaction
from django.test import TransactionTestCase

from newsletter.core.db.clock import database_now
from newsletter.models import PublicChange

LASTING = frozenset({"django_content_type", "auth_permission"})
"""Tables that migrations fill and no test does."""


def empty(alias: str) -> None:
    """Delete all rows of a database, but for those of LASTING.

    Args:
        alias: of DATABASES.
    """
    connection = connections[alias]
    quote = connection.ops.quote_name
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        there = connection.introspection.django_table_names(only_existing=True, include_views=False)
        tables = sorted(set(there) - LASTING)
        questions = (
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in tables
        )
        cursor.execute(" UNION ALL ".join(questions))
        for (name,) in cursor.fetchall():
            # Foreign keys are checked at the end of the transaction.
            cursor.execute(f"DELETE FROM {quote(name)}")
        if PublicChange._meta.db_table in tables:
            # The version of public pages is another one now, as after migrations.
            PublicChange.objects.using(alias).create(nonce=str(uuid4()), at=database_now())


def empty_all(case: TransactionTestCase) -> None:
    """Empty the databases of a test, in place of TransactionTestCase's own way."""
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined] # private
        empty(alias)
