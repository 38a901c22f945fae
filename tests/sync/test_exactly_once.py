"""Whatever tablets send, however often: each body is kept once and gets one receipt for ever."""

import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Coroutine
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from observation_forms import load_catalogue
from sync import Database, Inbox, Receipt, Stored, have, rebuild, tablet_state
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet, batch, item
from tests.sync.reading import derived, select
from tests.sync.test_have import question

T = TypeVar("T")
THEMES = st.sampled_from(["CP", "SG", "ST"])


class Tablets(RuleBasedStateMachine):
    """Two tablets, a network that loses, repeats, garbles and reorders, and a server that restarts."""

    sealed = Bundle("sealed")

    @initialize(seed=st.integers(0, 2**16))
    def start(self, seed: int) -> None:
        random.seed(seed)
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="sightline-test-"))
        fresh_database(self.folder / "sightline.db")
        self.catalogue = load_catalogue()
        self.tablets = [FakeTablet(self.catalogue, name) for name in ("oak", "elm")]
        self.themes: frozenset[str] = frozenset()
        self.receipts: dict[str, tuple[object, ...]] = {}
        self.arrived: set[bytes] = set()
        self.told: list[int] = []
        self._open()

    @rule(target=sealed, who=st.integers(0, 1), note=st.text(max_size=20))
    def seal(self, who: int, note: str) -> tuple[int, bytes]:
        answers = json.loads(self.tablets[who].seal())["answers"]
        return who, self.tablets[who].seal(answers={**answers, "note": note} if note else answers)

    @rule(target=sealed, before=sealed, who=st.integers(0, 1), withdrawn=st.integers(0, 1))
    def correct(self, before: tuple[int, bytes], who: int, withdrawn: int) -> tuple[int, bytes]:
        return who, self.tablets[who].correct(before[1], reason="Wrong room", withdrawn=withdrawn)

    @rule(target=sealed, who=st.integers(0, 1), claimed=st.lists(THEMES, max_size=2, unique=True))
    def bear_on_an_action(self, who: int, claimed: list[str]) -> tuple[int, bytes]:
        bearing = {"action": "action-1", "themes": claimed, "bearing": "supports"}
        return who, self.tablets[who].seal(bearings=[bearing])

    @rule(themes=st.sets(THEMES, max_size=2))
    def change_the_action(self, themes: set[str]) -> None:
        self.themes = frozenset(themes)

    @rule(target=sealed, before=sealed)
    def reuse_the_id(self, before: tuple[int, bytes]) -> tuple[int, bytes]:
        who, sealed = before
        body = json.loads(sealed)
        return who, self.tablets[who].seal(record=body["record"], version=body["version"], reason="x")

    @rule(target=sealed, before=sealed)
    def reuse_the_number(self, before: tuple[int, bytes]) -> tuple[int, bytes]:
        who, sealed = before
        return who, self.tablets[who].seal(tablet_seq=json.loads(sealed)["tablet_seq"])

    @rule(target=sealed, who=st.integers(0, 1), form=st.sampled_from(["form_hash", "tablet_prev"]))
    def seal_with_an_unknown_hash(self, who: int, form: str) -> tuple[int, bytes]:
        return who, self.tablets[who].seal(**{form: "e" * 64})

    @rule(
        sent=st.lists(sealed, min_size=1, max_size=8),
        garbled=st.lists(st.integers(0, 7), max_size=2),
        twice=st.booleans(),
        lost=st.booleans(),
    )
    def send(self, sent: list[tuple[int, bytes]], garbled: list[int], twice: bool, lost: bool) -> None:
        who = sent[0][0]
        bodies = [body for _, body in sent]
        items = [
            item(body, digest="0" * 64) if place in garbled else item(body)
            for place, body in enumerate(bodies)
        ]
        self.arrived |= {body for place, body in enumerate(bodies) if place not in garbled}
        sender = self.tablets[who].sender()
        answers = self._run(self._receive_at_once(batch(items), sender, 2 if twice else 1))
        for receipts in [] if lost else answers:
            assert len(receipts) == len(items)
            for place, (body, receipt) in enumerate(zip(bodies, receipts, strict=True)):
                self._check(body, receipt, whole=place not in garbled)

    @rule(junk=st.binary(max_size=40))
    def send_junk(self, junk: bytes) -> None:
        text = junk.decode("latin-1")
        self.arrived.add(text.encode())
        (receipt,) = self._run(
            self.inbox.receive(batch([item(text.encode())]), self.tablets[0].sender())
        ).receipts
        assert (receipt.status, receipt.held_for) == ("held", "unreadable")
        self._check(text.encode(), receipt, whole=True)

    @rule()
    def restart_the_server(self) -> None:
        self._run(self.database.close())
        self._open()

    @rule()
    def rebuild(self) -> None:
        before, told = self._run(derived(self.database)), self.told.copy()
        self.told.clear()
        self._run(rebuild(self.database, self.catalogue, on_stored=self._listen))
        assert self._run(derived(self.database)) == before
        assert self.told == told

    @invariant()
    def every_body_is_kept_once(self) -> None:
        rows = self._select("SELECT seq, body, sha256 FROM entry ORDER BY seq")
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        assert sorted(row["body"] for row in rows) == sorted(self.arrived)
        assert all(sha256(row["body"]).hexdigest() == row["sha256"] for row in rows)

    @invariant()
    def each_record_has_one_current_version(self) -> None:
        rows = self._select(
            "SELECT sum(current) AS current, max(version * current) = max(version) AS newest "
            "FROM record_version GROUP BY record"
        )
        assert all(row == {"current": 1, "newest": 1} for row in rows)
        stored = self._select("SELECT seq FROM entry WHERE standing = 'stored' ORDER BY seq")
        assert stored == self._select("SELECT seq FROM record_version ORDER BY seq")

    @invariant()
    def the_server_lacks_what_never_arrived(self) -> None:
        for tablet in self.tablets:
            missing = self._run(have(self.database, question(*tablet.sealed))).missing
            assert len(missing) == sum(sealed not in self.arrived for sealed in tablet.sealed)

    @invariant()
    def gaps_are_what_never_arrived_from_that_tablet(self) -> None:
        for tablet in self.tablets:
            state = self._run(self.database.read(partial(tablet_state, tablet=tablet.name)))
            rows = self._select(
                "SELECT DISTINCT tablet_seq FROM entry WHERE tablet = ? AND sender_tablet = ?",
                tablet.name,
                tablet.name,
            )
            numbers = {row["tablet_seq"] for row in rows}
            gaps = {number for first, last in state.gaps for number in range(first, last + 1)}
            assert gaps == set(range(1, state.highest + 1)) - numbers
            assert state.received == len(numbers)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.rebuild()
            self._run(self.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def _check(self, body: bytes, receipt: Receipt, *, whole: bool) -> None:
        digest = sha256(body).hexdigest()
        assert receipt.sha256 == digest
        assert (receipt.status == "corrupt") == (not whole)
        if whole:
            status = "stored" if receipt.status == "duplicate" else receipt.status
            given = (
                status,
                receipt.seq,
                receipt.received_at,
                receipt.leaf,
                receipt.held_for,
                str(receipt.findings),
            )
            assert self.receipts.setdefault(digest, given) == given

    async def _receive_at_once(self, raw: bytes, sender: Any, times: int) -> list[list[Receipt]]:
        answers = await asyncio.gather(*(self.inbox.receive(raw, sender) for _ in range(times)))
        return [answer.receipts for answer in answers]

    def _themes_of(self, connection: object, action: str) -> frozenset[str]:
        return self.themes

    def _listen(self, connection: object, stored: Stored) -> None:
        self.told.append(stored.seq)

    def _open(self) -> None:
        self.database = self._run(Database.open(self.folder / "sightline.db", readers=1))
        self.inbox = Inbox(
            self.database,
            self.catalogue,
            lambda connection, body, sender: "",
            themes_of=self._themes_of,
            on_stored=self._listen,
        )

    def _select(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self._run(select(self.database, statement, *values))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


TestTablets = Tablets.TestCase
TestTablets.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
