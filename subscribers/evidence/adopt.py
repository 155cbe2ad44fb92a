"""Signing the consent records that a release before has written, which signed none.

A migration does it once. Processes of that release which still run meanwhile may write more, and
an operator has those signed: whoever can write to the database could have inserted them, so it is
never done by itself.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from newsletter.seals.digests import signing_key_id
from subscribers.evidence.signatures import (
    core_of,
    hash_of,
    record_signature,
    text_hash,
    wording_signature,
)
from subscribers.states import FORM_OF_METHOD, ConsentMethod, WordingForm

WINDOW = 2_000
_REMEMBERED = 20_000
_LANGUAGE = "en"
"""In which all forms of that release were written."""

_POSTGRESQL = """
UPDATE {table} AS c SET wording_id = v.wording_id, answers = v.answers, words = '', salt = v.salt,
  key_id = %(key_id)s, signature = v.signature
FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb))
  AS v(id bigint, wording_id bigint, answers text, salt text, signature text)
WHERE c.id = v.id
"""
_SQLITE = """
UPDATE {table} AS c SET wording_id = v.wording_id, answers = v.answers, words = '', salt = v.salt,
  key_id = %(key_id)s, signature = v.signature
FROM (SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.wording_id') AS wording_id,
  json_extract(value, '$.answers') AS answers, json_extract(value, '$.salt') AS salt,
  json_extract(value, '$.signature') AS signature FROM json_each(%(rows)s)) AS v
WHERE c.id = v.id
"""

type Progress = Callable[[int], None]


class Adoption:
    """Signs unsigned records, and moves their words to the table of wordings."""

    def __init__(self, records: Any, wordings: Any, batches: Any) -> None:
        """Prepare.

        Args:
            records, wordings, batches: the models ConsentRecord, ConsentWording and ImportBatch,
                as they are now or as a migration knows them.
        """
        self._records = records._default_manager
        self._wordings = wordings
        self._table = records._meta.db_table
        self._of_batch: Mapping[int, str] = {}
        self._of_topic: dict[int, list[str]] = {}
        self._kept: dict[tuple[str, str], Any] = {}
        self._read_batches(batches._default_manager.values_list("pk", "topic_id", "consent_words"))

    def run(self, *, progress: Progress | None = None, window: int = WINDOW) -> int:
        """Sign all of them, some thousand a transaction.

        It may be repeated where it was interrupted.

        Args:
            progress: told how many are done.
            window: records of one transaction.

        Returns:
            How many were signed.
        """
        total = last = 0
        while True:
            with transaction.atomic():
                rows = self._records.filter(signature="", seal=None, pk__gt=last).order_by("pk")
                found = list(rows.select_for_update(of=("self",))[:window])
                self._store([self._signed(record) for record in found])
            total += len(found)
            if progress:
                progress(total)
            if len(found) < window:
                return total
            last = found[-1].pk

    def _read_batches(self, batches: Iterable[tuple[int, int, str]]) -> None:
        found = list(batches)
        self._of_batch = {pk: words for pk, _, words in found if words}
        for _, topic_id, words in found:
            if words and words not in self._of_topic.setdefault(topic_id, []):
                self._of_topic[topic_id].append(words)
        for known in self._of_topic.values():
            known.sort(key=len, reverse=True)

    def _signed(self, record: Any) -> dict[str, Any]:
        text, record.answers, is_import = self._split(record)
        record.wording = self._keep(
            text, form=_form(record.method, is_import=is_import), first_used_at=record.recorded_at
        )
        record.key_id, record.salt = signing_key_id(), secrets.token_hex(16)
        signature = record_signature(record.key_id, core_of(record), circumstances=hash_of(record))
        return {
            "id": record.pk,
            "wording_id": record.wording.pk if record.wording else None,
            "answers": record.answers,
            "salt": record.salt,
            "signature": signature,
        }

    def _split(self, record: Any) -> tuple[str, str, bool]:
        """Return the wording, what was answered to it, and whether an import brought it.

        That release kept the words of an import and the answers of a row in one text.
        """
        words = record.former_words
        if "\n" in words:
            batch = record.details.get("batch") if isinstance(record.details, dict) else None
            of_batch = self._of_batch.get(batch) if isinstance(batch, int) else None
            known = [of_batch] if of_batch else self._of_topic.get(record.topic_id, [])
            for each in known:
                if words == each:
                    return words, "", True
                if words.startswith(f"{each}\n"):
                    return each, words[len(each) + 1 :], True
        return words, "", record.method == ConsentMethod.IMPORT

    def _keep(self, text: str, *, form: WordingForm, first_used_at: datetime) -> Any:
        if not text:
            return None
        key = (form.value, text_hash(text))
        if key not in self._kept:
            if len(self._kept) >= _REMEMBERED:
                self._kept.clear()
            known = self._wordings._default_manager.filter(form=key[0], text_hash=key[1]).first()
            self._kept[key] = known or self._add(text, form=form, first_used_at=first_used_at)
        return self._kept[key]

    def _add(self, text: str, *, form: WordingForm, first_used_at: datetime) -> Any:
        language = "" if form is WordingForm.IMPORT else _LANGUAGE
        versions = self._wordings._default_manager.filter(form=form.value, language=language)
        wording = self._wordings(
            form=form.value,
            language=language,
            version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
            text=text,
            text_hash=text_hash(text),
            first_used_at=first_used_at,
            key_id=signing_key_id(),
        )
        wording.signature = wording_signature(wording)
        wording.save(force_insert=True)
        return wording

    def _store(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(table=self._table),
                {"key_id": signing_key_id(), "rows": json.dumps(rows)},
            )


def _form(method: str, *, is_import: bool) -> WordingForm:
    if is_import:
        return WordingForm.IMPORT
    return FORM_OF_METHOD.get(ConsentMethod(method), WordingForm.SIGN_UP)
