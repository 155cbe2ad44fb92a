"""The attackers: 8,000 networks, and the addresses that they enter.

Each post follows from its number and a seed alone, so two runs of one size and seed make the same
attack.
"""

import random
from dataclasses import dataclass
from urllib.parse import urlencode

NETWORKS = 8_000
POSTS_PER_NETWORK = 20
"""160,000 posts of 8,000 networks: the attack that was seen in the wild."""
VICTIMS = 200
"""People whose one mailbox is entered again and again, in ever new spellings."""
CATCH_ALL = "catch-all.example"
"""A domain whose server delivers whatever name is written to one person."""
SUBDOMAINS = 700
"""Names below it, whose mail comes to the same person."""
DOMAINS = 20_000
KNOWN = 500
"""Subscribers whose addresses are entered, too."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a machine.

    Args:
        network: the client's address, as a trusted proxy tells it.
        has_stamp: it loaded the page once, and sends its stamp with every form.
        presses_on: it follows the step in between as a browser without scripts does.
        solves: it computes what the step in between asks for, and sends the same proof again with
            another address.
    """

    email: str
    network: str
    has_stamp: bool
    presses_on: bool
    solves: bool

    def body(self, stamp: str) -> bytes:
        fields = {"email": self.email, "topics": "quarterly-meetings", "name": "Win Money"}
        return urlencode(fields | ({"stamp": stamp} if self.has_stamp else {})).encode()


def known_address(number: int) -> str:
    """Return a subscriber's address."""
    return f"known{number}@members{number % 50}.example"


def victim(number: int) -> str:
    """Return the mailbox of one who is bombed, as it is counted."""
    return f"victim{number}@gmail.com"


def post(number: int, *, networks: int = NETWORKS, seed: int = 0) -> Post:
    """Return the attack's post of this number."""
    dice = random.Random(f"{seed}/{number}")
    network = number % networks
    return Post(
        email=_address(number, dice),
        network=f"{20 + network // 60_000}.{network // 250 % 250}.{network % 250}.9",
        has_stamp=dice.random() < 0.3,
        presses_on=dice.random() < 0.01,
        solves=dice.random() < 0.0005,
    )


def _address(number: int, dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.2:
        name = victim(dice.randrange(VICTIMS)).partition("@")[0]
        dot = dice.randrange(1, len(name))
        return f"{name[:dot]}.{name[dot:]}+{number}@gmail.com"
    if kind < 0.3:
        return f"{dice.randrange(10**9):x}@{CATCH_ALL}"
    if kind < 0.35:
        return f"{dice.randrange(10**9):x}@s{dice.randrange(SUBDOMAINS)}.{CATCH_ALL}"
    if kind < 0.4:
        return known_address(dice.randrange(KNOWN))
    return f"bot{number}@d{dice.randrange(DOMAINS)}.example"
