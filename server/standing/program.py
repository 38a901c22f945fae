"""What works things out here, by its own words."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_HOUSE = Path(__file__).resolve().parents[2]


@cache
def program() -> str:
    """What works things out here: this program and its forms, by their own words. Another one's are not believed."""
    digest = sha256(version("holidays").encode())
    for room in ("server", "observation_forms"):
        for path in sorted((_HOUSE / room).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(_HOUSE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
