"""gunicorn's configuration: `gunicorn config.wsgi --config config/gunicorn.py --bind …`.

Production binds 127.0.0.1:8000 and 127.0.0.80:8000. The second address is the proxy's entrance
(newsletter.core.requests.proxy_entrance).
"""

import os
from typing import Any

from config.env import read_environment
from config.gunicorn_log import GunicornLog
from config.logs import configure, logging_settings
from newsletter.core.private_files import UMASK
from newsletter.core.requests.proxy_entrance import without_missing_entrance
from newsletter.core.running_lock import BeingRestored, share_running_lock
from newsletter.metrics.folder import count_in, metrics_folder

_environment = read_environment(os.environ)

_metrics = metrics_folder(_environment.var_dir)
# Its workers are forks: what it imports to add up what they counted, they have then.
count_in(_metrics, os.environ)
# Not gunicorn's own setting, which is for its sockets: the proxy's user must reach those.
os.umask(UMASK)
# Threads, because a request waits for the database, hardly ever for the processor.
worker_class = "gthread"
threads = 8
# Without Redis, limits are counted in the memory of a process, so there must be one.
workers = 1 if _environment.embedded else 2
# A page takes milliseconds.
timeout = 90
graceful_timeout = 20
keepalive = 5
# Heartbeats of workers are kept in memory: on a slow disk they would get healthy workers killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - nothing of ours is written there
# Providers send a million reports after a large campaign. A worker must not spend its time on being
# started.
max_requests = 200_000
max_requests_jitter = 20_000
# One log for all processes, in one form. No access log: it would hold addresses of recipients and
# their tokens.
accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = GunicornLog
# A socket in the home folder, by which gunicornc commands this process: systemd and `make run` do.
control_socket_disable = True
configure(logging_settings(debug=_environment.debug, log_format=_environment.log_format))
# Those whose X-Forwarded-Proto is believed are the same as those whose X-Forwarded-For is. A client
# that lies about it harms nobody else, so the entrance doesn't matter here.
forwarded_allow_ips = ",".join(map(str, _environment.trusted_proxies)) or "127.0.0.0/8,::1"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}


def on_starting(server: Any) -> None:
    """Refuse while a backup is being restored here, and leave out a proxy's entrance that isn't.

    A Mac has none. gunicorn calls this before it listens.
    """
    try:
        share_running_lock(_environment.var_dir)
    except BeingRestored as problem:
        raise SystemExit(str(problem)) from None
    server.cfg.set("bind", without_missing_entrance(server.cfg.bind))
    _fold_ended(server)


def post_worker_init(worker: Any) -> None:
    """Begin the heartbeat of a web process, once it is ready to serve."""
    from config import heartbeats

    heartbeats.start("web")


def worker_exit(server: Any, worker: Any) -> None:
    """Delete its row when it ends."""
    from config import heartbeats

    heartbeats.stop()


def child_exit(server: Any, worker: Any) -> None:
    """Keep what it has counted, when it is gone."""
    _fold_ended(server)


def _fold_ended(server: Any) -> None:
    """Fold what this host's processes have counted that have ended, workers and senders too."""
    if not _environment.metrics_token:
        return
    try:
        from newsletter.metrics.counts import fold_ended

        fold_ended(_metrics)
    except Exception as error:  # noqa: BLE001 - pages are worth more than their figures
        server.log.warning("What ended processes have counted stays where it is (%s)", error)
