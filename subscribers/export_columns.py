"""The columns of our own list, which the export writes and the import reads again."""

COLUMNS = (
    "email",
    "full_name",
    "given_name",
    "organisation",
    "country",
    "language",
    "time_zone",
    "topic",
    "status",
    "changed_at",
    "suppressed",
    "paused_until",
    "greeting",
    "salutation",
    "discreet_since",
)
"""The headers. A new one is read by `imports.reading.own_export`, or an export loses it there."""
