"""Colours of status labels of suppressions, grants and applications; what has ended is grey."""

from collections.abc import Mapping

from newsletter.status_colours import StatusColour
from subscribers.states import ApplicationStatus

SUPPRESSION_COLOURS: Mapping[str, StatusColour] = {"Active": "bad"}
"""By the text of the label, because a suppression has no column for its status."""
GRANT_COLOURS: Mapping[str, StatusColour] = {"Active": "good"}
"""Likewise."""
IMPORT_COLOURS: Mapping[str, StatusColour] = {"Imported": "good", "Being undone": "warn"}
"""Likewise."""
APPLICATION_COLOURS: Mapping[str, StatusColour] = {
    ApplicationStatus.AWAITING_REVIEW: "warn",
    ApplicationStatus.ACCEPTED: "good",
}
"""Of applications: what waits for staff stands out."""
