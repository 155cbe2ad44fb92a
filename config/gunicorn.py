"""gunicorn's configuration: `gunicorn config.wsgi --config config/gunicorn.py --bind …`.

Production binds 127.0.0.1:8000 and 127.0.0.80:8000. The second address is the proxy's entrance
(newsletter.core.requests.proxy_entrance).
"""

import os
from typing import Any

from config.env import read_environment
from newsletter.core.private_files import UMASK
from newsletter.core.requests.proxy_entrance import without_missing_entrance

_environment = read_environment(os.environ)

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
# One log for all processes. No access log: it would hold addresses of recipients and their tokens.
accesslog = None
errorlog = "-"
loglevel = "warning"
# Those whose X-Forwarded-Proto is believed are the same as those whose X-Forwarded-For is. A client
# that lies about it harms nobody else, so the entrance doesn't matter here.
forwarded_allow_ips = ",".join(map(str, _environment.trusted_proxies)) or "127.0.0.0/8,::1"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}


def on_starting(server: Any) -> None:
    """Leave out the proxy's entrance on a machine that doesn't have it, such as a Mac.

    gunicorn calls this before it listens.
    """
    server.cfg.set("bind", without_missing_entrance(server.cfg.bind))
