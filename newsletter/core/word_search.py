"""Search for words by their beginnings: by an index in PostgreSQL, row by row in SQLite.

A search for parts of words reads all rows. For their beginnings PostgreSQL has an inverted index
over the words of a row, so a list of a million is searched in milliseconds.
"""

import re
import unicodedata
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Q
from django.db.models.sql.compiler import SQLCompiler

from newsletter.core.db.words_index import BLANKS, MARKS, words_vector
from newsletter.core.spellings import spellings

MOST_WORDS, LONGEST_WORD = 8, 60
"""Of a search; what is beyond is not looked for."""
_LETTERS = re.compile(r"[^\W_]+(?:[\u0300-\u036f][^\W_]*)*")
"""Runs of letters and digits, with their marks where those are characters of their own."""
_FOLDING = str.maketrans(MARKS, BLANKS)


def has_words(typed: str, *columns: str) -> Q:
    """Find rows that have all typed words in these columns, in any order and case.

    In PostgreSQL a word is found by its beginning, in SQLite by any part. Letters that are written
    in several ways (newsletter.core.spellings) are found in each.

    Args:
        columns: of the table that is searched, which isn't joined under another name.
    """
    if connection.vendor != "postgresql":
        return _with_parts(typed, *columns)
    words = unicodedata.normalize("NFC", typed).translate(_FOLDING).split()[:MOST_WORDS]
    bare = [one for word in words for one in _LETTERS.findall(word)]
    query = " & ".join(_beginning(word[:LONGEST_WORD]) for word in bare)
    return Q(_HasWords(columns, query)) if query else Q(pk__in=[])


def _beginning(word: str) -> str:
    """Return a query for a word of letters and digits alone, so that nothing in it is an operator.

    Where the database's locale is C, it knows the case of ASCII letters alone.
    """
    forms = dict.fromkeys(form for one in spellings(word) for form in _cases(one))
    return f"({' | '.join(f"'{form}':*" for form in forms)})"


def _cases(word: str) -> tuple[str, ...]:
    return word, word.lower(), word.upper(), word.capitalize()


class _HasWords(Func):
    """The condition that a row has the words of a query."""

    output_field = BooleanField()

    def __init__(self, columns: tuple[str, ...], query: str) -> None:
        super().__init__(*columns)
        self._query = query

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        columns = [compiler.compile(each)[0] for each in self.source_expressions]
        return f"{words_vector(*columns)} @@ to_tsquery('simple'::regconfig, %s)", (self._query,)


def _with_parts(typed: str, *columns: str) -> Q:
    """Find rows by parts of words.

    SQLite knows the case of ASCII letters alone, so each word is looked for as it is, small, large
    and with a capital. Some letters are written in several ways (newsletter.core.spellings).
    """
    found = Q()
    for word in typed.replace(",", " ").split()[:MOST_WORDS]:
        written = dict.fromkeys(
            form for one in spellings(word) for form in (*_cases(one), one.title())
        )
        found &= reduce(
            or_,
            (Q(**{f"{name}__icontains": each}) for each in written for name in columns),
        )
    return found if found else Q(pk__in=[])
