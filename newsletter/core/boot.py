"""The run of the machine that this process belongs to."""

from pathlib import Path


def boot() -> str:
    """Return the id of this run of the machine, or an empty string where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
