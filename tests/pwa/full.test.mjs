// A full disk: what makes room, in which order, and what goes on without any.

import assert from "node:assert/strict";
import test from "node:test";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { FakeLog } from "./log.mjs";
import { NotSaved, Store, StoreLost } from "../../pwa/js/database.mjs";
import { keepBallast, makeRoom } from "../../pwa/js/room.mjs";
import { MemoryStore, put, receiptFor, sealedRow } from "./fakes.mjs";
import { enrolled } from "./vault_fakes.mjs";

const FULL = {
  "Chromium's quota": new DOMException("Quota exceeded.", "QuotaExceededError"),
  "Chromium's disk, while committing": new DOMException("Encountered disk full while committing transaction.", "QuotaExceededError"),
  "Chromium's disk, while writing the log": new DOMException("IO error: 000003.log: FILE_ERROR_NO_SPACE (WritableFileAppend)", "UnknownError"),
  "Firefox's quota": new DOMException("The current transaction exceeded its quota limitations.", "QuotaExceededError"),
  "WebKit, which says nothing": null,
};

/** An IndexedDB in which every write aborts with `error` while `disk.full`; where it closes then, nothing opens while it is full. */
function factory(disk, error, { closes = false } = {}) {
  const later = (work) => setTimeout(work, 0);
  const transaction = () => {
    if (disk.closed) throw new DOMException("The database connection is closing.", "InvalidStateError");
    const self = {
      error: null,
      objectStore: () => ({ put: request, delete: request, get: request }),
      abort: () => later(() => self.onabort()),
      addEventListener() {},
    };
    function request() {
      const asked = {};
      later(() => asked.onsuccess?.());
      later(() => later(() => {
        if (!disk.full) return self.oncomplete?.();
        self.error = error;
        disk.closed = closes;
        return self.onabort?.();
      }));
      return asked;
    }
    return self;
  };
  return {
    open: () => {
      const asked = { result: { transaction, close() {} } };
      later(() => {
        if (disk.full && disk.closed) {
          asked.error = new DOMException("Internal error opening backing store for indexedDB.open.", "UnknownError");
          return asked.onerror();
        }
        disk.closed = false;
        return asked.onsuccess();
      });
      return asked;
    },
  };
}

const write = (store, options) => store.write(["meta"], (change) => change.put("meta", { key: "a" }), options);

for (const [name, error] of Object.entries(FULL)) {
  test(`a write that does not fit is tried again once room was made: ${name}`, async () => {
    const disk = { full: true };
    let asked = 0;
    let room = 0;
    const store = new Store({ factory: factory(disk, error), onLost: () => assert.fail("lost"), onFull: async () => { asked += 1; disk.full = asked < 3; return true; }, onRoom: () => { room += 1; } });
    await write(store);
    assert.deepEqual([asked, room], [3, 1]);
    await write(store);
    assert.equal(room, 1);
  });

  test(`without room it is not saved, the page is not loaded again, and the next write is tried afresh: ${name}`, async () => {
    for (const closes of [false, true]) {
      const disk = { full: true };
      let asked = 0;
      const store = new Store({ factory: factory(disk, error, { closes }), onLost: () => assert.fail("lost"), onFull: async () => { asked += 1; return false; } });
      for (let time = 1; time <= 3; time += 1) await assert.rejects(write(store), NotSaved);
      assert.ok(asked >= 1);
      disk.full = false;
      await write(store);
    }
  });
}

test("a store that dies though the disk is not full is lost as ever", async () => {
  let lost = 0;
  const disk = { full: true, closed: true };
  const store = new Store({ factory: factory(disk, null), onLost: () => { lost += 1; }, onFull: () => assert.fail("full") });
  await assert.rejects(write(store), StoreLost);
  assert.equal(lost, 1);
});

test("room is not made for ever, nor by what makes room itself", async () => {
  let asked = 0;
  const store = new Store({ factory: factory({ full: true }, null), onFull: async () => { asked += 1; return true; } });
  await assert.rejects(write(store), NotSaved);
  assert.equal(asked, 5);
  await assert.rejects(write(store, { makesRoom: true }), NotSaved);
  assert.equal(asked, 5);
});

const LOG = new FakeLog(40);
const sent = (seq, extra = {}) => sealedRow(seq, { waiting: undefined, receipt: receiptFor(sealedRow(seq), { seq, position: seq, received_at: `2026-11-21T1${seq % 10}:00:00Z`, ...extra }) });

async function tablet(...records) {
  const rows = new MemoryStore();
  await put(rows, "record", ...records);
  await put(rows, "draft", { id: "d1" });
  await put(rows, "meta", { key: "checkpoints", value: [LOG.checkpoint()] }, { key: "history", value: { signed: true } });
  const numbers = async () => (await rows.all("record")).map(({ tablet_seq }) => tablet_seq);
  return { rows, numbers };
}

test("what the server's signed log covers goes first, the oldest of it, twenty at a time", async () => {
  const { rows, numbers } = await tablet(...Array.from({ length: 30 }, (_, place) => sent(place + 1, { received_at: `2026-10-${String(place + 1).padStart(2, "0")}T10:00:00Z` })), sent(41), sealedRow(50));
  assert.equal(await makeRoom(rows), true);
  assert.deepEqual(await numbers(), [21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 41, 50]);
  await makeRoom(rows);
  assert.deepEqual(await numbers(), [41, 50]);
  assert.equal(await makeRoom(rows), false); // 41 is not in the log yet, and nothing a day newer was confirmed
  assert.equal(await rows.count("draft"), 1);
});

test("then what was confirmed a day ago; never what waits, is held, or clashes", async () => {
  const { rows, numbers } = await tablet(sent(41, { received_at: "2026-11-19T10:00:00Z" }), sent(42, { received_at: "2026-11-20T11:00:00Z" }), sent(43, { received_at: "2026-11-21T10:00:00Z" }),
    sent(1, { status: "held" }), sent(2, { status: "conflict" }), sealedRow(50));
  assert.equal(await makeRoom(rows), true);
  assert.deepEqual((await numbers()).sort((a, b) => a - b), [1, 2, 42, 43, 50]);
  assert.equal(await makeRoom(rows), false);
});

test("a log in doubt covers nothing", async () => {
  const { rows, numbers } = await tablet(sent(1), sent(2));
  await put(rows, "meta", { key: "history", value: { signed: true, report: { kind: "shorter" } } });
  assert.equal(await makeRoom(rows), false);
  assert.deepEqual(await numbers(), [1, 2]);
});

test("the row that is kept for that day goes with the first, and comes back once there is space", async () => {
  const { rows } = await tablet();
  const manager = (quota) => ({ estimate: async () => ({ usage: 0, quota }) });
  await keepBallast(rows, manager(50_000_000));
  await keepBallast(rows, undefined);
  assert.equal(await rows.get("meta", "ballast"), undefined);
  await keepBallast(rows, manager(500_000_000));
  const { value } = await rows.get("meta", "ballast");
  assert.ok(value.length >= 2_000_000 && new Set(value.slice(0, 5000)).size === 256);
  const { writes } = rows;
  await keepBallast(rows, manager(500_000_000));
  assert.equal(rows.writes, writes);
  assert.equal(await makeRoom(rows), true);
  assert.equal(await rows.get("meta", "ballast"), undefined);
  assert.equal(await makeRoom(rows), false);
});

/** Amina has signed in here, the page was opened afresh, and from now on every write fails as on a full disk. */
async function fullTablet() {
  const here = await enrolled();
  await here.page().vault.signInFirst({ staff: "s-amina", pin: "280461" });
  const disk = { full: true };
  const write = here.rows.write.bind(here.rows);
  here.rows.write = (...wish) => (disk.full ? Promise.reject(new NotSaved(null)) : write(...wish));
  return { ...here, disk };
}

test("the right PIN opens the tablet on a full disk, though the try cannot be counted", async () => {
  const { page } = await fullTablet();
  const { vault, author, store } = page();
  assert.equal((await vault.unlock("s-amina", "280461")).ok, true);
  assert.equal(author.current.name, "Amina Yusuf");
  assert.equal(store.unlocked, true);
  vault.lock();
  for (let time = 0; time < 5; time += 1) assert.equal((await vault.unlock("s-amina", "280461")).ok, true);
});

test("on a full disk three wrong PINs are let pass, and then none until there is space", async () => {
  const { page, disk } = await fullTablet();
  const { vault } = page();
  for (let time = 0; time < 3; time += 1) assert.equal((await vault.unlock("s-amina", "111111")).problem, "wrong");
  for (const pin of ["111111", "280461"]) assert.equal((await vault.unlock("s-amina", pin)).problem, "full");
  disk.full = false;
  assert.equal((await vault.unlock("s-amina", "280461")).ok, true);
});

test("what was counted before the disk was full still counts", async () => {
  const { page, disk, time } = await fullTablet();
  disk.full = false;
  const { vault } = page();
  for (let tries = 0; tries < 9; tries += 1) {
    await vault.unlock("s-amina", "111111");
    time.now += 120_000;
  }
  disk.full = true;
  assert.equal((await vault.unlock("s-amina", "111111")).problem, "wrong"); // the tenth
  assert.equal((await vault.unlock("s-amina", "280461")).problem, "full");
});

test("an encrypted write that does not fit says so to whoever asked for it", async () => {
  const rows = new MemoryStore();
  const store = new EncryptedStore(rows);
  store.leaveClear();
  rows.failNext = new NotSaved(null);
  await assert.rejects(put(store, "draft", { id: "d1" }), NotSaved);
  assert.equal(await rows.count("draft"), 0);
});
