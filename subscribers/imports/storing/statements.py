"""The statements that judge and store staged rows, all about sets, for both databases."""

from collections.abc import Iterable

from django.db import connection

from subscribers.imports.storing.stage import KEYS, STAGE
from subscribers.models import (
    ConsentRecord,
    ImportFill,
    ImportQuestion,
    Subscriber,
    Subscription,
    Suppression,
)
from subscribers.states import LAST_WORDS, OPTED_OUT


def _literals(values: Iterable[str]) -> str:
    return "({})".format(", ".join(f"'{value}'" for value in values))


_NAMES = {
    "stage": STAGE,
    "keys": KEYS,
    "joined": f"{STAGE} AS r JOIN {KEYS} AS k ON k.number = r.number",
    "subscriber": Subscriber._meta.db_table,
    "subscription": Subscription._meta.db_table,
    "suppression": Suppression._meta.db_table,
    "record": ConsentRecord._meta.db_table,
    "fill": ImportFill._meta.db_table,
    "question": ImportQuestion._meta.db_table,
    "last_words": _literals(LAST_WORDS),
    "opted_out": _literals(OPTED_OUT),
}

_LACKS = """
((s.full_name = '' AND r.full_name <> '')
    OR (s.organisation = '' AND r.institution <> '')
    OR (s.country = '' AND r.country <> '')
    OR (s.time_zone = '' AND r.time_zone <> '')
    OR (s.given_name = '' AND r.given_name <> '' AND s.full_name IN ('', r.full_name)))
"""
_TO_FILL = f"""
k.number BETWEEN %(low)s AND %(high)s AND k.fills = 1 AND k.outcome IN ('', 'unchanged')
  AND k.is_first = 1 AND {_LACKS}
"""
_TO_SUBSCRIBE = """
k.number BETWEEN %(low)s AND %(high)s AND k.outcome = '' AND k.is_first = 1
"""
_DETAILS_OF_PERSON = """
email, digest, domain, full_name, given_name, organisation, country, language, time_zone,
  greeting, salutation, paused_until, paused_at, created_at, updated_at
"""
_DETAILS_OF_ROW = """
r.email, k.digest, r.domain, r.full_name, r.given_name, r.institution, r.country, r.language,
  r.time_zone, r.greeting, r.salutation, {paused_until},
  CASE WHEN r.paused_until = '' THEN NULL ELSE {now} END, %(now)s, %(now)s
"""

# Whoever this batch has subscribed already stood in an earlier chunk. The subscription may be
# gone, but the evidence of an opt-out never is. Whoever was asked once and hasn't answered is not
# asked again, and not subscribed without an answer. An import can't switch discreet mode on, and
# nobody is subscribed without what they chose; told apart from other wishes that stand, the row
# would say of somebody that they are in danger.
#
# Rows of one address are found by windows: a join could become a loop within a loop, as PostgreSQL
# has no statistics of tables that are just being filled.
JUDGE = """
INSERT INTO {keys} (number, digest, outcome, is_first, fills, is_discreet, first, is_known, person)
SELECT r.number, r.digest,
  CASE
    WHEN EXISTS (
      SELECT 1 FROM {suppression} AS p WHERE p.digest = r.digest AND p.lifted_at IS NULL
    ) THEN 'opted_out'
    WHEN u.import_batch_id = %(batch)s THEN ''
    WHEN u.status IN ('unsubscribed', 'declined') THEN 'opted_out'
    WHEN u.status = 'confirmed' THEN 'unchanged'
    WHEN u.id IS NOT NULL THEN 'waiting'
    WHEN (
      SELECT c.action FROM {record} AS c
      WHERE c.digest = r.digest AND c.topic_id = %(topic)s AND c.action IN {last_words}
      ORDER BY c.id DESC LIMIT 1
    ) IN {opted_out} THEN 'opted_out'
    WHEN EXISTS (
      SELECT 1 FROM {question} AS q WHERE q.digest = r.digest AND q.topic_id = %(topic)s
    ) THEN 'waiting'
    WHEN r.any_discreet <> '' THEN 'opted_out'
    ELSE ''
  END,
  CASE WHEN u.import_batch_id = %(batch)s OR r.first < r.number THEN 0 ELSE 1 END,
  CASE WHEN s.updated_at <> %(now)s AND {lacks} THEN 1 ELSE 0 END,
  CASE WHEN r.any_discreet = '' THEN 0 ELSE 1 END,
  r.number,
  CASE WHEN s.id IS NULL THEN 0 ELSE 1 END,
  COALESCE(s.id, {next_id})
FROM (
  SELECT number, digest, full_name, given_name, institution, country, time_zone,
    MIN(number) OVER (PARTITION BY digest) AS first,
    MAX(discreet) OVER (PARTITION BY digest) AS any_discreet
  FROM {stage} WHERE number BETWEEN %(low)s AND %(high)s
) AS r
LEFT JOIN {subscriber} AS s ON s.digest = r.digest
LEFT JOIN {subscription} AS u ON u.subscriber_id = s.id AND u.topic_id = %(topic)s
ORDER BY r.number
"""

STANDING = """
UPDATE {keys} AS k
SET outcome = CASE
  WHEN u.status IN ('unsubscribed', 'declined') THEN 'opted_out'
  WHEN u.status = 'confirmed' THEN 'unchanged'
  ELSE 'waiting' END
FROM {subscriber} AS s JOIN {subscription} AS u ON u.subscriber_id = s.id AND u.topic_id = %(topic)s
WHERE k.number BETWEEN %(low)s AND %(high)s AND k.outcome = '' AND s.digest = k.digest
  AND (u.import_batch_id IS NULL OR u.import_batch_id <> %(batch)s)
"""

# Of strangers, whose rows `leave_discreet_out` tells of.
DISCREET = """
UPDATE {keys} SET outcome = 'opted_out' WHERE outcome = '' AND is_discreet = 1
"""

# For undo: what is about to be filled.
NOTE_FILLS = """
INSERT INTO {fill}
  (batch_id, subscriber_id, full_name, given_name, organisation, country, time_zone, filled_at)
SELECT %(batch)s, s.id,
  CASE WHEN s.full_name = '' THEN r.full_name ELSE '' END,
  CASE WHEN s.given_name = '' AND s.full_name IN ('', r.full_name) THEN r.given_name ELSE '' END,
  CASE WHEN s.organisation = '' THEN r.institution ELSE '' END,
  CASE WHEN s.country = '' THEN r.country ELSE '' END,
  CASE WHEN s.time_zone = '' THEN r.time_zone ELSE '' END,
  %(now)s
FROM {joined} JOIN {subscriber} AS s ON s.digest = k.digest
WHERE {to_fill}
"""

# What we know of a person is never overwritten. A given name guessed from another full name would
# not fit.
FILL = """
UPDATE {subscriber} AS s
SET full_name = CASE WHEN s.full_name = '' THEN r.full_name ELSE s.full_name END,
  given_name = CASE WHEN s.given_name = '' AND s.full_name IN ('', r.full_name)
    THEN r.given_name ELSE s.given_name END,
  organisation = CASE WHEN s.organisation = '' THEN r.institution ELSE s.organisation END,
  country = CASE WHEN s.country = '' THEN r.country ELSE s.country END,
  time_zone = CASE WHEN s.time_zone = '' THEN r.time_zone ELSE s.time_zone END,
  updated_at = %(now)s
FROM {joined}
WHERE s.digest = k.digest AND {to_fill}
"""

WANTED = """
SELECT COUNT(*) FROM {keys} AS k
WHERE {to_subscribe}
"""

NEW_SUBSCRIBERS = """
INSERT INTO {subscriber} (id, {details_of_person})
SELECT k.person, {details_of_row}
FROM {joined}
WHERE {to_subscribe} AND k.is_known = 0 ORDER BY k.number
"""

NEW_SUBSCRIPTIONS = """
INSERT INTO {subscription}
  (subscriber_id, topic_id, status, import_batch_id, created_at, changed_at)
SELECT k.person, %(topic)s, %(status)s, %(batch)s, %(now)s, %(now)s
FROM {keys} AS k WHERE {to_subscribe} ORDER BY k.number
"""

# Somebody may sign up, or be erased, while the import runs: conflicts are let pass here and looked
# at afterwards.
SUBSCRIBERS = """
INSERT INTO {subscriber} ({details_of_person})
SELECT {details_of_row}
FROM {joined}
WHERE {to_subscribe} ORDER BY k.number
ON CONFLICT (digest) DO NOTHING
"""

SUBSCRIPTIONS = """
INSERT INTO {subscription}
  (subscriber_id, topic_id, status, import_batch_id, created_at, changed_at)
SELECT s.id, %(topic)s, %(status)s, %(batch)s, %(now)s, %(now)s
FROM {keys} AS k JOIN {subscriber} AS s ON s.digest = k.digest
WHERE {to_subscribe} ORDER BY k.number
ON CONFLICT (subscriber_id, topic_id) DO NOTHING
"""

RECORDS = """
INSERT INTO {record}
  (digest, topic_id, action, method, words, wording_id, language, staff, given_at, recorded_at,
   network, details, answers, salt, key_id, signature)
SELECT k.digest, %(topic)s, %(action)s, 'import', '', CAST(%(wording)s AS bigint),
  r.language, '', r.given_at, %(now)s, '', {details}, r.answers, r.salt, %(key_id)s, r.signature
FROM {joined}
WHERE {to_subscribe} ORDER BY k.number
"""

QUESTIONS = """
INSERT INTO {question} (digest, topic_id, batch_id, created_at)
SELECT k.digest, %(topic)s, %(batch)s, %(now)s
FROM {keys} AS k
WHERE {to_subscribe} ORDER BY k.number
ON CONFLICT (digest, topic_id) DO NOTHING
"""


def sql(statement: str, *, next_id: str = "0") -> str:
    """Return a statement for the database in use.

    Args:
        statement: one of the above.
        next_id: the id that a stranger is to have, as an expression.
    """
    is_postgresql = connection.vendor == "postgresql"
    of_vendor = {
        "details": "CAST(r.details AS jsonb)" if is_postgresql else "r.details",
        # In UTC, as ISO 8601. SQLite keeps times as text of its own form.
        "paused_until": (
            "CAST(NULLIF(r.paused_until, '') AS timestamp with time zone)"
            if is_postgresql
            else "replace(substr(NULLIF(r.paused_until, ''), 1, 19), 'T', ' ')"
        ),
        "now": "CAST(%(now)s AS timestamp with time zone)" if is_postgresql else "%(now)s",
    }
    return statement.format(
        **_NAMES,
        **of_vendor,
        details_of_person=_DETAILS_OF_PERSON,
        details_of_row=_DETAILS_OF_ROW.format(**of_vendor),
        lacks=_LACKS,
        next_id=next_id,
        to_fill=_TO_FILL,
        to_subscribe=_TO_SUBSCRIBE,
    )
