import assert from "node:assert/strict";
import test from "node:test";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { TakenOut } from "../../pwa/js/taken_out.mjs";
import { bring, broughtHere, handIn, putAway, sendBrought } from "../../pwa/js/copies.mjs";
import { MemoryStore, answer, fakeClock, put, receiptFor } from "./fakes.mjs";

const ROWS = (count) => Array.from({ length: count }, (_, place) => ({ record: `r${place}`, version: 1, tablet_seq: place + 1, sha256: String(place).padStart(64, "0"), box: { iv: "", data: "x" } }));
const COPY = (count = 3, extra = {}) => ({ format: "sightline-export", v: 1, tablet: { id: "t2", name: "Elm" }, made_at: "2026-11-21T14:00:00Z", recovery: "{}", rows: ROWS(count), ...extra });
const receiptsOf = (rows, extra = () => ({})) => rows.map((row, place) => ({ ...receiptFor({ body: JSON.stringify(row), sha256: row.sha256 }), ...extra(place) }));

function server(respond = (rows) => answer(201, { receipts: receiptsOf(rows) })) {
  const sent = [];
  const fetch = async (path, { body }) => {
    const { rows } = JSON.parse(body);
    sent.push([path, rows.length]);
    return respond(rows, sent.length);
  };
  return { sent, fetch };
}

test("a copy that was brought is kept once, sent on whole, and let go when every record has a receipt", async () => {
  const store = new MemoryStore();
  const text = JSON.stringify(COPY(120));
  assert.equal((await bring(store, text)).name, "Elm");
  await bring(store, text);
  assert.equal((await broughtHere(store)).length, 1);
  const { sent, fetch } = server();
  assert.equal(await sendBrought({ store, fetch }), true);
  assert.deepEqual(sent, [["/tablet/rescue", 50], ["/tablet/rescue", 50], ["/tablet/rescue", 20]]);
  assert.deepEqual(await broughtHere(store), []);
});

test("without the network it waits, and goes at the next pass", async () => {
  const store = new MemoryStore();
  await bring(store, JSON.stringify(COPY()));
  const down = { store, fetch: async () => { throw new TypeError("no network"); } };
  assert.equal(await sendBrought(down), false);
  assert.equal((await broughtHere(store))[0].reason, "");
  assert.equal(await sendBrought({ store, fetch: server().fetch }), true);
});

test("a row that could not be opened keeps the copy here, says so, and is not sent each minute", async () => {
  const store = new MemoryStore();
  await bring(store, JSON.stringify(COPY()));
  const { sent, fetch } = server((rows) => answer(201, { receipts: receiptsOf(rows, (place) => (place === 1 ? { status: "corrupt" } : {})) }));
  await sendBrought({ store, fetch });
  assert.match((await broughtHere(store))[0].reason, /Not all of it could be opened/);
  await sendBrought({ store, fetch });
  assert.equal(sent.length, 1);
  await sendBrought({ store, fetch }, true);
  assert.equal(sent.length, 2);
  await putAway(store, (await broughtHere(store))[0].digest);
  assert.deepEqual(await broughtHere(store), []);
});

test("a copy of another service is refused, with its reason; the next one is sent all the same", async () => {
  const store = new MemoryStore();
  await bring(store, JSON.stringify(COPY(1, { tablet: { id: "t9", name: "Fir" } })));
  await bring(store, JSON.stringify(COPY(2)));
  const { fetch } = server((rows) => (rows.length === 1 ? answer(422, { code: "not_a_copy", detail: "It is not of this service." }) : answer(201, { receipts: receiptsOf(rows) })));
  assert.equal(await sendBrought({ store, fetch }), false);
  assert.deepEqual((await broughtHere(store)).map(({ name, reason }) => [name, reason]), [["Fir", "It is not of this service."]]);
});

test("what is too much at once goes in halves", async () => {
  const { sent, fetch } = server((rows) => (rows.length > 10 ? answer(413, { code: "payload_too_large" }) : answer(201, { receipts: receiptsOf(rows) })));
  assert.deepEqual(await handIn(fetch, COPY(60)), { safe: true, status: 201 });
  assert.deepEqual(sent.map(([, length]) => length), [50, 25, 13, 7, 6, 12, 6, 6, 25, 13, 7, 6, 12, 6, 6, 10]);
});

test("what is no copy is not kept", async () => {
  const store = new MemoryStore();
  for (const text of ["", "{", "[]", "null", JSON.stringify(COPY(1, { format: "other" })), JSON.stringify(COPY(1, { tablet: {} })), JSON.stringify(COPY(1, { rows: 3 })), JSON.stringify(COPY(1, { recovery: "x".repeat(9_000_000) }))]) {
    assert.equal(await bring(store, text), null);
  }
  assert.deepEqual(await broughtHere(store), []);
});

test("a tablet out of use is not emptied before it has sent on what was brought to it", async () => {
  const rows = new MemoryStore();
  await put(rows, "meta", { key: "tablet", value: { id: "t1", name: "Oak" } });
  await bring(rows, JSON.stringify(COPY()));
  let up = false;
  const { fetch } = server();
  const takenOut = new TakenOut({ store: new EncryptedStore(rows), clock: fakeClock(), onWiped: () => {}, fetch: (...request) => (up ? fetch(...request) : Promise.reject(new TypeError("no network"))) });
  assert.equal(await takenOut.follow("now"), false);
  assert.equal((await broughtHere(rows)).length, 1);
  up = true;
  assert.equal(await takenOut.follow("now"), true);
});
