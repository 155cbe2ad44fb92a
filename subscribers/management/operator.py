"""The person who runs a command."""

import getpass


def operator() -> str:
    """Return the operator's name, for the record of what they did."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return "command line"
