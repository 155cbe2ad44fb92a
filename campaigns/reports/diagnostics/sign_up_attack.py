"""Check of the public forms: staff are told while somebody floods them."""

from datetime import datetime

from campaigns.reports.diagnostics.finding import Found, Level
from subscribers.consent.attack import current_attack, held_back_by


def sign_up(now: datetime) -> Found:
    """Check that nobody floods the public forms. Nothing is to be done then, but to know."""
    attack = current_attack(now=now)
    if attack is None:
        yield Level.FINE, "Nobody floods the sign-up forms."
        return
    causes = ", ".join(f"{cause} {number}" for cause, number in held_back_by().items())
    yield (
        Level.LOOK,
        f"The sign-up forms have been flooded since {attack.began_at:%Y-%m-%d %H:%M} UTC. Sign-up "
        f"stays open: browsers prove that they are no program, and people’s confirmations are sent "
        f"first." + (f" Forms held back, by limit: {causes}." if causes else ""),
    )
