"""One connection over WebDriver BiDi, the way a browser is driven that knows it by itself."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websocket import WebSocket, WebSocketException, create_connection

# Nothing asked of a page takes as long; a browser that has died closes the connection at once
_PATIENCE = 180.0


class BidiError(Exception):
    """The browser refused, or is gone."""


class Bidi:
    """Commands and their answers, one after the other. What happens meanwhile goes to `heard`."""

    def __init__(self, address: str, heard: Callable[[dict[str, Any]], None]) -> None:
        self._heard = heard
        self._number = 0
        self._socket: WebSocket = create_connection(address, timeout=_PATIENCE, suppress_origin=True)

    def call(self, method: str, **parameters: Any) -> Any:
        """What the browser answers. Raises BidiError."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        try:
            self._socket.send(json.dumps(message))
            while (answer := json.loads(self._socket.recv() or "{}")).get("id") != self._number:
                if not answer:
                    raise BidiError("the browser closed the connection")
                self._heard(answer)
        except (WebSocketException, OSError) as error:
            raise BidiError(f"the browser is gone: {error}") from error
        if answer["type"] == "error":
            raise BidiError(f"{answer['error']}: {answer['message']}")
        return answer["result"]

    def close(self) -> None:
        """Hang up."""
        with suppress(WebSocketException, OSError):
            self._socket.close(timeout=1)


def until(tried: Callable[[], bool], seconds: float, what: str) -> None:
    """Try again until it is so; an error of the browser is tried again as well."""
    end = time.monotonic() + seconds
    last: object = ""
    while time.monotonic() < end:
        try:
            if tried():
                return
        except BidiError as error:
            last = error
        time.sleep(0.03)
    raise BidiError(f"{what} never came: {last}")
