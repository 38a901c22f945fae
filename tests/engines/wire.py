"""One connection to a browser that knows by itself how it is driven: WebDriver BiDi, or Chromium's own protocol."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websocket import WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

from tests.engines.engine import ScriptFailed

# Nothing asked of a page takes as long; a browser that has died closes the connection at once
PATIENCE = 180.0


class WireError(Exception):
    """The browser refused, did not answer in time, or is gone."""


class Unanswered(WireError):
    """The browser did not answer in time."""


class Wire:
    """Commands and their answers, one after the other, each within its time. What happens meanwhile goes to `heard`.

    Whatever `heard` raises ends the command that is waiting.
    """

    def __init__(self, address: str, heard: Callable[[dict[str, Any]], None]) -> None:
        self._heard = heard
        self._number = 0
        self._socket: WebSocket = create_connection(address, timeout=PATIENCE, suppress_origin=True)

    def call(self, method: str, *, session: str = "", seconds: float = PATIENCE, **parameters: Any) -> Any:
        """What the browser answers; `session` is the page that is meant, where the protocol has sessions.

        Raises WireError, after so many seconds at the latest.
        """
        end = time.monotonic() + seconds
        number = self.post(method, session=session, **parameters)
        while (answer := self._next(method, end)).get("id") != number:
            # An answer with another number is one that was given up before
            if "id" not in answer:
                self._heard(answer)
        if "error" in answer:
            raise WireError(f"{method}: {answer['error']} {answer.get('message', '')}")
        return answer["result"]

    def post(self, method: str, *, session: str = "", **parameters: Any) -> int:
        """Ask, and wait for no answer. Gives back the number it would have. Raises WireError."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            self._socket.send(json.dumps(message))
        except (WebSocketException, OSError) as error:
            raise WireError(f"the browser is gone: {error}") from error
        return self._number

    def close(self) -> None:
        """Hang up."""
        with suppress(WebSocketException, OSError):
            self._socket.close(timeout=1)

    def _next(self, method: str, end: float) -> dict[str, Any]:
        left = end - time.monotonic()
        try:
            # A browser that tells a lot meanwhile has no more time than a silent one
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            received = self._socket.recv()
        except (WebSocketTimeoutException, TimeoutError) as error:
            raise Unanswered(f"{method} was never answered") from error
        except (WebSocketException, OSError) as error:
            raise WireError(f"{method}: the browser is gone: {error}") from error
        if not received:
            raise WireError(f"{method}: the browser closed the connection")
        message: dict[str, Any] = json.loads(received)
        return message


def until(tried: Callable[[], bool], seconds: float, what: str) -> None:
    """Try again until it is so; an error of the browser or of the page is tried again as well. Raises WireError."""
    end = time.monotonic() + seconds
    last: object = ""
    while time.monotonic() < end:
        try:
            if tried():
                return
        except (WireError, ScriptFailed) as error:
            last = error
        time.sleep(0.03)
    raise WireError(f"{what} never came: {last}")
