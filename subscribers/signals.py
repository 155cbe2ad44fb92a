"""Signals to the apps above."""

from django.dispatch import Signal

unsubscribed = Signal()
"""Sent once an unsubscription is committed, with `subscriber_id`, `topic_id` (None: all),
`campaign_id` (whose link it was; 0: unknown) and `at`. A receiver that fails undoes nothing.
"""

topic_visibility_changed = Signal()
"""Sent in the transaction that lets others see a topic or its past emails, with `topic` and the
row as it was `before`. A receiver answers what followed from it, for staff to read, or with an
empty string.
"""

changing_address = Signal()
"""Sent before somebody gets another address, with `subscriber_id`, in the same transaction, and
before their row is locked. A receiver makes theirs what it keeps of people by their address alone:
the address may be somebody else's afterwards. Where the change fails, so does that.
"""

merging = Signal()
"""Sent before two records of one person are merged, with `kept_id` and `merged_id`, in the same
transaction, and before their rows are locked. An app that keeps what leads to the one moves it to
the other, or raises `subscribers.people.merging.merge.MergeMustWait`.
"""

asked_what_merging_moves = Signal()
"""Sent to show what a merge would do, with `kept_id`, `merged_id` and the `account` that asks. An
app answers with its part of it (subscribers.people.merging.parts).
"""

erasing = Signal()
"""Sent while somebody is being erased, with `subscriber_id`, before their row is deleted and in the
same transaction. An app that keeps what leads to them removes it.
"""

erasing_addresses = Signal()
"""Sent while somebody is being erased, with the `digests` of their addresses, in the same
transaction, whether or not they are a subscriber. A receiver deletes what it keeps of people by
their address alone, and answers how many rows that were.
"""

blocked_all_mail = Signal()
"""Sent when the owner of an address blocks all mail to it, with its `digest`, in the same
transaction. A receiver deletes what waits for an answer from there.
"""

asked_whom_mail_reached = Signal()
"""Sent by an action that would delete subscriptions, with `topic_id`, `since` and `subscriber_ids`.
An app that sends mail on a topic answers with the ids of those of them to whom mail went since
then. The links in that mail must go on working.
"""

asked_what_is_held = Signal()
"""Sent when a person downloads all that is held of them, with `subscriber_id`. An app that holds
something answers with its tables (subscribers.people.held_data.held_table).
"""

asked_where_label_is_used = Signal()
"""Sent before a label is deleted or merged, with `label_id`, in the transaction in which it is
locked. An app whose rules refer to labels answers with a list of what refers to this one, in words
for staff; while there is any, the label stays.
"""

asked_where_field_is_used = Signal()
"""Sent before a custom field is deleted, with `field_id` and `key`, in the transaction in which it
is locked. An app whose rules or texts refer to fields answers as to the signal above.
"""
