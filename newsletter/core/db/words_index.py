"""PostgreSQL's inverted index over the words of some columns (manual, "GIN Indexes").

Its text configuration is `simple`, since names have no language. Nothing is stored beside the
columns: the index is of an expression, which stands in the statement as it does in the index.
"""

MARKS = "@._-+/:~&<>?=ʼ’"
"""Characters that part words. By most of them PostgreSQL's parser would find addresses, hosts and
paths, and take each for one word; the last ones are letters to it, in some locales. It is part of
indexes: whoever changes it makes those anew. Each costs time, so nothing else is folded here, and a
query has all spellings of a word instead."""
BLANKS = " " * len(MARKS)


def words_index(name: str, table: str, *columns: str) -> tuple[str, str]:
    """Return the statements that make and remove the index for a search in some columns.

    Args:
        name: of the index.
        columns: as `has_words` names them, in the same order; none of them may be NULL.
    """
    make = f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin ({words_vector(*columns)})"
    return make, f"DROP INDEX CONCURRENTLY IF EXISTS {name}"


def words_vector(*columns: str) -> str:
    """Return the expression of the index: what a search compares with."""
    text = " || ' ' || ".join(columns)
    return f"to_tsvector('simple'::regconfig, translate({text}, '{MARKS}', '{BLANKS}'))"
