"""The limits of the public forms: per network, per mailbox, per recipient domain, and overall.

Past a limit a form asks for proof of work; `admission` decides that. Here stands what is counted,
and how much is much. That one mailbox gets one confirmation a day is not held here but by
`mail_limits` and the outbox's rows, which no restart forgets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from newsletter.core.addresses import domain_of
from newsletter.core.mailboxes import LARGE_PROVIDERS, mailbox_digest
from newsletter.core.owner_domain import owner_domain
from newsletter.core.requests.window_counts import Counting, Window

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

type Amounts = tuple[tuple[int, int], ...]
"""So many within so many seconds, each."""

RUSH: Amounts = ((100, MINUTE),)
"""More posts than people make. Nothing is refused for that; a form that brings no proof is served
later, and the page begins to ask browsers for one while the form is filled in.
"""
PER_STAMP: Amounts = ((6, HOUR),)
"""Forms from one page: whoever corrects one or goes back to it sends a few. More come from a
program that loaded the page once. They are served later, and nothing else.
"""

PER_NETWORK: Amounts = ((120, HOUR), (400, DAY))
"""A parliament's members share few addresses: a whole committee must be able to sign up during a
meeting.
"""
PER_NETWORK_IN_DOUBT: Amounts = ((30, HOUR),)
"""For forms filled in faster than a person can, or without our page having been loaded."""
PER_DOMAIN: Amounts = ((100, HOUR), (150, DAY))
PER_LARGE_PROVIDER: Amounts = ((500, HOUR), (3000, DAY))
OVERALL: Amounts = ((2000, HOUR), (10_000, DAY))
"""The attack seen in the wild made 160,000 sign-ups in 24 hours."""

PROVEN_PER_NETWORK: Amounts = ((600, HOUR),)
"""With proof of work, past the limits above."""
WAITING_PER_NETWORK: Amounts = ((20, HOUR),)
WAITING_OVERALL: Amounts = ((2000, HOUR), (10_000, DAY))
"""Past the limits above and without proof, because the browser runs no scripts. Together with what
brings nothing this stays below the totals, so that programs can't close the form to people whose
browsers prove that they are none.
"""

TOTAL_PER_DOMAIN: Amounts = ((300, DAY),)
"""However it came: what one organisation's mail server gets in a day, which may deliver all that is
sent to any name to one person.
"""
TOTAL_PER_LARGE_PROVIDER: Amounts = ((10_000, DAY),)
TOTAL_OVERALL: Amounts = ((6000, HOUR), (40_000, DAY))

PER_MAILBOX: Amounts = ((6, DAY),)
"""For all the spellings that lead into one mailbox. More is dropped without a word: an answer would
tell that somebody else entered the address before.
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One filled-in form, as limits see it.

    Args:
        form: the form's name; each has counts of its own.
        network: as `network_of` returned it.
        address: the recipient's, as `parse_address` returned it. Mailboxes are counted by a digest:
            Redis is no place for addresses.
        in_doubt: something about the form looks like a machine.
        stamp: tells the page that the form was filled in on from all others; "" where it has none.
        opened_at: when that page was opened, in seconds since 1970; None where that isn't known.
    """

    form: str
    network: str
    address: str
    in_doubt: bool = False
    stamp: str = ""
    opened_at: float | None = None

    def rush(self) -> list[Window]:
        """Return the window that measures how many posts there are."""
        return self._windows("posts", RUSH, Counting.ALWAYS)

    def page(self) -> list[Window]:
        """Return the window that measures how many forms came from the page."""
        if not self.stamp:
            return []
        return self._windows(f"stamp {self.stamp}", PER_STAMP, Counting.ALWAYS)

    def overall(self) -> list[Window]:
        """Return the limits of all who bring nothing."""
        return self._windows("all", OVERALL)

    def per_network(self) -> list[Window]:
        """Return the limits of the network for whoever brings nothing."""
        return self._windows(f"network {self.network}", PER_NETWORK, Counting.OWN)

    def in_doubt_per_network(self) -> list[Window]:
        """Return the limit of the network for what looks like a machine's."""
        return self._windows(f"in doubt {self.network}", PER_NETWORK_IN_DOUBT, Counting.OWN)

    def free(self) -> list[Window]:
        """Return the limits for whoever brings nothing."""
        return [
            *(self.in_doubt_per_network() if self.in_doubt else ()),
            *self.per_network(),
            *self._per_domain(),
            *self.overall(),
        ]

    def proven(self) -> list[Window]:
        """Return the limits for whoever brings proof of work."""
        return self._windows(f"proven {self.network}", PROVEN_PER_NETWORK, Counting.OWN)

    def waiting(self) -> list[Window]:
        """Return the limits for whoever brings none, past those above.

        A domain's limit of a day holds here, too: what is left to its total is for proof.
        """
        return [
            *self._per_domain(longest_only=True),
            *self._windows(f"waiting {self.network}", WAITING_PER_NETWORK, Counting.OWN),
            *self._windows("waiting all", WAITING_OVERALL),
        ]

    def totals(self) -> list[Window]:
        """Return the limits of all together, whatever was brought."""
        per_domain = TOTAL_PER_LARGE_PROVIDER if self._is_at_large_provider else TOTAL_PER_DOMAIN
        return [
            *self._windows(f"taken {self._domain}", per_domain),
            *self._windows("taken all", TOTAL_OVERALL),
        ]

    def mailbox(self, *, proven: bool) -> list[Window]:
        """Return the limit of the mailbox.

        With proof it has a count of its own, or a stranger without one could keep its owner out.
        """
        kind = "proven mailbox" if proven else "mailbox"
        return self._windows(f"{kind} {mailbox_digest(self.address)[:32]}", PER_MAILBOX)

    def _per_domain(self, *, longest_only: bool = False) -> list[Window]:
        amounts = PER_LARGE_PROVIDER if self._is_at_large_provider else PER_DOMAIN
        return self._windows(f"domain {self._domain}", amounts[-1:] if longest_only else amounts)

    @cached_property
    def _domain(self) -> str:
        """Return the domain that is counted.

        One server may take what is sent to any name below it, so all of them are one.
        """
        return owner_domain(domain_of(self.address))

    @property
    def _is_at_large_provider(self) -> bool:
        return self._domain in LARGE_PROVIDERS

    def _windows(
        self, key: str, amounts: Amounts, counting: Counting = Counting.SHARED
    ) -> list[Window]:
        return [
            Window(f"{self.form} {key}", amount, seconds, counting) for amount, seconds in amounts
        ]


def used_up(windows: Iterable[Window], numbers: Iterable[int]) -> list[Window]:
    """Return the windows that hold back, by what `count_windows` returned for them."""
    return [
        window
        for window, number in zip(windows, numbers, strict=False)
        if window.counting.holds_back and number >= window.amount
    ]
