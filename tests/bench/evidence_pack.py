"""`python -m tests.bench.evidence_pack`: how long a pack of 5,000 records takes, from the button to what verifies.

A service with twelve actions and a quarter of observations, pushed as tablets push them, on a running app; the pack is
asked for at the desk and its page is asked how far it is, as somebody who waits does. Prints each step when it began,
the time of the cores, the sizes, what the verifier says, and the load of the machine.
"""

import argparse
import json
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf

from observation_forms import load_catalogue
from server.evidence_pack.verify_pack import verify_pack
from tests.bench.frame import cores_used
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.evidence_pack.packing import ask, unzipped
from tests.server.world import Browser, World
from tests.sync.bodies import batch, make_record_id

ACTIONS, BATCH = 12, 100
FIRST = datetime(2026, 8, 20, 7, tzinfo=UTC)
SPAN = timedelta(weeks=12)
LOOK_SECONDS = 0.25


def main() -> None:
    """Build it, make the pack, verify it, print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=5_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        chidi = world.signed_in("chidi")
        _fill(world, chidi, given.records)
        print(f"{given.records} records are in. Load: {os.getloadavg()}", flush=True)
        began, cores = time.monotonic(), cores_used()
        address = ask(chidi, since="2026-08-01", until="2026-11-16").headers["location"]
        _watch(chidi, address, began)
        taken = time.monotonic() - began
        print(f"made in {taken:.1f} s, {cores_used() - cores:.1f} s of a core. Load: {os.getloadavg()}")
        path = Path(folder) / "pack.zip"
        path.write_bytes(chidi.get(f"{address}/file").content)
        _look(path)


def _fill(world: World, chidi: Browser, records: int) -> None:
    floor = Floor(world, load_catalogue())
    answers = json.loads(floor.seal())["answers"]
    floor.tablet.sealed.clear()
    actions = [make_action(chidi, title=f"Action on {number}") for number in range(ACTIONS)]
    for start in range(0, records, BATCH):
        sealed = []
        for number in range(start, min(start + BATCH, records)):
            happened = FIRST + number * SPAN / records
            at = f"{happened:%Y-%m-%dT%H:%M:%SZ}"
            says = "contradicts" if number % 7 == 0 else "supports"
            sealed.append(
                floor.seal(
                    record=make_record_id(at),
                    bearings=[bearing(actions[number % ACTIONS], says)],
                    answers={**answers, "happened_at": at},
                    happened_at=at,
                    recorded_at=f"{happened + timedelta(minutes=9):%Y-%m-%dT%H:%M:%SZ}",
                )
            )
        answer = floor.browser.post(
            "/sync/records", content=batch(sealed), headers={"content-type": "application/json"}
        )
        assert [one["status"] for one in answer.json()["receipts"]] == ["stored"] * len(sealed)


def _watch(chidi: Browser, address: str, began: float) -> None:
    """Print what the page says, as it changes."""
    said = ""
    while True:
        page = chidi.get(address).text
        if 'id="progress-title"' not in page:
            return
        now = page.split('<p role="status">')[1].split("</p>")[0]
        if now != said:
            said = now
            print(f"{time.monotonic() - began:6.1f} s  {said}", flush=True)
        time.sleep(LOOK_SECONDS)


def _look(path: Path) -> None:
    began = time.monotonic()
    found = verify_pack(path)
    print("\n".join([*found.faults, *found.notes]))
    print(f"verified in {time.monotonic() - began:.1f} s")
    files = unzipped(path)
    for name in ("pack.html", "pack.pdf", "pack.json", "records.json", "proofs.json"):
        print(f"{name}: {len(files[name]) / 1e6:.2f} MB")
    print(f"the ZIP file: {path.stat().st_size / 1e6:.2f} MB")
    with pikepdf.open(BytesIO(files["pack.pdf"])) as pdf, pdf.open_outline() as outline:
        marks = len(outline.root[0].children)
        print(
            f"PDF: {len(pdf.pages)} pages, {marks} sections as bookmarks, marked {pdf.Root.MarkInfo.Marked}"
        )


if __name__ == "__main__":
    main()
