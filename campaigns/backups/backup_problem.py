"""The named error of a backup or a restore."""


class BackupProblem(Exception):
    """A backup that can't be made, or can't be restored. The message is fit to be shown."""


def reason_of(error: OSError) -> str:
    """Return an error of the system in words."""
    return error.strerror or type(error).__name__
