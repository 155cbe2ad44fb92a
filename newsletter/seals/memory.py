"""The newest seal, remembered in a file, which nobody reaches through the database.

Without it, the newest seals could be removed together with their entries, and the rest of the chain
would look whole.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from newsletter.core.private_files import whole_private_file
from newsletter.models import Seal
from newsletter.seals.chain import Chain


def remember(chain: Chain[Any], seal: Seal | None) -> None:
    """Keep the last seal's number and digest. None: there is no seal, and nothing to keep."""
    if seal is None:
        seal_file(chain).unlink(missing_ok=True)
        return
    with whole_private_file(seal_file(chain), for_service=True) as file:
        json.dump({"number": seal.number, "seal": seal.seal}, file)


def remembered(chain: Chain[Any]) -> tuple[int, str] | None:
    """Return the number and digest of the last seal that this host has made, if it has made one.

    Raises:
        ValueError: the file is damaged.
        OSError: it can't be read.
    """
    try:
        kept = json.loads(seal_file(chain).read_text(encoding="utf-8"))
        return int(kept["number"]), str(kept["seal"])
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError("It isn’t what Convene writes.") from error


def seal_file(chain: Chain[Any]) -> Path:
    """Return the path of the file with this host's last seal."""
    return Path(settings.VAR_DIR) / chain.file_name


def is_there(chain: Chain[Any], number: int, seal: str) -> bool:
    """Return whether the database has this seal, as it was made."""
    return chain.seals._default_manager.filter(number=number, seal=seal).exists()


def last_seal(chain: Chain[Any]) -> Seal | None:
    """Return the newest seal that the database has."""
    return chain.seals._default_manager.order_by("-number").first()


def seals_in_words(first: int, last: int) -> str:
    """Return the name of one seal, or of a run of them."""
    return f"seal {first}" if first == last else f"seals {first} to {last}"
