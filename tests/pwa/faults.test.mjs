// Every status from 100 to 599 with every kind of body, and every way a network fails, through the real modules: whatever answers, nothing
// leaves the tablet, and what happens is one of three: try again, sign in, or a person must look.

import assert from "node:assert/strict";
import test from "node:test";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { FakeLog } from "./log.mjs";
import { Pull } from "../../pwa/js/pull.mjs";
import { Push } from "../../pwa/js/push.mjs";
import { TakenOut } from "../../pwa/js/taken_out.mjs";
import { bring, broughtHere, sendBrought } from "../../pwa/js/copies.mjs";
import { headerOf, lookAt } from "../../pwa/js/witness.mjs";
import { importKey } from "../../pwa/js/box.mjs";
import { prune } from "../../pwa/js/pruning.mjs";
import { tellParked } from "../../pwa/js/parked.mjs";
import { tellStoreLost } from "../../pwa/js/storage.mjs";
import { MemoryStore, fakeClock, put, receiptFor, sealedRow } from "./fakes.mjs";

const KEY = await importKey(new Uint8Array(32).fill(7));
const LOG = new FakeLog(5);
const BODIES = {
  "a problem of ours": JSON.stringify({ type: "/problems/x", title: "x", status: 0, code: "x", detail: "x" }),
  "our JSON, cut off": '{"receipts": [{"status": "stored", "rec',
  "a page of the Wi-Fi": "<html>Sign in to the Wi-Fi</html>",
  nothing: "",
  "another JSON": '{"receipts": "all", "changes": 1, "missing": {}, "proofs": 7, "epoch": 1, "server_time_ms": "now"}',
  null: "null",
};
const WITHOUT_BODY = new Set([204, 205, 304]);
const resets = () => Object.assign(new Response("{"), { json: async () => { throw new TypeError("terminated"); } });
const NETWORK = {
  "aborted by us": () => { throw new DOMException("The operation was aborted.", "AbortError"); },
  "timed out": () => { throw new DOMException("The operation timed out.", "TimeoutError"); },
  "refused, no name, no route, TLS that does not fit, a redirect elsewhere": () => { throw new TypeError("fetch failed"); },
  "reset in the middle of the body, with 200": resets,

  "bytes that are no text": () => new Response(new Uint8Array([0xff, 0xfe, 0x00]), { status: 201 }),
  "the right JSON called a page": () => new Response("<p>", { status: 201, headers: { "Content-Type": "text/html" } }),
};

function given(status, body) {
  if (status < 200) return { status, headers: new Headers(), json: async () => JSON.parse(body) };
  return new Response(WITHOUT_BODY.has(status) ? null : body, { status });
}

const EVERY = [
  ...Array.from({ length: 500 }, (_, place) => place + 100).flatMap((status) => Object.entries(BODIES).map(([name, body]) => [`${status} with ${name}`, () => given(status, body)])),
  ...Object.entries(NETWORK),
];

/** A tablet with one record that waits, one that was parked, one with a receipt, a draft, lists, checkpoints and a copy from another tablet. */
async function tablet() {
  const rows = new MemoryStore();
  const store = new EncryptedStore(rows);
  store.unlock(KEY);
  const receipt = receiptFor(sealedRow(1), { position: 1, received_at: "2026-01-01T00:00:00Z" });
  await put(store, "record", sealedRow(1, { waiting: undefined, receipt }), sealedRow(2), sealedRow(3, { attempt: { meaning: "attention", status: 413, at: "2026-11-21T14:00:00Z", count: 1 } }));
  await put(store, "draft", { id: "d1", changed_at: "" });
  await put(store, "reference", { kind: "staff", id: "s1", name: "Amina" });
  await put(store, "meta", { key: "tablet", value: { id: "t1", name: "Oak" } }, { key: "recovery", value: { tablet: "t1", text: "{}" } }, { key: "cursor", value: "c1" }, { key: "epoch", value: "e0" },
    { key: "chain", value: { seq: 3, sha256: "a" } }, { key: "server_keys", value: { signing_key: LOG.key } }, { key: "checkpoints", value: [LOG.checkpoint()] }, { key: "history", value: { signed: true } });
  await bring(store, JSON.stringify({ format: "sightline-export", v: 1, tablet: { id: "t2", name: "Elm" }, made_at: "2026-11-21T14:00:00Z", recovery: "{}", rows: [{ record: "r", version: 1, sha256: "b", box: {} }] }));
  return { rows, store };
}

async function held({ rows, store }) {
  const records = await store.all("record");
  return {
    records: records.map(({ record, version, body, waiting, receipt }) => ({ record, version, body, waiting, receipt })),
    drafts: await store.all("draft"), lists: await store.all("reference"),
    meta: await Promise.all(["tablet", "recovery", "cursor", "epoch", "chain", "checkpoints", "server_keys"].map((key) => rows.get("meta", key))),
    brought: (await broughtHere(store)).map(({ digest, file }) => ({ digest, file })),
  };
}

/** Runs each fault through a door, on one tablet after another's faults: what one leaves behind must not help the next. */
async function through(door, check = () => {}) {
  const here = await tablet();
  const before = await held(here);
  const parts = { store: here.store, clock: fakeClock(), build: () => "b1" };
  for (const [name, answer] of EVERY) {
    const outcome = await door({ ...parts, fetch: async () => answer() });
    assert.deepEqual(await held(here), before, name);
    await check(outcome, name, here);
  }
}

test("a push: nothing is delivered, nothing goes, and each record says which of the three", () => through(
  (parts) => new Push(parts).pass({ again: true }),
  async ({ meaning, delivered, heard }, name, { store }) => {
    assert.ok(["retry", "sign_in", "attention"].includes(meaning), `${name}: ${meaning}`);
    assert.deepEqual([delivered, heard], [0, false], name);
    for (const { attempt } of (await store.all("record", { index: "waiting" }))) assert.ok(["retry", "sign_in", "attention"].includes(attempt.meaning), `${name}: ${attempt.meaning}`);
  },
));

test("a pull: the lists and the cursor stay, and it is one of the three", () => through(
  (parts) => new Pull(parts).pass(),
  ({ meaning, changed }, name) => {
    assert.ok(["retry", "sign_in", "attention", "too_large"].includes(meaning), `${name}: ${meaning}`);
    assert.equal(changed, false, name);
  },
));

test("asking what the server still has: no receipt is doubted, and the new epoch is not welcomed", () => through(
  (parts) => new Pull(parts).offerAgain("e1"),
  ({ meaning, missing }, name) => {
    assert.notEqual(meaning, "answered", name);
    assert.equal(missing, 0, name);
  },
));

test("showing the keys, greeting and asking for the epoch change nothing either", async () => {
  await through((parts) => new Pull(parts).greet(), ({ meaning }, name) => assert.notEqual(meaning, "answered", name));
  await through((parts) => new Pull(parts).epochNow(), (epoch, name) => assert.equal(epoch, null, name));
});

test("a rescue: no tablet is emptied, whether it is lost or retired, and what it brought from another stays", async () => {
  for (const wish of ["now", "when_done"]) {
    await through(async (parts) => {
      const cold = new EncryptedStore(parts.store.rows);
      return new TakenOut({ ...parts, store: cold, onWiped: () => assert.fail("emptied") }).follow(wish);
    }, (emptied, name) => assert.equal(emptied, false, name));
  }
});

test("a copy that was brought here stays until each of its records has a receipt", () => through(
  (parts) => sendBrought(parts, true), (done, name) => assert.equal(done, false, name),
));

test("a witness tells the managers until the server says that it heard, and goes on from its own log until then", async () => {
  const other = LOG.rewritten(2, 9).checkpoint();
  await through(async ({ store, fetch }) => {
    await headerOf(store);
    const { ok } = await lookAt({ store, fetch }, { checkpoint: other, consistency: [] }, 5);
    const [{ value: { told } }, { value: kept }] = [await store.get("meta", "history"), await store.get("meta", "checkpoints")];
    await put(store, "meta", { key: "history", value: { signed: true } }, { key: "checkpoints", value: [LOG.checkpoint()] });
    return { ok, told, goesOn: kept[0].text === other.text };
  }, (outcome, name) => assert.deepEqual(outcome, { ok: false, told: name.startsWith("204 "), goesOn: name.startsWith("204 ") }, name));
});

test("no copy of a record leaves without a proof", () => through(
  ({ store, fetch }) => prune({ store, fetch }), (count, name) => assert.equal(count, 0, name),
));

test("telling what is parked, or that the store is lost, believes nothing but the server's own answer", async () => {
  await through(tellParked, async (_, name, { store }) => {
    assert.equal(Boolean(await store.get("meta", "parked_told")), name.startsWith("204 "), name);
    await store.write(["meta"], (change) => change.delete("meta", "parked_told"));
  });
  await through((parts) => tellStoreLost(parts, 2), (known, name) => assert.equal(known, null, name));
});
