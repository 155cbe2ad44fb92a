"""The ten faults: how each begins and ends, and by which words it is known."""

import contextlib
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.drills.alarms.installation import NAME, Installation

type Deed = Callable[[Installation], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        check: of `doctor`, which finds it.
        words: a part of what is said.
        goes_on: what happens again and again as long as it lasts.
        without: channels that can't tell of it, with what they show instead: a status or a line.
    """

    name: str
    check: str
    words: str
    begin: Deed
    end: Deed
    goes_on: Deed | None = None
    without: Mapping[str, str] = field(default_factory=dict)


class _Always(list[str]):
    """Answers that aren't used up."""

    def pop(self, _: object = 0) -> str:
        return self[0]


def _down(name: str) -> Deed:
    def begin(here: Installation) -> None:
        here.host.hold(name)
        here.host.kill(name)

    return begin


def _up(name: str) -> Deed:
    return lambda here: here.host.release(name)


def _fill(here: Installation) -> None:
    with (here.var / "filling").open("wb") as file, contextlib.suppress(OSError):
        for _ in range(10_000):
            os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, 1_000_000)


def _refuse_mail(here: Installation) -> None:
    here.mail.mail_answers = _Always(["550 5.7.1 This server relays for its own users alone"])
    here.python("-m", "tests.drills.alarms.furnish", "launch", str(here.campaigns[0]))


def _take_mail(here: Installation) -> None:
    here.mail.mail_answers = []
    here.manage("retry_mailers", check=False)
    here.manage("resume_campaign", str(here.campaigns[0]), check=False)


def _certify(days: int) -> Deed:
    def begin(here: Installation) -> None:
        here.authority.context(NAME, days=days)  # writes it
        here.tls.load_cert_chain(here.folder / f"{NAME}{days}.pem")

    return begin


def _report(secret: str) -> Deed:
    def post(here: Installation) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{here.web_port}/webhooks/postmark/?secret={secret}",
            data=b'{"RecordType": "Open"}',
            headers={**here.headers, "Content-Type": "application/json"},
        )
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10).close()

    return post


def _report_rightly(here: Installation) -> None:
    _report(here.host.environment["WEBHOOK_SECRET"])(here)


def _lock_out(here: Installation) -> None:
    here.box.password = "another"


def _let_in(here: Installation) -> None:
    here.box.password = "secret"


def _dump(here: Installation) -> list[str]:
    return [str(here.postgresql.programs / "pg_dump"), "--format=custom", here.postgresql.url()]


def _restore_old(here: Installation) -> None:
    """Send a campaign, and put back what was there before, as somebody would behind our back."""
    dump = subprocess.run(_dump(here), check=True, capture_output=True).stdout
    here.python("-m", "tests.drills.alarms.furnish", "launch", str(here.campaigns[1]))
    here.wait_for_mail()
    subprocess.run(
        [
            str(here.postgresql.programs / "pg_restore"),
            "--clean",
            "--if-exists",
            "--single-transaction",
            "--dbname",
            here.postgresql.url(),
        ],
        input=dump,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def _speak(here: Installation) -> None:
    here.manage("after_restore", "--yes", check=False)


FAULTS = (
    Fault("Sender dead", "processes", "No process sends campaigns", _down("sender"), _up("sender")),
    Fault("Clock dead", "processes", "No clock runs", _down("clock"), _up("clock")),
    Fault(
        "Redis down",
        "queue",
        "Redis does not answer",
        lambda here: here.redis.kill(),
        lambda here: here.redis.start(),
    ),
    Fault(
        "PostgreSQL down",
        "database",
        "database does(n't| not) answer",
        lambda here: here.postgresql.stop("immediate"),
        lambda here: here.postgresql.start(),
        without={"dashboard": "503", "metric": 'convene_figures_missing{part="findings"} 1.0'},
    ),
    Fault(
        "Disk full",
        "files",
        "almost full|can't be written",
        _fill,
        lambda here: (here.var / "filling").unlink(),
    ),
    Fault("SMTP refuses", "mailers", "campaigns", _refuse_mail, _take_mail),
    Fault("Certificate expired", "site", "has expired", _certify(-1), _certify(61)),
    Fault(
        "Webhook secret wrong",
        "webhooks",
        "Webhooks of Postmark are refused",
        _report("another"),
        _report_rightly,
        goes_on=_report("another"),
    ),
    Fault("Bounce mailbox locked", "mailboxes", "can't be read since", _lock_out, _let_in),
    Fault("Old database restored", "restored", "older|held|restored", _restore_old, _speak),
)
