"""A server that is about to be killed: takes in records for ever, and prints the digest in each receipt.

python -m tests.sync.pushing PATH SEED
"""

import asyncio
import random
import sys
from pathlib import Path

from observation_forms import load_catalogue
from sync import Database, Inbox
from tests.sync.bodies import FakeTablet, batch


async def push_for_ever(path: Path, seed: int) -> None:
    """Several tablets at once, in batches of every size."""
    random.seed(seed)
    catalogue = load_catalogue()
    database = await Database.open(path)
    inbox = Inbox(database, catalogue, hold_reason=lambda connection, body, sender: "")
    names = [f"tablet-{seed}-{number}" for number in range(4)]
    await asyncio.gather(*(_push(inbox, FakeTablet(catalogue, name)) for name in names))


async def _push(inbox: Inbox, tablet: FakeTablet) -> None:
    while True:
        sealed = [tablet.seal() for _ in range(random.randint(1, 12))]
        answer = await inbox.receive(batch(sealed), tablet.sender())
        print("\n".join(receipt.sha256 for receipt in answer.receipts), flush=True)


if __name__ == "__main__":
    asyncio.run(push_for_ever(Path(sys.argv[1]), int(sys.argv[2])))
