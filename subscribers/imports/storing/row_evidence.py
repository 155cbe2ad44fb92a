"""The evidence that an import keeps of each row: where it stood, and its signature.

Rows are stored by SQL, in sets, so they are signed before, when they are staged. What is signed
here must be what `store.py` writes.
"""

import os
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as in_json

from newsletter.seals.digests import digest_of_json, signing_key_id
from subscribers.evidence.signatures import hash_of_json, text_hash
from subscribers.imports.rows.row_people import ImportRow
from subscribers.models import ImportBatch
from subscribers.states import ConsentAction, ConsentMethod

_SALT = 16
"""Bytes."""
_SALTS = 500
"""How many are made at a time, as each call of the system takes as long as the rest of one."""


def action_of(batch: ImportBatch) -> ConsentAction:
    """Return what the consent records of a batch record."""
    return ConsentAction.REQUESTED if batch.asks else ConsentAction.IMPORTED


def wording_hash_of(batch: ImportBatch) -> str:
    """Return the hash of the words to which the people of a batch agreed."""
    return text_hash(batch.consent_words) if batch.consent_words else ""


type Signed = tuple[str, str, str]
"""The details as JSON, the salt and the signature."""


class RowSigner:
    """Signs the consent records of one batch.

    It builds the JSON that is signed from parts, which takes a fifth of the time of
    `signatures.record_signature`; a test holds the two together.
    """

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        """Prepare what all records share.

        Args:
            batch: saved.
            now: the time of the import.
        """
        self._digest = digest_of_json(signing_key_id())
        self._details = f'{{"batch":{batch.pk},"file":{in_json(batch.file_name)},"row":'
        action, wording_hash = action_of(batch).value, wording_hash_of(batch)
        self._before_language = (
            f',{batch.topic_id},"{action}","{ConsentMethod.IMPORT.value}","{wording_hash}",'
        )
        self._recorded_at = _in_text(now)
        self._salts: list[str] = []

    def sign(self, row: ImportRow, *, language: str, given_at: datetime) -> Signed:
        """Return what the record of a row has beside what stands in the row.

        Args:
            row: as it was read.
            language: that the record is to have.
            given_at: when consent was given.
        """
        timestamp = f',"timestamp":{in_json(row.timestamp)}' if row.timestamp else ""
        details = f"{self._details}{row.number}{timestamp}}}"
        if not self._salts:
            self._salts = _salts()
        salt = self._salts.pop()
        circumstances = hash_of_json(
            f'["consent circumstances","",{details},{in_json(row.answers)},"{salt}"]'
        )
        signature = self._digest(
            f'["consent","{row.digest}"{self._before_language}{in_json(language)},"",'
            f'"{_in_text(given_at)}","{self._recorded_at}","{circumstances}"]',
        )
        return details, salt, signature


def _salts() -> list[str]:
    drawn = os.urandom(_SALT * _SALTS).hex()
    return [drawn[at : at + 2 * _SALT] for at in range(0, len(drawn), 2 * _SALT)]


def _in_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
