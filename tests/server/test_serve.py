"""The server as a process: it stops when asked, loses nothing when killed, and speaks https."""

import json
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from observation_forms import Catalogue, load_catalogue
from server.evidence.live import LASTS_SECONDS
from tests.browser.running import free_port
from tests.model import tally
from tests.server.processes import (
    COMMAND,
    HOUSE,
    PASSWORD,
    PATIENCE,
    make_database,
    serving,
    sightline,
    wait_until_it_answers,
)
from tests.server.world import enrolment
from tests.sync.bodies import batch, make_body, make_record_id, seal

JSON = {"content-type": "application/json"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "sightline.db"
    make_database(path)
    return path


def client_of(port: int) -> httpx.Client:
    """A browser for a server on this machine."""
    origin = f"http://127.0.0.1:{port}"
    return httpx.Client(base_url=origin, headers={"origin": origin}, timeout=PATIENCE)


def enrol(client: httpx.Client) -> dict[str, Any]:
    """Make the client a tablet; what its records must say."""
    form = {"email": "chidi@example.test", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303
    page = client.get("/tablets").text
    unit = next(each for each in re.findall('<option value="([^"]*)"', page) if each)
    made = client.post("/tablets/codes", data={"name": "Oak", "unit": unit}).text
    code = made.split('<p class="enrolment-code">')[1].split("<")[0]
    said = client.post("/tablet/enrolment", json=enrolment(code)).json()
    rows = client.get("/sync/changes").json()["changes"]
    author = next(row["id"] for row in rows if row["kind"] == "staff")
    return {
        "service": said["service"]["id"],
        "unit": unit,
        "tablet": said["tablet"]["id"],
        "author": author,
    }


def lines_of(log: str) -> list[dict[str, Any]]:
    """The log that a server wrote: nothing but lines of JSON."""
    return [json.loads(line) for line in log.splitlines()]


def faults_in(log: str) -> list[dict[str, Any]]:
    return [line for line in lines_of(log) if line["level"] == "error"]


def events_in(log: str) -> list[str]:
    return [line["event"] for line in lines_of(log) if line["level"] == "info"]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_stops_cleanly(database: Path, name: signal.Signals) -> None:
    with serving(database, free_port()) as server:
        server.send_signal(name)
        out, err = server.communicate(timeout=PATIENCE)
    assert (server.returncode, faults_in(err)) == (0, [])
    assert events_in(err)[-2:] == ["stopping", "stopped"]
    assert "Sightline is at" in out
    assert not database.with_name(database.name + "-wal").exists()


def test_an_open_live_page_does_not_keep_it_from_stopping(database: Path) -> None:
    port = free_port()
    with serving(database, port) as server, client_of(port) as client:
        enrol(client)
        with client.stream("GET", "/evidence/live") as live:
            assert live.status_code == 200
            server.send_signal(signal.SIGTERM)
            # Long before the stream would have ended by itself
            _, err = server.communicate(timeout=LASTS_SECONDS / 2)
    assert (server.returncode, faults_in(err)) == (0, [])
    assert sightline("rebuild", "--database", str(database)).returncode == 0


def test_many_quiet_connections_leave_room_for_one_more(database: Path) -> None:
    port = free_port()
    with serving(database, port), ExitStack() as quiet:
        for _ in range(1100):
            connection = quiet.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            connection.sendall(b"GET /tablet/kill-switch.json HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n\r\n" % port)
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        assert (
            httpx.get(f"http://127.0.0.1:{port}/tablet/kill-switch.json", timeout=PATIENCE).status_code == 200
        )


def sealed_by(catalogue: Catalogue, whose: dict[str, Any], number: int) -> bytes:
    """The tablet's record with this number."""
    record = make_record_id("2026-11-16T08:05:00Z")
    return seal(make_body(catalogue, **whose, tablet_seq=number, record=record))


def push_until(client: httpx.Client, whose: dict[str, Any], ends: Callable[[], None]) -> list[str]:
    """Push eight records at a time, and end the server once forty have a receipt; the digests of all that have one."""
    catalogue, kept = load_catalogue(), list[str]()

    def send(number: int) -> None:
        try:
            sealed = sealed_by(catalogue, whose, number)
            answer = client.post("/sync/records", content=batch([sealed]), headers=JSON)
        except httpx.TransportError:
            return
        kept.extend(receipt["sha256"] for receipt in answer.json()["receipts"])

    with ThreadPoolExecutor(8) as senders:
        pushed = [senders.submit(send, number) for number in range(1, 400)]
        while len(kept) < 40:
            assert not all(push.done() for push in pushed), "it took no forty records"
            time.sleep(0.01)
        ends()
    return kept


def test_killed_it_keeps_every_record_it_acknowledged(database: Path) -> None:
    port = free_port()
    with client_of(port) as client, serving(database, port) as server:
        kept = push_until(client, enrol(client), server.kill)
        question = {"records": [{"record": "x", "version": 1, "sha256": digest} for digest in kept]}
        with serving(database, port):
            assert client.post("/sync/have", json=question).json()["missing"] == []
    assert sightline("rebuild", "--database", str(database)).returncode == 0


def test_a_push_under_way_is_answered_and_kept_when_it_is_asked_to_stop(database: Path) -> None:
    port = free_port()
    with client_of(port) as client, serving(database, port) as server:
        sealed = sealed_by(load_catalogue(), enrol(client), 1)
        body = batch([sealed])
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        head = (
            f"POST /sync/records HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Cookie: {cookies}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as tablet:
            tablet.sendall(head.encode())
            # The server says this when it reads the body: the push is under way
            assert tablet.recv(4096).startswith(b"HTTP/1.1 100")
            tablet.sendall(body[:100])
            server.send_signal(signal.SIGTERM)
            tablet.sendall(body[100:])
            answer = b""
            while more := tablet.recv(65536):
                answer += more
        _, err = server.communicate(timeout=PATIENCE)
    assert answer.startswith(b"HTTP/1.1 201"), answer
    assert b'"status":"stored"' in answer
    assert (server.returncode, faults_in(err)) == (0, [])
    with sqlite3.connect(database) as sql:
        assert sql.execute("SELECT sha256 FROM entry").fetchall() == [(sha256(sealed).hexdigest(),)]
    tally.count(None, 1, 0)


def test_asked_to_stop_under_load_it_keeps_every_record_it_acknowledged(database: Path) -> None:
    port = free_port()
    with client_of(port) as client, serving(database, port) as server:
        kept = push_until(client, enrol(client), server.terminate)
        _, err = server.communicate(timeout=PATIENCE)
    assert (server.returncode, faults_in(err)) == (0, [])
    with sqlite3.connect(database) as sql:
        there = {digest for (digest,) in sql.execute("SELECT sha256 FROM entry")}
    tally.count(None, len(kept), len(set(kept) - there))
    assert set(kept) <= there


def test_two_servers_do_not_share_a_database(database: Path) -> None:
    with serving(database, free_port()):
        second = sightline("serve", "--database", str(database), "--port", str(free_port()))
    assert second.returncode == 2
    assert "Another Sightline process is using the database" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_command_beside_a_running_server_says_so(database: Path) -> None:
    with serving(database, free_port()):
        refused = sightline("rebuild", "--database", str(database))
    assert refused.returncode == 2
    assert "stop it first" in refused.stderr


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, made by openssl."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_it_serves_https_with_host_cookies(database: Path, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    port = free_port()
    arguments = ["--tls-certificate", str(certificate), "--tls-key", str(key), "--port", str(port)]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--database", str(database), *arguments],
        cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        context = ssl.create_default_context(cafile=str(certificate))
        wait_until_it_answers(process, f"https://127.0.0.1:{port}/sign-in", verify=context)
        with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=context, timeout=PATIENCE) as client:
            assert "strict-transport-security" in client.get("/sign-in").headers
            form = {"email": "chidi@example.test", "password": PASSWORD}
            signed = client.post("/sign-in", data=form, headers={"origin": str(client.base_url).rstrip("/")})
            assert signed.headers["set-cookie"].startswith("__Host-sightline-session=")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_the_port_is_free_again_at_once(database: Path) -> None:
    port = free_port()
    for _ in range(2):
        with serving(database, port) as server:
            httpx.get(f"http://127.0.0.1:{port}/sign-in", timeout=PATIENCE)
            server.terminate()
            server.communicate(timeout=PATIENCE)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_the_tablets_files_are_compressed_once_and_the_same_whatever_becomes_of_what_was_kept(
    database: Path,
) -> None:
    kept, found = database.with_name("sightline.db.compressed"), []
    for becomes in (b"\x81\xa1a\xc4\x01", None):
        port = free_port()
        with serving(database, port), client_of(port) as client:
            worker = client.get("/tablet/service-worker.js", headers={"accept-encoding": "br"})
            found.append((worker.headers["etag"], worker.headers["content-length"]))
            assert kept.stat().st_mode & 0o777 == 0o600
        if becomes:
            kept.write_bytes(becomes)
    assert found[0] == found[1]
    assert kept.stat().st_size > 500_000
