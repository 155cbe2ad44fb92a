"""Tokens as they come back: cut, extended, with characters changed, or made up."""

import random
from collections.abc import Iterator

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STRANGE = "=+/.%~ é\u202e\u0661\x00\n"


def mutated(token: str, number: int, *, seed: int = 13) -> Iterator[str]:
    """Yield `number` tokens that were made of `token` by a few changes, each unlike it.

    One that differs in the letters of the alphabet alone (`+/` for `-_`) is the same token.
    """
    chance = random.Random(seed)  # the same tokens in each run
    while number:
        changed = token
        for _ in range(chance.randint(1, 4)):
            changed = _changed(changed, chance)
        if changed.translate(str.maketrans("+/", "-_")) != token:
            number -= 1
            yield changed


def _changed(token: str, chance: random.Random) -> str:
    at = chance.randrange(len(token) + 1)
    letter = chance.choice(_STRANGE if chance.random() < 0.15 else _ALPHABET)
    match chance.randrange(6):
        case 0:
            return token[:at] + letter + token[at + 1 :]
        case 1:
            return token[:at] + letter + token[at:]
        case 2:
            return token[:at] + token[at + 1 :]
        case 3:
            return token[at:] + token[:at]
        case 4:
            return token[:at] + token[at:].swapcase()
    return token[: at + 1]
