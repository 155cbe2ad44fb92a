"""The installation of the drill: its servers, its processes, and what is around it."""

import contextlib
import json
import random
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.env import BASE_DIR
from scripts.services import clean_environment, free_port
from tests.drills.hosts import COMMANDS, Host
from tests.drills.servers import KEYS, PostgreSql, Redis, Templates, postgresql
from tests.fakes import dns_server, smtp_sink, tls_front
from tests.fakes.mailbox import FakeMailbox, serving
from tests.fakes.raw_sites import Authority
from tests.fakes.smtp_sink import SmtpSink

NAME = "lists.example.org"
SECRET = "a-webhook-secret-of-the-drill-that-is-long-enough"
TOKEN = "a-token-of-the-drill-for-metrics-that-is-long-enough"
ROOM = "1g"
"""The disk of VAR_DIR: memory, so that it can be filled."""


@dataclass(slots=True)
class Installation:
    """Convene, and what is around it.

    Attributes:
        alerts: the mail server that alerts leave by.
        mail: that of campaigns.
        tls: of its public name; another certificate may be loaded into it.
        cookie: of an administrator who is signed in.
    """

    folder: Path
    postgresql: PostgreSql
    redis: Redis
    host: Host
    alerts: SmtpSink
    mail: SmtpSink
    box: FakeMailbox
    authority: Authority
    tls: ssl.SSLContext
    web_port: int
    tls_port: int
    cookie: str = ""
    campaigns: tuple[int, ...] = ()

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def headers(self) -> dict[str, str]:
        """Those of a request as the proxy passes it on."""
        return {"Host": f"{NAME}:{self.tls_port}", "X-Forwarded-Proto": "https"}

    def python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python with the installation's environment."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=self.host.environment,
            capture_output=True,
            text=True,
            check=check,
        )

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of its own."""
        return self.python("manage.py", *arguments, check=check)

    def wait_for_mail(self) -> None:
        """Wait until nothing has left for a few seconds."""
        before, quiet = -1, 0
        while quiet < 3:
            self.host.look_after()
            time.sleep(1.5)
            now = len(self.mail.received)
            quiet = quiet + 1 if now == before and now else 0
            before = now


@contextlib.contextmanager
def installed(made: Templates) -> Iterator[Installation]:
    """Run an installation with the processes of the Procfile, furnished.

    Raises:
        NotStarted: a server did not come up.
        CalledProcessError: the disk that can be filled can't be mounted; that needs root.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alarms-")))
        folder.chmod(0o755)  # PostgreSQL runs as another user
        database = stack.enter_context(postgresql(made, folder))
        redis = Redis(folder)
        redis.start()
        stack.callback(redis.kill)
        (folder / "var").mkdir()
        _mount(folder / "var", stack)
        resolver = stack.enter_context(
            dns_server.serve({NAME: [["127.0.0.1"]], dns_server.ROOT: []})
        )
        alerts = stack.enter_context(smtp_sink.running(SmtpSink()))
        mail = stack.enter_context(smtp_sink.running(SmtpSink()))
        box = stack.enter_context(serving(FakeMailbox()))
        authority, web_port = Authority(folder), free_port()
        tls = authority.context(NAME, days=60)
        tls_port = stack.enter_context(tls_front.in_front_of(web_port, tls))
        environment = clean_environment() | {
            "DJANGO_SETTINGS_MODULE": "tests.drills.alarms.settings",
            "ALARMS_DNS_PORT": str(resolver.port),
            "ALARMS_TLS_PORT": str(tls_port),
            "ALARMS_AUTHORITY": str(authority.path),
            "SITE_URL": f"https://{NAME}:{tls_port}",
            "SECRET_KEY": KEYS,
            "LINK_KEYS": KEYS,
            "DATABASE_URL": database.url(),
            "REDIS_URL": redis.url,
            "METRICS_TOKEN": TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "BOUNCE_MAILBOX_URL": box.url,
            "ALERT_EMAIL": "operator@example.org",
            "TRANSACTIONAL_MAILER_URL": f"smtp+plain://127.0.0.1:{alerts.port}?name=single",
            "BULK_MAILER_URL": f"smtp+plain://127.0.0.1:{mail.port}?name=campaigns",
        }
        host = Host("host", folder, environment, names=tuple(COMMANDS), dice=random.Random(1))
        host.add_web(web_port)
        stack.callback(host.end)
        here = Installation(
            folder, database, redis, host, alerts, mail, box, authority, tls, web_port, tls_port
        )
        found: dict[str, Any] = json.loads(here.python("-m", "tests.drills.alarms.furnish").stdout)
        here.cookie, here.campaigns = found["cookie"], tuple(found["campaigns"])
        yield here


def _mount(folder: Path, stack: contextlib.ExitStack) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700", "alarms", str(folder)]
    subprocess.run(mount, check=True)
    stack.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=False)
    folder.chmod(0o700)
