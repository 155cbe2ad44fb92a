"""A fake provider as a process of its own. It prints its port, and runs until it is ended."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.fakes.providers.apis import APIS
from tests.fakes.providers.fake import Fault, Provider


def _fault(text: str) -> tuple[Fault, float]:
    name, _, chance = text.partition(":")
    return Fault(name), float(chance)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.providers", description=__doc__)
    parser.add_argument("provider", choices=sorted(APIS))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--ledger", type=Path, help="gets a line of JSON for each recipient whose message was taken"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="FAULT:CHANCE",
        help=f"one of {', '.join(Fault)}; may be repeated",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the chances")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    provider = Provider(
        APIS[arguments.provider],
        ledger=arguments.ledger,
        latency=arguments.latency,
        chances=dict(arguments.fault),
        seed=arguments.seed,
        remembers=False,
    )
    server = await provider.listen(arguments.port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
