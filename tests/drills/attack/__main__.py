"""Attack an installation's sign-up while people sign up, and print the figures."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.drills.attack.crowd import NETWORKS, POSTS_PER_NETWORK
from tests.drills.attack.figures import complaints, figures
from tests.drills.attack.run import CONNECTIONS, Size, attack
from tests.drills.servers import templates

QUICK = 20
"""How many times smaller the quick attack is."""


def main() -> int:
    """Run the attack.

    Returns:
        The exit code: 1 where a promise was broken.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.drills.attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"a {QUICK}th of it, in half a minute")
    parser.add_argument(
        "--posts", type=int, default=0, help="fewer posts, from as many networks all the same"
    )
    parser.add_argument("--people", type=int, default=0, help="how many people sign up meanwhile")
    parser.add_argument("--seed", type=int, default=0, help="of the addresses that are entered")
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument(
        "--rate", type=float, default=0, help="posts a second, at most (default: no such limit)"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    scale = QUICK if arguments.quick else 1
    networks = NETWORKS // scale
    with templates() as made:
        if made.cluster is None:
            sys.stdout.write("LEFT OUT: it needs PostgreSQL and Redis, which are not installed\n")
            return 0
        size = Size(
            posts=arguments.posts or networks * POSTS_PER_NETWORK,
            networks=networks,
            people=arguments.people or (20 if arguments.quick else 120),
            connections=arguments.connections,
            rate=arguments.rate,
            seed=arguments.seed,
        )
        course = asyncio.run(attack(made, size))
    found = figures(course)
    for name, value in found.items():
        sys.stdout.write(f"{name:<62} {value}\n")
    broken = complaints(course)
    for words in broken:
        sys.stdout.write(f"BROKEN: {words}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(found | {"broken": broken}, indent=1))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
