"""The mission statement: which of its languages a visitor gets."""

from newsletter.core.languages import preferred_language
from subscribers.models import MissionStatement


def mission_statement(accepted: str, *, otherwise: str) -> MissionStatement | None:
    """Return the mission statement in the language that suits a visitor best; None: there is none.

    Args:
        accepted: the language of the page, or several as an Accept-Language header has them.
        otherwise: the language where none of theirs is written.
    """
    statements = {each.language: each for each in MissionStatement.objects.all()}
    language = preferred_language(accepted, list(statements)) or otherwise
    return statements.get(language) or next(iter(statements.values()), None)


def has_mission_statement() -> bool:
    """Return whether there is a mission statement that an applicant can read."""
    return MissionStatement.objects.exists()
