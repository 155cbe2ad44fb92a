"""People whom whoever imports may not know of: what is told of an import takes them for strangers.

The import itself knows them, and brings nobody back. Without this, a file of guessed addresses
would tell by a mere look at it who follows a need-to-know topic.
"""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import connection

from subscribers.imports.storing.stage import KEYS, find_by_digest
from subscribers.imports.storing.store import leave_discreet_out
from subscribers.models import ImportBatch, ImportFill
from subscribers.need_to_know.hidden import hidden_people

# Their rows that stand twice would tell them from strangers, too.
_TOLD = f"""
UPDATE {KEYS} SET outcome = %s, is_first = CASE
  WHEN number = (SELECT MIN(f.number) FROM {KEYS} AS f WHERE f.digest = %s) THEN 1 ELSE 0 END
WHERE digest = %s
"""  # noqa: S608 - a name of ours


class HiddenPeople:
    """Those in a file whom an account may not know of, as they are found."""

    def __init__(self, account: User | None) -> None:
        self._account = account
        self._listed = set[str]()
        self._leavers = set[str]()

    def find_listed(self, digests: Collection[str]) -> None:
        """Find those among people whom the file would subscribe, before they are stored."""
        self._listed |= self._among(digests)

    def find_leavers(self, digests: Collection[str]) -> set[str]:
        """Find those among people of whom the file says that they left, before that is kept.

        Once it is, they may be known by it. Whoever was found is remembered, therefore.
        """
        self._leavers |= self._among(digests)
        return self._leavers.intersection(digests)

    def tell_as_strangers(self) -> None:
        """Give their rows the outcomes that those of strangers have, once all is stored."""
        outcomes = [("opted_out", each, each) for each in self._leavers]
        outcomes += [("", each, each) for each in self._listed - self._leavers]
        if outcomes:
            find_by_digest()
            with connection.cursor() as cursor:
                cursor.executemany(_TOLD, outcomes)
            leave_discreet_out()

    def filled(self, batch: ImportBatch) -> int:
        """Count those of them whose empty details an import fills."""
        if not self._listed:
            return 0
        return ImportFill.objects.filter(
            batch=batch, subscriber__digest__any_of=sorted(self._listed)
        ).count()

    def _among(self, digests: Collection[str]) -> set[str]:
        # From the operator nothing is hidden.
        return hidden_people(self._account, digests) if self._account is not None else set()
