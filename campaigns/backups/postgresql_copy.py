"""A PostgreSQL database: copied by pg_dump, and restored in one transaction by pg_restore."""

from pathlib import Path

from django.db import connection, transaction

from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.postgresql_programs import find_program, run_program, server_version

ASIDE = "convene_before_"
"""Schemas with the tables that a restore moved out of the way are named so."""

_NOT_OURS = ("--no-owner", "--no-privileges")
"""Another server has other roles."""


def copy_postgresql(target: Path) -> int:
    """Copy the database as it is at this moment into a file of pg_dump's own format.

    Returns:
        The major version of pg_dump.
    """
    program, version = find_program("pg_dump", least=server_version())
    run_program(
        program,
        [
            "--format=custom",
            "--no-password",
            *_NOT_OURS,
            # Other schemas are other people's, or hold what a restore moved aside.
            f"--schema={current_schema()}",
            # A migration that runs holds its tables; it must not be waited for all night.
            "--lock-wait-timeout=60s",
            f"--file={target}",
        ],
    )
    return version


def find_pg_restore(*, made_by: int) -> Path:
    """Return the pg_restore that can read what a pg_dump wrote.

    Args:
        made_by: the major version of that pg_dump.

    Raises:
        BackupProblem: there is none, or the server is older than the backup's.
    """
    server = server_version()
    if made_by > server:
        raise BackupProblem(
            f"The backup was made by version {made_by} of pg_dump, and this server is PostgreSQL "
            f"{server}. Restore it into version {made_by} or newer."
        )
    return find_program("pg_restore", least=server)[0]


def restore_postgresql(source: Path, *, made_by: int) -> None:
    """Restore into an empty database: all of it, or, where it fails or is killed, nothing."""
    program = find_pg_restore(made_by=made_by)
    database, schema = connection.settings_dict["NAME"], current_schema()
    connection.close()
    run_program(
        program,
        [
            "--no-password",
            *_NOT_OURS,
            # Only the owner of an extension may comment on it.
            "--no-comments",
            "--single-transaction",
            "--exit-on-error",
            # What is in it, not the schema itself, which is there.
            f"--schema={schema}",
            f"--dbname={database}",
            str(source),
        ],
    )


def current_schema() -> str:
    """Return the schema that holds our tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (name,) = cursor.fetchone()
    return str(name)


def other_connections() -> list[str]:
    """Return the programs that are connected to this database beside this process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(nullif(application_name, ''), usename) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename IS NOT NULL AND coalesce(backend_type, 'client backend') = "
            "'client backend' ORDER BY 1"
        )
        return [str(name) for (name,) in cursor.fetchall()]


def move_postgresql_aside(at: str) -> str:
    """Move all that this schema holds into a schema of its own, in one transaction.

    Args:
        at: the present, as part of a name.

    Returns:
        The name of that schema.
    """
    schema = f"{ASIDE}{at}"
    with transaction.atomic(), connection.cursor() as cursor:
        own = current_schema()
        cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(schema)}")
        _move(own, schema)
    return schema


def put_postgresql_back(schema: str) -> None:
    """Move back what was moved into a schema, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        _move(schema, current_schema())
        cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(schema)}")


_HELD = """
SELECT format('ALTER %%s %%I.%%I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE'
              WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
              nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = %s AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass
    AND (d.deptype = 'e' OR (relkind = 'S' AND d.deptype IN ('a', 'i'))))
UNION ALL
SELECT format('ALTER ROUTINE %%s', p.oid::regprocedure)
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname = %s AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass
    AND d.deptype = 'e')
"""
"""Tables and functions of a schema. Sequences of columns go with their tables, and what extensions
made stays theirs."""


def _move(source: str, target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [source, source])
        for (statement,) in cursor.fetchall():
            cursor.execute(f"{statement} SET SCHEMA {connection.ops.quote_name(target)}")
