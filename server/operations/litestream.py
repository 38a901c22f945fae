"""Litestream as a program: where it is, how it is told what to do, how it is asked whether the copy is whole.

Its checkpoints and ours: SQLite before 3.51.3 (Python here may bring an older one) can damage a file when two
connections checkpoint it at once; the fault is in whoever checkpoints second. Litestream 0.5.17 brings SQLite 3.53. So
while it runs it alone checkpoints, and our writer does not (`copying.py`).
"""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path

import msgspec

SYNC_SECONDS = 20
# On the machine that is lost, so is what it kept; a copy is for the day after that
SNAPSHOTS = {"interval": "24h", "retention": "168h"}
_SECRET = re.compile(r"://[^/@\s]*@")
# Runs before Litestream does: it must die with its parent however that ends, and what it writes is for us alone
_LAUNCH = """
import os, signal, sys
os.umask(0o077)
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit(0)
os.execv(sys.argv[2], sys.argv[2:])
"""


class SyncError(Exception):
    """Litestream cannot say that the copy is whole; `str()` is its reason."""


def find_program() -> str | None:
    """Litestream, installed beside this Python or on the path."""
    beside = Path(sys.executable).with_name("litestream")
    return str(beside) if beside.is_file() else shutil.which("litestream")


def command(program: str, config: Path, parent: int) -> list[str]:
    """What to run, from the process `parent`."""
    return [
        sys.executable, "-I", "-S", "-c", _LAUNCH, str(parent),
        program, "replicate", "-no-expand-env", "-config", str(config),
    ]  # fmt: skip


def config_of(database: Path, copy_to: str, socket: Path) -> bytes:
    """The configuration file; JSON is YAML."""
    replica = {"url": copy_to} if "://" in copy_to else {"type": "file", "path": copy_to}
    return json.dumps(
        {
            "logging": {"type": "json", "level": "warn", "stderr": True},
            "socket": {"enabled": True, "path": str(socket), "permissions": 0o600},
            "shutdown-sync-timeout": "5s",
            "snapshot": SNAPSHOTS,
            "dbs": [{"path": os.path.abspath(database), "busy-timeout": "5s", "replica": replica}],
        },
        indent=1,
    ).encode()


def address_of(copy_to: str) -> str:
    """What `litestream restore` takes."""
    return copy_to if "://" in copy_to else f"file://{copy_to}"


async def sync_now(socket: Path, database: Path, seconds: int = SYNC_SECONDS) -> None:
    """Have everything that is committed be in the copy. Raises `SyncError`, `OSError`, `TimeoutError`."""
    said = await asyncio.wait_for(_post(socket, "/sync", _question(database, seconds)), seconds + 5)
    if said.get("error") or said.get("status") not in ("synced", "no_change"):
        raise SyncError(clean(str(said.get("error") or said.get("status") or "no answer")))


def _question(database: Path, seconds: int) -> bytes:
    return json.dumps({"path": os.path.abspath(database), "wait": True, "timeout": seconds}).encode()


def clean(text: str) -> str:
    """What it says, without what somebody signs in with, and not too long."""
    return _SECRET.sub("://(hidden)@", text)[:300]


def read_line(raw: bytes) -> dict[str, str]:
    """A line of its log: level, words, error."""
    try:
        said = msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {"words": clean(raw.decode("utf-8", "replace").strip())}
    words = {"level": str(said.get("level", "")), "words": clean(str(said.get("msg", "")))}
    return words | ({"fault": clean(str(said["error"]))} if said.get("error") else {})


async def _post(socket: Path, address: str, body: bytes) -> dict[str, object]:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    try:
        head = f"POST {address} HTTP/1.0\r\nHost: litestream\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        answer = await reader.read(64 * 1024)
    finally:
        writer.close()
    try:
        return msgspec.json.decode(answer.partition(b"\r\n\r\n")[2], type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
