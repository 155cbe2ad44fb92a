"""Groups so small that their number would tell who is in them."""

SMALL_GROUP = 5
"""Numbers below it are not shown to whoever may not see subscribers."""
