"""Colours of status labels of suppressions and grants; what has ended is grey."""

from collections.abc import Mapping

from newsletter.status_colours import StatusColour

SUPPRESSION_COLOURS: Mapping[str, StatusColour] = {"Active": "bad"}
"""By the text of the label, because a suppression has no column for its status."""
GRANT_COLOURS: Mapping[str, StatusColour] = {"Active": "good"}
"""Likewise."""
IMPORT_COLOURS: Mapping[str, StatusColour] = {"Imported": "good", "Being undone": "warn"}
"""Likewise."""
