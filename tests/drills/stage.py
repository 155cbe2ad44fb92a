"""The stage of one history: servers, hosts, the provider, the hand, and the loop of events."""

import contextlib
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any, Self

from config.env import BASE_DIR
from scripts.services import free_port
from tests.drills import outages, series, servers
from tests.drills.books import MISSING, Books, Snapshot
from tests.drills.claim_watch import SWEEPS, ClaimWatch
from tests.drills.earlier_version import DATABASE
from tests.drills.faults import FAULTS, Fault
from tests.drills.helping_hand import HelpingHand, Stuck
from tests.drills.hosts import Host
from tests.drills.kinds import HOST_LOST, UPGRADED
from tests.drills.leaving import Leaving
from tests.drills.network import Network, Wire
from tests.drills.patience import LEASE
from tests.drills.plan import SERVICES, Plan
from tests.drills.provider_account import ProviderAccount
from tests.drills.scenery import PROVIDER_LOG, REPLIES, environment_of, make_hosts, start_providers
from tests.fakes import amazon
from tests.fakes.mailbox import FakeMailbox, serving

LOOK = 0.3
"""Seconds between two looks at the ledger."""
STARTING = 120.0
"""Seconds that all processes have to start, on a busy machine."""
RESTS = 60.0
"""Seconds that rests of the mailer, retries and restarts may take beyond lease and sweeps.

Among them are 30 for a worker that was killed while it tried a mailer again (PROBE of
newsletter.transport.pacing.choose_mailer).
"""


class Stage:
    """Everything that runs for one history."""

    def __init__(self, plan: Plan, made: servers.Templates) -> None:
        self.plan, self._made = plan, made
        self.dice = random.Random(plan.dice)
        self.is_on_services = plan.mode == SERVICES
        self.hosts: list[Host] = []
        self.campaigns: list[int] = []
        self.complaints: list[str] = []
        self.left = Leaving()
        self.web_url = ""
        self.confirmations = defaultdict[str, list[str]](list)
        """The states of each person's first confirmation, each time before they sign up again."""
        self.told: dict[str, str] = {}
        """What genuine reports say of each message, by reference: delivered, or hard once."""
        self.leavers = 0
        self.restored_doubts: int | None = None
        """The deliveries in doubt at the end of a restore; None where nothing was restored."""
        self.restored_messages = 0
        self.faults_running = 0
        self.interruptions = 0
        self.lost_claims = 0
        """Claims whose journals are lost with their host, so that all of each is in doubt."""
        self.lost_messages = 0
        """Claims of single messages, likewise."""
        self.silences = 0
        self.is_provider_silent = False
        self.slowest_end = 0.0
        self.recovery = 0.0
        self._claims = ClaimWatch()
        self._claimed_at: float | None = None
        self._began = 0.0
        self._start = 0.0
        """Seconds from the start of all processes to the first claim: a restart takes as long."""
        self._running: list[tuple[float, Fault]] = []
        self._beside: list[tuple[float, Fault]] = []
        """What staff do all along, which is no fault."""
        self._amid_changes = list(plan.amid_changes)
        self._stack = contextlib.ExitStack()

    # --- Setting the stage -----------------------------------------------------------

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self.folder = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(
                        prefix="convene-history-", ignore_cleanup_errors=True
                    )
                )
            )
            plan = self.plan
            earlier = self._made.earlier if UPGRADED in plan.struck_by else None
            code = earlier.code if earlier else BASE_DIR
            self.account = ProviderAccount(self.folder / PROVIDER_LOG)
            self.network = Network(plan.hosts) if plan.has_network else None
            if self.network:
                stack.callback(self.network.remove)
            namespaces = self.network.namespaces if self.network else []
            self.provider, urls = start_providers(plan, self.folder, stack, namespaces=namespaces)
            environment = environment_of(urls) | {amazon.VARIABLE: str(self.folder / "sns.pem")}
            amazon.write_certificate(self.folder / "sns.pem")
            self.mailbox = stack.enter_context(serving(FakeMailbox()))
            if "bounces by mail" in plan.struck_by:
                environment["BOUNCE_MAILBOX_URL"] = self.mailbox.url
            if plan.invites:
                replies = stack.enter_context(serving(FakeMailbox()))
                environment["REPLY_MAILBOX_URL"] = f"{replies.url}?address={REPLIES}"
            if self.is_on_services:
                database = DATABASE if earlier else "convene"
                wired = (self.network.address(wire) if self.network else "" for wire in Wire)
                address = dict(zip(Wire, wired, strict=True))
                self.postgresql = stack.enter_context(
                    servers.postgresql(
                        self._made, self.folder, address=address[Wire.POSTGRESQL], name=database
                    )
                )
                self.redis = servers.Redis(self.folder, address=address[Wire.REDIS])
                self.redis.start()
                stack.callback(self.redis.kill)
                environment |= servers.addresses_of(self.postgresql, self.redis)
            self.hosts = make_hosts(
                plan,
                self.folder,
                {**environment, **self._wired()},
                faketime=self._made.faketime,
                dice=self.dice,
                namespaces=namespaces,
                code=code,
            )
            if "web killed" in plan.struck_by:
                port = free_port()
                self.hosts[0].add_web(port)
                self.web_url = f"http://127.0.0.1:{port}"
            stack.callback(self._end_hosts)
            first = self.hosts[0].folder / "var"
            if not self.is_on_services:
                shutil.copy(
                    earlier.sqlite if earlier else self._made.sqlite, first / "convene.sqlite3"
                )
            self.books = (
                Books(url=self.postgresql.url())
                if self.is_on_services
                else Books(file=first / "convene.sqlite3")
            )
            # What people do reaches a machine that is not lost.
            own = self.folder / "hand" if HOST_LOST in plan.struck_by else first
            own.mkdir(exist_ok=True)
            self.hand = HelpingHand(
                self.folder / "hand.log", {**environment, "VAR_DIR": str(own)}, code=code
            )
            stack.callback(self.hand.end)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _wired(self) -> Mapping[str, str]:
        """Return what hosts with a network of their own know otherwise."""
        if self.network is None:
            return {}
        return servers.addresses_of(self.postgresql, self.redis, wires=self.network)

    def _end_hosts(self) -> None:
        for host in self.hosts:
            host.end()

    # --- What faults use ----------------------------------------------------------------

    def broken(self, complaint: str) -> None:
        """Note that a promise was broken."""
        if complaint not in self.complaints:
            self.complaints.append(complaint)

    def also(self, fault: Fault) -> None:
        """Start another fault now."""
        self._running.append((monotonic(), fault))

    def strike_again(self) -> None:
        """Let time pass in which people are told of a change, and have faults meet that."""
        self.also(outages.nothing_more(self))
        now = monotonic()
        self._running += [
            (now + strike.at, FAULTS[strike.fault](self)) for strike in self._amid_changes
        ]
        self._amid_changes = []

    def peek(self) -> Snapshot | None:
        """Return the state of the ledger, or None where the database is down."""
        with contextlib.suppress(*MISSING):
            return self.books.snapshot()
        return None

    def must_not_be_claimed(self, tokens: set[str], *, since: str) -> None:
        with contextlib.suppress(*MISSING):
            held = self.books.snapshot().claims & {token.replace("-", "") for token in tokens}
            if held and not self.interruptions:
                self.broken(f"{since} left rows claimed: {sorted(held)}")

    def do(self, deed: str, **arguments: object) -> dict[str, Any]:
        """Have the hand do something, and return its answer; no fault goes on meanwhile."""
        for seconds in self.hand.ask(deed, **arguments):
            self._look_after_hosts()
            self._beside = self._go_on(self._beside)
            sleep(seconds)
        return self.hand.answer

    @property
    def start_takes(self) -> float:
        """Seconds from the start of all processes to the first claim."""
        return self._start

    def somebody_leaves(self, deed: str, *, place: float, **arguments: object) -> Iterator[float]:
        """Have somebody leave by a deed of the hand, and note what must not be sent any more."""
        yield from self.hand.ask(deed, place=place, **arguments)
        done = self.hand.answer
        self.leavers += 1
        self.left.end(done.get("again", ()), at=done.get("before", 0.0))
        self.left.begin(done["kept"], deed=deed, at=time())

    # --- The loop ------------------------------------------------------------------------

    def play(self) -> None:
        """Play the history, from the launch to its end.

        Raises:
            Stuck: the history doesn't end.
        """
        plan, self._began = self.plan, monotonic()
        self.campaigns = self.do("seed", **plan.seeding)["campaigns"]
        # The faults with a moment of their own begin when the first row has been claimed.
        self._running = [(0.0, self._launched())]
        if plan.notices:
            self._running.append((monotonic() + 1, self.hand.ask("notice", number=plan.notices)))
        if plan.is_series:
            self._beside = [(0.0, series.changes_sent(self))]
        waiting = list(plan.strikes)
        looked, quiet_since = 0.0, monotonic()
        while True:
            self._look_after_hosts()
            if self._claimed_at is not None and waiting:
                self._running += [
                    (self._claimed_at + strike.at, FAULTS[strike.fault](self)) for strike in waiting
                ]
                waiting = []
            self._beside = self._go_on(self._beside)
            self._run_faults()
            if self._running or waiting:
                quiet_since = monotonic()
            if monotonic() - looked >= LOOK:
                looked = monotonic()
                snapshot = self._look()
                if snapshot and not self._running and not waiting and self._is_over(snapshot):
                    self.recovery = monotonic() - quiet_since
                    if not plan.is_series or self._is_everybody_told():
                        return
            allowed = STARTING if waiting else LEASE + SWEEPS + RESTS
            if monotonic() - (self._began if waiting else quiet_since) > allowed:
                raise Stuck(
                    f"it has not ended {allowed:.0f} s after the last fault: {self._what_is_left()}"
                )
            sleep(0.02)

    def _what_is_left(self) -> str:
        journals = [host.name for host in self.hosts if host.journals()]
        return (
            f"{self.books.snapshot()}, {len(self.mailbox.mails)} mails in the bounce mailbox, "
            f"journals of {journals}; staff were told {self.hand.answer.get('why', '')}"
        )

    def _launched(self) -> Fault:
        for place, campaign in enumerate(self.campaigns):
            times = self.plan.launches if place == 0 else 1
            wishes = {} if place else self.plan.wishes.as_dict()
            yield from self.hand.ask("launch", campaign=campaign, times=times, **wishes)
            if self.hand.answer["launched"] != 1:
                self.broken(
                    f"campaign {campaign} was launched {self.hand.answer['launched']} times by "
                    f"{times} people"
                )

    def _look_after_hosts(self) -> None:
        for host in self.hosts:
            host.look_after()

    def _run_faults(self) -> None:
        going, self._running = self._running, []
        self.faults_running = len(going)
        # A fault may bring along another one (`also`), which joins those that run.
        self._running += self._go_on(going)

    @staticmethod
    def _go_on(going: list[tuple[float, Fault]]) -> list[tuple[float, Fault]]:
        """Go on with each whose moment has come, and return those that haven't ended."""
        left, now = [], monotonic()
        for at, fault in going:
            if at > now:
                left.append((at, fault))
            elif (seconds := next(fault, None)) is not None:
                left.append((monotonic() + seconds, fault))
        return left

    def _look(self) -> Snapshot | None:
        try:
            snapshot = self.books.snapshot()
        except MISSING:
            return None
        for fault in snapshot.faults():
            self.broken(fault)
        if self._claimed_at is None and snapshot.number("claimed", "accepted"):
            self._claimed_at = monotonic()
            self._start = self._claimed_at - self._began
        self._claims.look(self, snapshot, is_struck=bool(self._running))
        self._resume_paused(snapshot)
        return snapshot

    def _resume_paused(self, snapshot: Snapshot) -> None:
        """Resume a campaign that the engine has paused, as a person does who mends the mailer."""
        for campaign, (status, _, reason) in snapshot.campaigns.items():
            if status == "paused" and not reason.startswith("by the drill") and not self._running:
                self._running.append((monotonic() + 1, self.hand.ask("resume", campaign=campaign)))

    def _is_everybody_told(self) -> bool:
        """Return whether the clock queues no more single messages about changes of the event.

        It may have queued some since the last look, which are to leave first.
        """
        if self.do("tell_the_rest")["told"]:
            return False
        snapshot = self._look()
        return snapshot is not None and self._is_over(snapshot)

    def _is_over(self, snapshot: Snapshot) -> bool:
        """Return whether nothing is left to do, and nothing can clear the remaining doubts."""
        return (
            snapshot.is_over
            and not snapshot.repeatable
            and not any(host.journals() for host in self.hosts)
            and not self.mailbox.mails
        )
