// A tablet checks that the server's log only ever grows, and tells the managers when it does not.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { headerOf, historyWords, lookAt, lookAtKey, trusted } from "../../pwa/js/witness.mjs";
import { prune } from "../../pwa/js/pruning.mjs";
import { readCheckpoint } from "../../pwa/js/checkpoint.mjs";
import { MemoryStore, answer, put, sealedRow } from "./fakes.mjs";
import { FakeLog } from "./log.mjs";

let store, log, told, reaches;

beforeEach(async () => {
  store = new MemoryStore();
  log = new FakeLog(7);
  told = [];
  reaches = true;
  await put(store, "meta", { key: "server_keys", value: { signing_key: log.key, recovery_key: "" } });
});

const fetch = async (address, { body } = {}) => {
  if (!reaches) throw new TypeError("offline");
  assert.equal(address, "/sync/witness");
  told.push(JSON.parse(body));
  return answer(204, "");
};

/** Asks `server` as a push or pull does, and looks at what it says. */
async function sync(server) {
  const asked = Number((await headerOf(store))["Sightline-Checkpoint"] ?? 0);
  return lookAt({ store, fetch }, server.answer(asked), asked);
}

async function kept() {
  return ((await store.get("meta", "checkpoints"))?.value ?? []).map(({ text }) => readCheckpoint(text).size);
}

test("a log that grows is followed, and the last twenty checkpoints are kept", async () => {
  assert.deepEqual(await headerOf(store), {});
  for (let more = 0; more < 30; more += 1) assert.equal((await sync(log.grow(more))).ok, true);
  assert.equal((await kept()).length, 20);
  assert.equal((await kept()).at(-1), log.size);
  assert.deepEqual(await headerOf(store), { "Sightline-Checkpoint": String(log.size) });
  assert.deepEqual(told, []);
  assert.equal((await historyWords(store)).words, `The server's log is whole: ${log.size} lines, all that this tablet has seen.`);
});

test("asking again while nothing happened writes nothing", async () => {
  await sync(log);
  const { writes } = store;
  await sync(log);
  assert.equal(store.writes, writes);
});

for (const [kind, words, after] of [
  ["shorter", "The server's log is shorter than this tablet has seen it", (before) => before.rewritten(5, 5)],
  ["different", "The server's log is not the one this tablet has seen", (before) => before.rewritten(5, 12)],
  ["different", "The server's log is not the one this tablet has seen", (before) => before.rewritten(0, 7)],
]) {
  test(`a log that was put back or rewritten is told once: ${kind}`, async () => {
    await sync(log);
    const held = log.checkpoint();
    const other = after(log);
    const seen = await sync(other);
    assert.deepEqual(seen, { ok: false, words: `${words}. The managers have been told.` });
    assert.deepEqual(told, [{ kind, held, offered: other.checkpoint() }]);
    await sync(other.grow(3));
    assert.equal(told.length, 1);
    assert.equal(await trusted(store), null);
    assert.deepEqual(await kept(), [other.size - 3, other.size]);
  });
}

test("a second change after a first one is told as well", async () => {
  await sync(log);
  const second = log.rewritten(3, 9);
  await sync(second);
  await sync(second.rewritten(4, 12, "a third"));
  assert.deepEqual(told.map(({ kind }) => kind), ["different", "different"]);
});

test("what could not be told is told the next time", async () => {
  await sync(log);
  reaches = false;
  const other = log.rewritten(5, 12);
  assert.equal((await sync(other)).words.endsWith("Tell a manager."), true);
  reaches = true;
  await sync(other);
  assert.equal(told.length, 1);
});

test("a week after the managers were told, all is well again if the log went on", async () => {
  await sync(log);
  const other = log.rewritten(5, 12);
  await sync(other);
  await sync(other.grow(1));
  other.at = "2026-11-29T14:07:00Z";
  assert.equal((await sync(other.grow(1))).ok, true);
  assert.notEqual(await trusted(store), null);
});

test("a restored server whose log still holds all that was seen is no alarm", async () => {
  await sync(log);
  log.epoch = "e2";
  assert.equal((await sync(log.grow(2))).ok, true);
  assert.deepEqual(told, []);
});

test("a checkpoint that the server's key did not sign is told and never kept", async () => {
  await sync(log);
  const forged = log.rewritten(7, 9);
  forged.keys = new FakeLog().keys;
  assert.equal((await sync(forged)).ok, false);
  await sync(forged.grow(1));
  assert.deepEqual(told.map(({ kind }) => kind), ["bad_signature"]);
  assert.deepEqual(await kept(), [7]);
});

test("one byte of a checkpoint or of its signature changed is a bad signature", async () => {
  for (const spoil of [
    (said) => ({ ...said, text: said.text.replace("\n7\n", "\n8\n") }),
    (said) => ({ ...said, text: `${said.text}\n` }),
    (said) => ({ ...said, signature: said.signature.replace(/^./, (letter) => (letter === "A" ? "B" : "A")) }),
    (said) => ({ ...said, signature: "not base64!" }),
    (said) => ({ ...said, signature: 7 }),
    () => ({}),
  ]) {
    const fresh = new MemoryStore();
    await put(fresh, "meta", { key: "server_keys", value: { signing_key: log.key } });
    await lookAt({ store: fresh, fetch }, log.answer(), 0);
    const good = log.answer(7);
    const seen = await lookAt({ store: fresh, fetch }, { ...good, checkpoint: spoil(good.checkpoint) }, 7);
    assert.equal(seen.ok, false);
  }
  assert.deepEqual([...new Set(told.map(({ kind }) => kind))], ["bad_signature"]);
});

test("another log under the same key is told", async () => {
  await sync(log);
  const other = log.rewritten(7, 9);
  other.name = "b".repeat(32);
  await sync(other);
  assert.deepEqual(told.map(({ kind }) => kind), ["other_log"]);
});

test("a server that names another key than at enrolment is told once", async () => {
  await sync(log);
  assert.equal((await lookAtKey({ store, fetch }, log.key)).ok, true);
  await lookAtKey({ store, fetch }, new FakeLog().key);
  await lookAtKey({ store, fetch }, new FakeLog().key);
  assert.deepEqual(told.map(({ kind }) => kind), ["other_key"]);
});

test("a tablet that does not know the key still checks the history, and says so", async () => {
  await store.write(["meta"], (change) => change.delete("meta", "server_keys"));
  assert.match((await sync(log)).words, /This browser cannot check the server's signature\.$/);
  assert.equal((await sync(log.rewritten(5, 12))).ok, false);
  assert.equal(await trusted(store), null);
});

test("a browser without Ed25519 still checks the history, and says so", async (run) => {
  run.mock.method(crypto.subtle, "importKey", async () => {
    throw new DOMException("Unrecognized name.", "NotSupportedError");
  });
  assert.match((await sync(log)).words, /This browser cannot check the server's signature\.$/);
  assert.equal((await sync(log.rewritten(5, 12))).ok, false);
});

test("an answer that was asked for before another tab saw more is no alarm", async () => {
  const early = log.answer();
  await sync(log.grow(5));
  assert.equal((await lookAt({ store, fetch }, early, 0)).ok, true);
  assert.deepEqual(await kept(), [12]);
});

test("a server from before there was a log is no alarm", async () => {
  assert.deepEqual(await lookAt({ store, fetch }, {}, 0), { ok: true, words: "" });
  assert.deepEqual(told, []);
});

const received = (position, extra = {}) => ({
  receipt: { status: "stored", seq: position, received_at: "2026-11-01T10:00:00.000Z", leaf: log.leaf(position), position, ...extra },
  waiting: undefined,
});

const serving = (lie = (proof) => proof) => async (address) => {
  const { searchParams } = new URL(address, "https://example.test");
  const size = Number(searchParams.get("size"));
  const proofs = searchParams.getAll("position").map((text) => lie({ position: Number(text), inclusion: log.inclusion(Number(text), size) }));
  return answer(200, { size, proofs });
};

test("a copy leaves when a fortnight has passed and its leaf is proven to be in the log", async () => {
  await sync(log);
  await put(store, "record", ...[1, 2, 3, 4, 5, 6].map((place) => sealedRow(place, received(place))));
  await put(store, "record",
    sealedRow(2, received(2, { received_at: "2026-11-07T14:07:01.000Z" })), // not yet a fortnight ago
    sealedRow(3, { ...received(3), waiting: 3 }), // offered again
    sealedRow(4, received(4, { leaf: "0".repeat(64) })), // a leaf from before there was a log
    sealedRow(5), // never sent
    sealedRow(6, received(6, { position: 7 }))); // beyond what this tablet has verified
  assert.equal(await prune({ store, fetch: serving() }), 1);
  assert.deepEqual((await store.all("record")).map((row) => row.tablet_seq), [2, 3, 4, 5, 6]);
  assert.equal(await prune({ store, fetch: serving() }), 0);
});

for (const [why, lie] of [
  ["a wrong proof", (proof) => ({ ...proof, inclusion: proof.inclusion.toReversed() })],
  ["a proof cut short", (proof) => ({ ...proof, inclusion: proof.inclusion.slice(1) })],
  ["no proof", (proof) => ({ position: proof.position })],
]) {
  test(`a copy stays with ${why}`, async () => {
    await sync(log);
    await put(store, "record", sealedRow(1, received(1)));
    assert.equal(await prune({ store, fetch: serving(lie) }), 0);
    assert.equal(await store.count("record"), 1);
  });
}

test("no copy leaves offline, on a cold start, or while the server's log is in doubt", async () => {
  await sync(log);
  await put(store, "record", sealedRow(1, received(1)));
  assert.equal(await prune({ store, fetch: async () => Promise.reject(new TypeError("offline")) }), 0);
  assert.equal(await prune({ store, fetch: async () => answer(503, "busy") }), 0);
  store.unlocked = false;
  assert.equal(await prune({ store, fetch: serving() }), 0);
  delete store.unlocked;
  await sync(log.rewritten(5, 12));
  assert.equal(await prune({ store, fetch: serving() }), 0);
  assert.equal(await store.count("record"), 1);
});
