"""The columns of our own list, which the export writes and the import reads again."""

COLUMNS = (
    "email",
    "full_name",
    "given_name",
    "institution",
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
    "labels",
)
"""The headers, which those of custom fields follow. A new one is read by
`imports.reading.own_export`, or an export loses it there."""
