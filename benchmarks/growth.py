"""Growth: a recipient of a million compared with one of ten thousand, and freezing a million."""

from datetime import UTC, datetime, timedelta

from benchmarks import sink, smtp
from benchmarks.context import Context
from benchmarks.installation import Run
from benchmarks.machine import load
from benchmarks.rows import Row, middle, not_measured, row

FEW, MANY = 10_000, 1_000_000
ROUNDS = 3
FACTOR = 1.2
FREEZE_SECONDS = 30.0
WHAT = "time for one recipient, of 1,000,000 against of 10,000"


def measure(context: Context) -> list[Row]:
    """Measure a campaign to ten thousand and one to a million, over SMTP."""
    if context.quick:
        return [not_measured(WHAT, "left out by --quick", to_reach=f"{FACTOR} times")]
    if not sink.is_installed():
        return [
            not_measured(
                WHAT, "smtp-sink and smtp-source are not installed", to_reach=f"{FACTOR} times"
            )
        ]
    with sink.running() as mail_server:
        few = _runs(context, mail_server, FEW, rounds=ROUNDS)
        many = _runs(context, mail_server, MANY, rounds=1)
    before, after = (
        middle(one.sent.seconds / one.recipients for one in runs) for runs in (few, many)
    )
    factor = after / before
    figures = {"rounds": [one.as_dict() for one in [*few, *many]]}
    return [
        row(
            WHAT,
            f"{factor:.2f} times ({after * 1e6:.0f} µs)",
            to_reach=f"{FACTOR} times",
            met=factor <= FACTOR,
            **figures,
        ),
        smtp.memory_row(few),
        smtp.memory_row(many),
    ]


def _runs(context: Context, mail_server: sink.Sink, people: int, *, rounds: int) -> list[Run]:
    with smtp.installation(context, people, mail_server) as one, one.processes() as pids:
        return [
            smtp.run(one, pids, mail_server, name=f"Round {number + 1}") for number in range(rounds)
        ]


def freeze(context: Context) -> list[Row]:
    """Measure the launch of a campaign to a million, at once and by the hour, alone."""
    day_after_tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    by_hour = ["--local-hour", "09:00", "--date", str(day_after_tomorrow), "--skip-weekends"]
    return [
        _frozen(context, "launch of 1,000,000"),
        _frozen(context, "launch of 1,000,000 for a local hour", *by_hour),
    ]


def _frozen(context: Context, what: str, *options: str) -> Row:
    if context.quick:
        return not_measured(what, "left out by --quick", to_reach=f"{FREEZE_SECONDS:.0f} s")
    before = load()
    with context.installation(MANY) as one:
        campaigns = [one.new_campaign(f"Round {number + 1}") for number in range(ROUNDS)]
        seconds = [one.launch(each, *options) for each in campaigns]
        [frozen] = one.row("SELECT min(candidates) FROM campaigns_campaign")
    return row(
        what,
        f"{middle(seconds):.1f} s",
        to_reach=f"{FREEZE_SECONDS:.0f} s",
        met=frozen == MANY and middle(seconds) <= FREEZE_SECONDS,
        seconds=[round(value, 2) for value in seconds],
        load=before,
    )
