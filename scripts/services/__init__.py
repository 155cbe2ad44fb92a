"""PostgreSQL, Redis, Chromium, web servers, libfaketime, systemd and Prometheus for tests.

Those that are there are used, else private ones are started, else apt installs them where it may.
"""

from scripts.services.postgresql import (
    checkout_name,
    postgresql,
    postgresql_programs,
    scratch_database,
)
from scripts.services.processes import (
    Unavailable,
    bytecode_kept,
    clean_environment,
    found_or_installed,
    free_port,
)
from scripts.services.programs import (
    PROXIES,
    chromium,
    faketime,
    installed_chromium,
    installed_faketime,
    installed_headless_shell,
    installed_pdftotext,
    installed_prometheus,
    installed_systemd_analyze,
    prometheus,
    proxies,
    systemd,
)
from scripts.services.redis_server import REDIS_DATABASES, redis_server

__all__ = [
    "PROXIES",
    "REDIS_DATABASES",
    "Unavailable",
    "bytecode_kept",
    "checkout_name",
    "chromium",
    "clean_environment",
    "faketime",
    "found_or_installed",
    "free_port",
    "installed_chromium",
    "installed_faketime",
    "installed_headless_shell",
    "installed_pdftotext",
    "installed_prometheus",
    "installed_systemd_analyze",
    "postgresql",
    "postgresql_programs",
    "prometheus",
    "proxies",
    "redis_server",
    "scratch_database",
    "systemd",
]
