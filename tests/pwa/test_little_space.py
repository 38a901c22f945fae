"""The tablet says that little room is left when the desk does."""

import re
from pathlib import Path

from server.fleet.fleet import LITTLE_SPACE_MB

APP = Path(__file__).resolve().parents[2] / "pwa/js/app.mjs"


def test_the_tablet_and_the_desk_mean_the_same_by_little_space() -> None:
    found = re.search(r"const LITTLE_SPACE_MB = (\d+);", APP.read_text())
    assert found is not None
    assert int(found[1]) == LITTLE_SPACE_MB
