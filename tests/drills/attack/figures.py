"""The figures of an attack, and what they must not be."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from statistics import quantiles

from newsletter.core.mailboxes import mailbox_of
from newsletter.states import Trust
from subscribers.consent.form_limits import TOTAL_PER_DOMAIN
from tests.drills.attack.crowd import CATCH_ALL
from tests.drills.attack.people import Person
from tests.drills.attack.run import Course

LONGEST_ANSWER = 0.3
"""Seconds: the 95th of 100 answers to people takes no longer."""
LONGEST_WAIT = 60.0
"""Seconds until a person whose browser brought proof has their confirmation."""


def complaints(course: Course) -> list[str]:
    """Return the promises that were broken."""
    proved = [person for person in course.people if person.runs_scripts]
    waits = [course.waited.get(person.email) for person in proved]
    answers = [seconds for person in course.people for seconds in person.answers]
    per_victim, per_domain = mails_per_mailbox(course), mails_per_domain(course)
    broken = {
        "a mailbox got more than one mail": max(per_victim.values(), default=0) > 1,
        f"{CATCH_ALL} got more mails than its total": (
            per_domain[CATCH_ALL] > TOTAL_PER_DOMAIN[0][0]
        ),
        "the server failed": any(status in course.attackers.answers for status in (500, 502, 504)),
        "somebody was not taken": any(person.sent_at is None for person in course.people),
        "somebody who brought proof has no confirmation": None in waits,
        f"somebody who brought proof waited longer than {LONGEST_WAIT:.0f} s": any(
            wait is not None and wait > LONGEST_WAIT for wait in waits
        ),
        f"p95 of the answers to people is over {LONGEST_ANSWER * 1000:.0f} ms": (
            percentile(answers, 95) > LONGEST_ANSWER
        ),
        "a proof was good for two forms": course.attackers.shared > 0,
        "the dashboard said nothing": not course.attacks,
    }
    return [words for words, is_broken in broken.items() if is_broken]


def figures(course: Course) -> dict[str, object]:
    """Return all figures, by name."""
    per_domain = mails_per_domain(course)
    people = course.people
    with_scripts = [p for p in people if p.runs_scripts]
    without = [p for p in people if not p.runs_scripts]
    answers = [seconds for person in people for seconds in person.answers]
    size, attackers = course.size, course.attackers
    return {
        "posts of attackers": f"{attackers.sent} of {size.posts}",
        "from networks, over connections, by seed": (
            f"{size.networks}, {size.connections}, {size.seed}"
        ),
        "posts a second, for seconds": (
            f"{attackers.sent / attackers.seconds:.0f}, {attackers.seconds:.0f}"
        ),
        "answered 302 (taken)": attackers.answers[302],
        "answered 429 (asked for proof)": attackers.answers[429],
        "answered 503 (refused)": attackers.answers[503],
        "held back, by limit": _counts(course.causes),
        "proofs solved by people and attackers": (
            f"{sum(person.solved for person in people)}, {attackers.solved}"
        ),
        "mails by trust": _counts(
            {Trust(trust).name.lower(): number for trust, number in course.trusts.items()}
        ),
        "mails in all": sum(course.mails.values()),
        "most mails to one mailbox": max(mails_per_mailbox(course).values(), default=0),
        f"mails to {CATCH_ALL}": per_domain[CATCH_ALL],
        "most mails to another domain": max(
            (number for domain, number in per_domain.items() if domain != CATCH_ALL), default=0
        ),
        "people": len(people),
        "what kept people from it": _counts(Counter(p.trouble for p in people if p.trouble)),
        "their answers, p50, p95 and longest in ms": _milliseconds(answers),
        **{
            f"of which to {asked}": _milliseconds(
                [t for p in people for t in p.times.get(asked, [])]
            )
            for asked in ("page", "challenge", "form", "step in between")
        },
        "people asked for proof after sending": sum(429 in person.steps for person in people),
        "people with scripts who got their mail": _arrived(course, with_scripts),
        "seconds until then, p50, p95 and longest": _seconds(course, with_scripts),
        "of which until a worker wrote it": _three(
            [course.written[p.email] for p in with_scripts if p.email in course.written], digits=1
        ),
        "people without scripts who got theirs by now": _arrived(course, without),
        "seconds until then, p50, p95 and longest (without scripts)": _seconds(course, without),
        "ms of CPU for each post": _counts(
            {
                name: f"{1000 * seconds / attackers.sent:.2f}"
                for name, seconds in _spent(course).items()
            }
        ),
        "CPU seconds of anything else on the machine": round(
            course.cpu.get("machine", 0.0) - sum(_spent(course).values())
        ),
        **{
            f"memory of {name}, before and at most, MB": f"{before:.0f}, {most:.0f}"
            for name, (before, most) in course.memory.items()
        },
        "the dashboard's posts and networks": str(course.attacks),
    }


def mails_per_mailbox(course: Course) -> Counter[str]:
    """Count mails by the mailbox that they lead to; one domain delivers all to one person."""
    return _summed(course.mails, mailbox_of)


def mails_per_domain(course: Course) -> Counter[str]:
    """Count mails by the domain whose mail server gets them; one has names below it."""
    return _summed(course.mails, _whose)


def _whose(address: str) -> str:
    domain = address.rpartition("@")[2]
    return CATCH_ALL if domain.endswith(f".{CATCH_ALL}") else domain


def percentile(values: Iterable[float], which: int) -> float:
    found = sorted(values)
    if len(found) < 2:
        return found[0] if found else 0.0
    return quantiles(found, n=100, method="inclusive")[which - 1]


def _summed(mails: Mapping[str, int], key: Callable[[str], str]) -> Counter[str]:
    sums = Counter[str]()
    for address, number in mails.items():
        sums[key(address)] += number
    return sums


def _counts(numbers: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"


def _spent(course: Course) -> dict[str, float]:
    """Return the CPU seconds of the installation, the attackers, and the rest of the drill."""
    ours = {name: seconds for name, seconds in course.cpu.items() if name != "machine"}
    return ours | {"attackers": course.attackers.cpu}


def _arrived(course: Course, people: Iterable[Person]) -> str:
    addresses = [person.email for person in people]
    return f"{sum(address in course.waited for address in addresses)} of {len(addresses)}"


def _milliseconds(values: list[float]) -> str:
    return _three([value * 1000 for value in values], digits=0)


def _seconds(course: Course, people: Iterable[Person]) -> str:
    addresses = [person.email for person in people]
    return _three([course.waited[a] for a in addresses if a in course.waited], digits=1)


def _three(values: list[float], *, digits: int) -> str:
    if not values:
        return "none"
    chosen = (percentile(values, 50), percentile(values, 95), max(values))
    return ", ".join(f"{value:.{digits}f}" for value in chosen)
