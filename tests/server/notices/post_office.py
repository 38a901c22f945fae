"""A mail server on this machine for tests: keeps what it is given, and can refuse, hang up or ask for a password."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """What arrived, by recipient, and how it behaves. `refuse`: the answer to every recipient, "" = taken."""

    port: int = 0
    letters: list[tuple[str, bytes]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    calls: int = 0
    refuse: str = ""
    hang_up: bool = False
    auth: bool = False


class _Handler(socketserver.StreamRequestHandler):
    office: PostOffice

    def handle(self) -> None:
        self.office.calls += 1
        if self.office.hang_up:
            return
        self._say("220 post.test ready")
        to = ""
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO":
                    self._say("250-post.test\r\n250 AUTH PLAIN" if self.office.auth else "250 post.test")
                case "AUTH":
                    self.office.signed_in.append(base64.b64decode(rest.split()[1]).decode())
                    self._say("235 welcome")
                case "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    self._say(self.office.refuse or "250 fine")
                case "DATA":
                    self._say("354 go on")
                    self.office.letters.append((to, self._letter()))
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """One that listens on a port of its own."""
    office = PostOffice()
    handler = type("Handler", (_Handler,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
