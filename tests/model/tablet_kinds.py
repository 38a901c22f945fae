"""What every kind of tablet in the model can do: `ReferenceTablet` in Python, and the real modules in Node."""

from typing import Any, Protocol


class Tablet(Protocol):
    """What the model asks of a tablet of either kind. Digests are the SHA-256 of a sealed body, in hex."""

    name: str

    async def enrol(self, code: str) -> None:
        """Become a tablet; its people sign in. Raises `NotDone` or `NetworkLost`."""

    async def seal(
        self,
        answers: dict[str, Any] | None = None,
        correct: str | None = None,
        withdraw: bool = False,
        reason: str = "",
    ) -> str:
        """Seal a record, or the next version of the one that `correct` is a digest of.

        Its digest; once it is returned the record is saved on this tablet.
        """

    async def sync(self, again: bool = False) -> None:
        """One pass of its loop: push, pull, and `have` after a new epoch. `again`: also what needs attention."""

    async def sealed(self) -> dict[str, bytes]:
        """Digest and body of everything saved on this tablet and not pruned."""

    async def waiting(self) -> set[str]:
        """The outbox."""

    async def receipts(self) -> dict[str, dict[str, Any]]:
        """Digest and receipt of what was delivered."""

    async def kill(self, power: bool = False) -> None:
        """End it at once; `power`: what was only written relaxed may be gone too."""

    async def start(self) -> None:
        """Begin again on the same store."""
