import assert from "node:assert/strict";
import test from "node:test";
import { EncryptedStore, Locked } from "../../pwa/js/encrypted_store.mjs";
import { IN_CLEAR, NotSaved } from "../../pwa/js/database.mjs";
import { WIPED } from "../../pwa/js/taken_out.mjs";
import { NotOpened, importKey } from "../../pwa/js/box.mjs";
import { MemoryStore, put, sealedRow } from "./fakes.mjs";

const KEY = await importKey(new Uint8Array(32).fill(7));
const DRAFT = { id: "d1", author: "amina", changed_at: "2026-11-21T14:05:00Z", raw: { note: "Zebulon slept badly" } };

function opened(rows = new MemoryStore()) {
  const store = new EncryptedStore(rows);
  store.unlock(KEY);
  return { rows, store };
}

test("what is written is read back whole, and none of it stands in the rows", async () => {
  const { rows, store } = opened();
  const row = sealedRow(1, { title: "Zebulon", author_name: "Amina", receipt: null, attempt: { meaning: "retry", reason: "Zebulon", at: "2026-11-21T14:06:00Z", count: 1 } });
  await put(store, "record", row);
  await put(store, "draft", DRAFT);
  await put(store, "reference", { kind: "staff", id: "s1", name: "Zebulon Amina" });
  assert.deepEqual(await store.get("record", [row.record, 1]), row);
  assert.deepEqual(await store.all("draft"), [DRAFT]);
  assert.deepEqual((await store.all("reference", { index: "kind", only: "staff" }))[0].name, "Zebulon Amina");
  const kept = [await rows.all("record"), await rows.all("draft"), await rows.all("reference")].flat();
  assert.doesNotMatch(JSON.stringify(kept.map(({ box, ...clear }) => [clear, String.fromCharCode(...box.data)])), /Zebulon|Amina|amina/);
});

test("the clear members are exactly these", async () => {
  const { rows, store } = opened();
  const receipt = { status: "stored", record: "r", version: 1, sha256: "a", seq: 7, received_at: "2026-11-21T14:07:00Z", leaf: "b", position: 3, held_for: "", findings: [{ message: "x" }] };
  await put(store, "record", sealedRow(1, { receipt, waiting: undefined }));
  await put(store, "draft", DRAFT);
  const [row] = await rows.all("record");
  assert.deepEqual(Object.keys(row).sort(), ["attempt", "box", "receipt", "record", "sealed_at", "sha256", "tablet_seq", "version"]);
  assert.deepEqual(Object.keys(row.receipt).sort(), ["leaf", "position", "received_at", "seq", "status"]);
  assert.deepEqual(Object.keys((await rows.all("draft"))[0]).sort(), ["box", "changed_at", "id"]);
});

test("before the first PIN rows are counted and not read, and nothing is written", async () => {
  const { rows, store } = opened();
  await put(store, "record", sealedRow(1), sealedRow(2));
  const locked = new EncryptedStore(rows);
  assert.equal(await locked.count("record", { index: "waiting" }), 2);
  const [first] = await locked.all("record", { index: "waiting", clear: true });
  assert.equal(first.sealed_at, sealedRow(1).sealed_at);
  assert.equal("title" in first, false);
  await assert.rejects(locked.all("record"), Locked);
  await assert.rejects(locked.write(["draft"], (change) => change.put("draft", DRAFT)), Locked);
  await put(locked, "meta", { key: "clock", value: 1 });
  assert.equal((await locked.get("meta", "clock")).value, 1);
});

test("a row copied over another does not open", async () => {
  const { rows, store } = opened();
  await put(store, "draft", DRAFT, { ...DRAFT, id: "d2" });
  const other = await rows.get("draft", "d2");
  await put(rows, "draft", { ...other, id: "d1" });
  await assert.rejects(store.get("draft", "d1"), /opened/);
});

test("a write that another tab has overtaken runs again on what stands there now", async () => {
  const { rows, store } = opened();
  const other = opened(rows).store;
  await put(store, "draft", { ...DRAFT, count: 0 });
  let runs = 0;
  await store.write(["draft"], async (change) => {
    runs += 1;
    const draft = await change.get("draft", "d1");
    if (runs === 1) await put(other, "draft", { ...draft, count: draft.count + 1 });
    await change.put("draft", { ...draft, count: draft.count + 1 });
  });
  assert.equal(runs, 2);
  assert.equal((await store.get("draft", "d1")).count, 2);
});

test("a row that appeared or went since a list was read makes the write run again", async () => {
  const { rows, store } = opened();
  const other = opened(rows).store;
  const found = [];
  await store.write(["draft"], async (change) => {
    found.push((await change.all("draft")).length);
    if (found.length === 1) await put(other, "draft", DRAFT);
  });
  assert.deepEqual(found, [0, 1]);
});

test("thirty writers at once lose nothing", async () => {
  const { rows } = opened();
  await put(opened(rows).store, "draft", { ...DRAFT, count: 0 });
  const stores = [1, 2, 3].map(() => opened(rows).store);
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (const store of stores) {
      await store.write(["draft"], async (change) => {
        const draft = await change.get("draft", "d1");
        await change.put("draft", { ...draft, count: draft.count + 1 });
      });
    }
  }));
  assert.equal((await stores[0].get("draft", "d1")).count, 30);
});

test("inside a write its own changes are seen", async () => {
  const { store } = opened();
  await put(store, "reference", { kind: "due", id: "a" });
  const seen = await store.write(["reference", "draft"], async (change) => {
    await change.put("draft", DRAFT);
    const written = await change.get("draft", "d1");
    await change.clear("reference");
    const cleared = await change.get("reference", ["due", "a"]);
    await change.put("reference", { kind: "due", id: "a", why: "new" });
    const anew = await change.get("reference", ["due", "a"]);
    await change.delete("draft", "d1");
    return [written.id, cleared, anew.why, await change.get("draft", "d1")];
  });
  assert.deepEqual(seen, ["d1", undefined, "new", undefined]);
  assert.equal((await store.get("reference", ["due", "a"])).why, "new");
});

test("a write that fails changes nothing", async () => {
  const { rows, store } = opened();
  await put(store, "draft", DRAFT);
  rows.failNext = new Error("disk full");
  await assert.rejects(put(store, "draft", { ...DRAFT, raw: {} }), /disk full/);
  await assert.rejects(store.write(["draft"], async (change) => {
    await change.delete("draft", "d1");
    throw new Error("thought better of it");
  }), /better/);
  assert.deepEqual(await store.get("draft", "d1"), DRAFT);
});

test("rows that an earlier build left in clear are encrypted, and a break in the middle loses nothing", async () => {
  const { rows, store } = opened();
  const old = Array.from({ length: 7 }, (_, place) => sealedRow(place + 1, { title: "Zebulon" }));
  await put(rows, "record", ...old);
  await put(rows, "draft", DRAFT);
  await put(rows, "meta", { key: IN_CLEAR, value: true });
  let writes = 0;
  const write = rows.write.bind(rows);
  rows.write = (...parts) => {
    writes += 1;
    if (writes === 3) rows.failNext = new Error("battery");
    return write(...parts);
  };
  await assert.rejects(store.encryptOld(2), /battery/);
  assert.deepEqual(await store.all("record"), old);
  assert.ok((await rows.all("record")).some((row) => row.box) && (await rows.all("record")).some((row) => !row.box));
  assert.ok((await store.encryptOld(2)) > 0);
  assert.deepEqual(await store.all("record"), old);
  assert.deepEqual(await store.get("draft", "d1"), DRAFT);
  assert.ok([...(await rows.all("record")), ...(await rows.all("draft"))].every((row) => row.box && !row.title && !row.raw));
  assert.equal(await rows.get("meta", IN_CLEAR), undefined);
  assert.equal(await store.encryptOld(2), 0);
});

test("a row that this key does not open is left where it is, and keeps no other from being read", async (run) => {
  run.mock.method(console, "error", () => {});
  const { rows, store } = opened();
  const other = new EncryptedStore(rows);
  other.unlock(await importKey(new Uint8Array(32).fill(8)));
  await put(store, "record", sealedRow(1), sealedRow(3));
  await put(other, "record", sealedRow(2));
  assert.deepEqual((await store.all("record", { index: "waiting" })).map((row) => row.tablet_seq), [1, 3]);
  assert.equal(await store.write(["record"], async (change) => (await change.all("record")).length), 2);
  assert.equal(await store.count("record", { index: "waiting" }), 3);
  await put(other, "reference", { kind: "staff", id: "s1" });
  await assert.rejects(store.all("reference"), NotOpened); // half a list of staff would take bundles away
});

const RECOVERY = { tablet: "t1", text: "{a blob}" };

async function recoverable() {
  const rows = new MemoryStore();
  await put(rows, "meta", { key: "recovery", value: RECOVERY });
  const store = new EncryptedStore(rows);
  store.unlock(KEY, RECOVERY);
  return { rows, store };
}

test("a tab that goes on when another has emptied the tablet writes nothing under a key that is gone", async () => {
  const { rows, store } = await recoverable();
  await put(store, "draft", DRAFT);
  await rows.write(["meta", "draft"], async (change) => {
    for (const name of ["meta", "draft"]) await change.clear(name);
    await change.put("meta", { key: WIPED, value: {} });
  });
  await assert.rejects(put(store, "draft", DRAFT), NotSaved);
  await rows.write(["meta"], async (change) => {
    await change.delete("meta", WIPED);
    await change.put("meta", { key: "recovery", value: { tablet: "t2", text: "{another}" } });
  });
  await assert.rejects(put(store, "record", sealedRow(1)), NotSaved);
  assert.deepEqual([await rows.count("draft"), await rows.count("record")], [0, 0]);
});

test("when the browser cleared the store under the page, what is written next can still be opened by the server's holder", async () => {
  const { rows, store } = await recoverable();
  await rows.write(["meta"], (change) => change.clear("meta"));
  await put(store, "draft", DRAFT);
  assert.deepEqual((await rows.get("meta", "recovery")).value, RECOVERY);
  assert.deepEqual(await store.get("draft", "d1"), DRAFT);
});
