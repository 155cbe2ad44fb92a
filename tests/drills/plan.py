"""The plan of a history, all of which follows from its seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.drills.kinds import (
    LINK_CUT,
    UPGRADE_TAKES,
    UPGRADED,
    kind_of,
    needs_services,
    strikes_of,
)
from tests.drills.provider import BY_SMTP, OFFERS
from tests.drills.strikes import (
    SECONDS,
    STEPS,
    Strike,
    rolled_strikes,
    strikes_amid_changes,
    strikes_of_series,
)
from tests.drills.wishes import Wishes, rolled_wishes
from tests.fakes.providers.fake import Fault

EMBEDDED, SERVICES = "embedded", "services"

API_FAULTS = tuple(Fault)
BATCHES = {"mailgun": 10, "mailjet": 10, "brevo": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The surroundings that a fault of TURNS needs.

    Args:
        mode: EMBEDDED or SERVICES; empty: either.
        kinds: of the provider; empty: any.
        chances: how likely each fault of the provider is, for each request.
        notices: single messages, beside the campaigns.
    """

    mode: str = ""
    kinds: tuple[str, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)
    notices: int = 0


_REPORTING = ("mailgun", "mailjet", "postmark")
TURNS: Mapping[str, Scene] = {
    "Redis hung for 90 s": Scene(mode=SERVICES),
    "Redis hung for 40 s, several times": Scene(mode=SERVICES),
    "doubts resolved by hand": Scene(
        kinds=_REPORTING, chances={"500-after": 0.06, "reset-after": 0.03}
    ),
    "503 after accepting": Scene(
        kinds=("mailgun", "mailjet", "postmark", "brevo", "resend", "ses"),
        chances={"503-after": 0.06},
    ),
    "single messages dropped": Scene(
        kinds=tuple(OFFERS), chances={"drop": 0.08, "drop-after": 0.08}
    ),
    "webhooks of Amazon SES": Scene(kinds=("ses",)),
    "bounces by mail": Scene(kinds=tuple(OFFERS)),
    "web killed": Scene(kinds=_REPORTING),
    "machine suspended": Scene(),
    "commit longer than a lease": Scene(mode=SERVICES),
}
"""Faults that take turns, beside those that the dice choose.

Each is in one seed of ten, with the surroundings that it needs.
"""


RESTORED = "database restored"
WRITTEN_ANEW = "written anew"
_BEFORE_A_RESTORE = ("503 after accepting", "webhooks of Amazon SES", "bounces by mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of one history.

    Args:
        hosts: how many machines send.
        bare: whether only the first of them has more than senders.
        kind: of the provider, as tests.drills.provider names them.
        batch, connections: of the mailer's URL.
        standby: the kind of a second mailer, for when the first takes nothing; empty: there is
            none.
        rate: messages a second that the mailer may take; 0 for any number. It slows down what the
            latency doesn't.
        latency: seconds before each answer of the provider.
        chances: how likely each fault of the provider is, for each request.
        refused: how many recipients have an address that the provider refuses.
        launches: people who launch the first campaign in the same moment.
        notices: single messages, beside the campaigns.
        is_series: whether the campaigns are steps of an event's series.
        wishes: how the first campaign is launched.
        has_network: whether each host is in a network namespace of its own.
        amid_changes: strikes whose moments count from the start of the first campaign that tells of
            a change of the event.
    """

    seed: int
    mode: str
    hosts: int
    bare: bool
    kind: str
    standby: str
    batch: int
    connections: int
    rate: int
    latency: float
    chances: Mapping[str, float]
    recipients: int
    refused: int
    campaigns: int
    launches: int
    notices: int
    strikes: tuple[Strike, ...]
    dice: int = field(repr=False)
    is_series: bool = False
    has_network: bool = False
    wishes: Wishes = field(default_factory=Wishes)
    amid_changes: tuple[Strike, ...] = ()

    @property
    def faults(self) -> str:
        """All faults, in words."""
        names = [
            *(strike.fault for strike in self.strikes),
            *(f"amid changes {strike.fault}" for strike in self.amid_changes),
            *(["launched twice"] if self.launches > 1 else []),
        ]
        names += sorted(self.wishes.parts)
        standby = [f"standby {self.standby}"] if self.standby else []
        rate = [f"rate {self.rate}/s"] if self.rate else []
        return ", ".join([*names, *(f"provider {name}" for name in self.chances), *standby, *rate])

    @property
    def seeding(self) -> dict[str, int]:
        """The arguments of the hand's `seed`."""
        return {
            "recipients": self.recipients,
            "refused": self.refused,
            "campaigns": self.campaigns,
            "is_series": self.is_series,
        }

    @property
    def invites(self) -> bool:
        """Whether the event goes into calendars as an invitation, which all mailers must carry."""
        return self.is_series and {self.kind, self.standby or self.kind} <= set(OFFERS)

    @property
    def struck_by(self) -> frozenset[str]:
        """The faults that have a moment of their own."""
        return frozenset(strike.fault for strike in (*self.strikes, *self.amid_changes))

    @property
    def in_flight(self) -> int:
        """The most deliveries that one child of a pool can have in flight."""
        return self.connections * self.batch


def plan(seed: int, mode: str = "") -> Plan:
    """Return the plan of the history of a seed.

    Args:
        mode: EMBEDDED or SERVICES; empty: the seed decides.
    """
    dice, forced = random.Random(seed), mode
    chosen = dice.choice((EMBEDDED, SERVICES))
    mode = mode or chosen
    kind = dice.choice(
        (*OFFERS, "mailgun", "mailjet", "brevo", "brevo", "resend", "postmark", "ses")
    )
    batch = BATCHES.get(kind, 1)
    if kind == "brevo":
        batch = dice.choice((1, batch))
    hosts = dice.choice((1, 1, 2, 3)) if mode == SERVICES else 1
    connections = dice.choice((1, 2, 4))
    recipients, campaigns = dice.randint(60, 200), dice.choice((1, 1, 2))
    connections_in_all = hosts * 2 * connections
    paced = dice.random() < 0.25
    rolled = Plan(
        seed=seed,
        mode=mode,
        hosts=hosts,
        bare=bool(dice.getrandbits(1)),
        kind=kind,
        standby=dice.choice(("", "", "smtp", "postmark")),
        batch=batch,
        connections=connections,
        rate=int(recipients * campaigns / SECONDS) if paced else 0,
        latency=0.02
        if paced
        else round(min(SECONDS * connections_in_all * batch / (recipients * campaigns), 0.7), 3),
        chances=_chances(kind, dice),
        recipients=recipients,
        refused=dice.choice((0, 0, 3)),
        campaigns=campaigns,
        launches=dice.choice((1, 1, 2, 3)),
        notices=dice.choice((0, 0, 5, 10)),
        strikes=rolled_strikes(dice, is_on_services=mode == SERVICES),
        dice=dice.getrandbits(32),
    )
    turned = _with_kind(_with_turn(rolled, forced_mode=forced), forced_mode=forced)
    return _with_wishes(_with_later_version(_with_series(_with_restore(turned))))


def turn_of(seed: int) -> str:
    """Return the fault of TURNS that a seed has."""
    return list(TURNS)[seed % len(TURNS)]


def _with_turn(rolled: Plan, *, forced_mode: str) -> Plan:
    """Add the fault whose turn it is, unless it can't happen in the mode that is asked for."""
    name = turn_of(rolled.seed)
    scene = TURNS[name]
    if scene.mode and forced_mode and scene.mode != forced_mode:
        return rolled
    dice = random.Random(f"{rolled.seed} {name}")
    kind = (
        dice.choice(scene.kinds) if scene.kinds and rolled.kind not in scene.kinds else rolled.kind
    )
    return replace(
        rolled,
        mode=scene.mode or rolled.mode,
        hosts=rolled.hosts
        if not scene.mode or scene.mode == rolled.mode
        else dice.choice((1, 1, 2, 3)),
        kind=kind,
        batch=min(rolled.batch, BATCHES.get(kind, 1)),
        chances={**(rolled.chances if kind == rolled.kind else {}), **scene.chances},
        notices=max(rolled.notices, scene.notices),
        strikes=(*rolled.strikes, Strike(name, round(dice.uniform(0.1, SECONDS - 1), 2))),
    )


def _with_kind(rolled: Plan, *, forced_mode: str) -> Plan:
    """Add what tests.drills.kinds has for the seed, unless the mode that is asked for can't."""
    kind = kind_of(rolled.seed)
    if not kind or (needs_services(kind) and forced_mode == EMBEDDED):
        return rolled
    strikes = (*rolled.strikes, *strikes_of(kind, rolled.seed))
    if kind == UPGRADED:
        # Sending goes on until the last process is a new one.
        total = rolled.recipients * rolled.campaigns
        return replace(rolled, strikes=strikes, rate=max(int(total / UPGRADE_TAKES), 1))
    hosts = 2 if kind == LINK_CUT else max(rolled.hosts, 2)
    return replace(
        rolled,
        mode=SERVICES,
        hosts=hosts,
        latency=rolled.latency if rolled.rate else min(rolled.latency * hosts / rolled.hosts, 0.7),
        strikes=strikes,
        has_network=True,
    )


def _with_restore(rolled: Plan) -> Plan:
    """Add a restore after all else, in 24 seeds of 200.

    The other fault of those seeds leaves nothing to be reported when it has ended.
    """
    if rolled.seed // 10 % 5 not in (2, 4) or turn_of(rolled.seed) not in _BEFORE_A_RESTORE:
        return rolled
    dice = random.Random(f"{rolled.seed} {RESTORED}")
    return replace(
        rolled,
        strikes=(*rolled.strikes, Strike(RESTORED, round(dice.uniform(0.5, SECONDS / 2), 2))),
    )


def _with_series(rolled: Plan) -> Plan:
    """Have an event's series be sent, and people answer, in 40 seeds of 200.

    None of them is one of those with a restore.
    """
    if rolled.seed // 10 % 5 != 1:
        return rolled
    return replace(
        rolled,
        campaigns=STEPS,
        is_series=True,
        strikes=(*rolled.strikes, *strikes_of_series(rolled.seed)),
        amid_changes=strikes_amid_changes(rolled.seed, is_on_services=rolled.mode == SERVICES),
    )


def _with_later_version(rolled: Plan) -> Plan:
    """Have a campaign be paused and written anew for the rest, in 25 seeds of 200."""
    if rolled.seed % 8 != 3:
        return rolled
    dice = random.Random(f"{rolled.seed} {WRITTEN_ANEW}")
    strike = Strike(WRITTEN_ANEW, round(dice.uniform(0.3, SECONDS - 2), 2))
    return replace(rolled, strikes=(*rolled.strikes, strike))


def _with_wishes(rolled: Plan) -> Plan:
    """Have a canary, a local hour or both be asked for, each in a quarter of the plain histories.

    A series has its own moments. A restore takes back the pause after a canary, so that nobody
    could tell what was too early.
    """
    if rolled.is_series or RESTORED in rolled.struck_by:
        return rolled
    return replace(rolled, wishes=rolled_wishes(rolled.seed))


def _chances(kind: str, dice: random.Random) -> dict[str, float]:
    known = list(BY_SMTP if kind in OFFERS else API_FAULTS)
    return {
        str(name): dice.choice((0.005, 0.02, 0.05))
        for name in dice.sample(known, dice.choice((0, 0, 1, 2)))
    }
