import assert from "node:assert/strict";
import test from "node:test";
import { MAX_BYTES, MAX_ITEMS, Push, firstBatch } from "../../pwa/js/push.mjs";
import { MemoryStore, answer, fakeClock, pushAnswer, put, receiptFor, sealedRow } from "./fakes.mjs";

async function tabletWith(count, respond, extra = {}, parts = {}) {
  const store = new MemoryStore();
  await put(store, "record", ...Array.from({ length: count }, (_, place) => sealedRow(place + 1, extra)));
  const requests = [];
  const fetch = async (path, request) => {
    const items = JSON.parse(request.body);
    requests.push({ path, request, items });
    return respond(items, requests.length);
  };
  const push = new Push({ store, fetch, clock: fakeClock(), build: () => "b1", ...parts });
  const waiting = () => store.count("record", { index: "waiting" });
  return { store, push, requests, waiting };
}

function batches(rows) {
  const cut = [];
  for (let left = rows; left.length > 0; left = left.slice(cut.at(-1).length)) cut.push(firstBatch(left, MAX_ITEMS));
  return cut;
}

const storeAll = (items) => pushAnswer(items.map((item) => receiptFor(item)));

test("a stored record leaves the outbox and stays on the tablet with its receipt", async () => {
  const { store, push, waiting } = await tabletWith(3, storeAll);
  assert.deepEqual(await push.pass(), { meaning: "answered", delivered: 3, reason: "", heard: true });
  assert.equal(await waiting(), 0);
  assert.equal(await store.count("record"), 3);
  assert.equal((await store.all("record"))[0].receipt.seq, 7);
});

test("a receipt counts though the tablet could not write down what it saw of the server's log", async () => {
  const full = { headers: async () => ({}), look: async () => { throw new Error("disk full"); } };
  const { push, waiting } = await tabletWith(1, storeAll, {}, { witness: full });
  assert.equal((await push.pass()).delivered, 1);
  assert.equal(await waiting(), 0);
});

test("the request says which build, how many wait, and since when", async () => {
  const { push, requests } = await tabletWith(2, storeAll);
  await push.pass();
  const { path, request, items } = requests[0];
  assert.equal(path, "/sync/records");
  assert.equal(request.headers["Sightline-App"], "b1");
  assert.equal(request.headers["Sightline-Waiting"], "2");
  assert.equal(request.headers["Sightline-Oldest"], "2026-11-21T14:01:00Z");
  assert.deepEqual(Object.keys(items[0]), ["body", "sha256", "signatures"]);
});

test("an answer lost on the way back is sent again and settled by the duplicate receipt", async () => {
  const { push, requests, waiting } = await tabletWith(2, (items, time) => {
    if (time === 1) throw new TypeError("connection reset");
    return pushAnswer(items.map((item) => receiptFor(item, { status: "duplicate" })));
  });
  assert.equal((await push.pass()).meaning, "retry");
  assert.equal(await waiting(), 2);
  assert.equal((await push.pass()).delivered, 2);
  assert.deepEqual(requests[0].items, [...requests[1].items, ...requests[2].items]);
  assert.equal(await waiting(), 0);
});

test("413 halves the batch until it fits", async () => {
  const { push, requests, waiting } = await tabletWith(10, (items) => (items.length > 3 ? answer(413, { code: "too_large" }) : storeAll(items)));
  assert.equal((await push.pass()).delivered, 10);
  assert.deepEqual(requests.map((request) => request.items.length), [10, 5, 3, 2, 5, 3, 2]);
  assert.equal(await waiting(), 0);
});

test("one record too large for the server needs attention and does not stop the others", async () => {
  const big = sealedRow(2).sha256;
  const { store, push, waiting } = await tabletWith(4, (items) => (items.some((item) => item.sha256 === big) ? answer(413, {}) : storeAll(items)));
  await push.pass();
  assert.equal(await waiting(), 1);
  assert.equal((await store.all("record", { index: "waiting" }))[0].attempt.meaning, "attention");
});

test("a record that needs attention is not sent again by itself, but is when asked", async () => {
  const { push, requests } = await tabletWith(1, storeAll, { attempt: { meaning: "attention", count: 1 } });
  await push.pass();
  assert.equal(requests.length, 0);
  await push.pass({ again: true });
  assert.equal(requests.length, 1);
});

test("a captive portal's page with status 200 or 201 is no receipt", async () => {
  for (const status of [200, 201]) {
    const { store, push, waiting } = await tabletWith(1, () => answer(status, "<html>Sign in to the Wi-Fi</html>"));
    assert.equal((await push.pass()).meaning, "retry");
    assert.equal(await waiting(), 1);
    assert.match((await store.all("record"))[0].attempt.reason, /Wi-Fi/);
  }
});

test("a receipt for other bytes leaves the record waiting", async () => {
  const { push, waiting } = await tabletWith(2, (items) => pushAnswer(items.map((item, place) => receiptFor(item, place === 0 ? { sha256: "e".repeat(64) } : {}))));
  const outcome = await push.pass();
  assert.equal(outcome.meaning, "retry");
  assert.equal(outcome.delivered, 1);
  assert.equal(await waiting(), 1);
});

test("a record that is never confirmed does not stop the batches after it", async () => {
  const first = sealedRow(1).sha256;
  const { push, waiting } = await tabletWith(150, (items) => pushAnswer(items.map((item) => receiptFor(item, item.sha256 === first ? { status: "corrupt" } : {}))));
  const { meaning, heard, delivered } = await push.pass();
  assert.deepEqual({ meaning, heard, delivered }, { meaning: "retry", heard: true, delivered: 149 });
  assert.equal(await waiting(), 1);
});

test("a record that breaks the server is found by smaller and smaller batches, and the others are sent", async () => {
  for (const status of [500, 503]) {
    const bad = sealedRow(3).sha256;
    const { push, requests, waiting } = await tabletWith(40, (items) => (items.some((item) => item.sha256 === bad) ? answer(status, {}) : storeAll(items)));
    for (let round = 0; round < 8; round += 1) await push.pass();
    assert.equal(await waiting(), 1);
    assert.deepEqual(requests.slice(0, 3).map(({ items }) => items.length), [40, 20, 10]);
  }
});

test("after failures without a network the batches grow again within a pass", async () => {
  const { push, requests, waiting } = await tabletWith(100, (items, time) => {
    if (time <= 8) throw new TypeError("no network");
    return storeAll(items);
  });
  for (let round = 0; round < 9; round += 1) await push.pass();
  assert.equal(await waiting(), 0);
  assert.deepEqual(requests.slice(8).map(({ items }) => items.length), [1, 2, 4, 8, 16, 32, 37]);
});

test("when every record is refused for one reason, the records are not at fault: they are sent again", async () => {
  const { store, push, waiting } = await tabletWith(4, () => answer(400, { code: "not_a_batch" }));
  const { meaning, heard } = await push.pass();
  assert.deepEqual({ meaning, heard }, { meaning: "retry", heard: false });
  assert.equal(await waiting(), 4);
  assert.ok((await store.all("record")).every((row) => row.attempt.meaning === "retry"));
});

test("records in no receipt stay", async () => {
  const { push, waiting } = await tabletWith(3, (items) => pushAnswer([receiptFor(items[0])]));
  await push.pass();
  assert.equal(await waiting(), 2);
});

test("a corrupt item is sent again", async () => {
  const { push, waiting } = await tabletWith(1, (items, time) => pushAnswer(items.map((item) => receiptFor(item, time === 1 ? { status: "corrupt", seq: 0 } : {}))));
  await push.pass();
  assert.equal(await waiting(), 1);
  await push.pass();
  assert.equal(await waiting(), 0);
});

test("held and conflicting records are the server's now, and say so", async () => {
  const { store, push, waiting } = await tabletWith(2, (items) => pushAnswer(items.map((item, place) => receiptFor(item, { status: place ? "held" : "conflict" }))));
  await push.pass();
  assert.equal(await waiting(), 0);
  assert.deepEqual((await store.all("record")).map((row) => row.receipt.status).sort(), ["conflict", "held"]);
});

test("401 stops the pass, keeps everything and asks for sign-in", async () => {
  const { push, requests, waiting } = await tabletWith(250, () => answer(401, { code: "not_enrolled" }));
  assert.equal((await push.pass()).meaning, "sign_in");
  assert.equal(requests.length, 1);
  assert.equal(await waiting(), 250);
});

test("no status, and no broken answer, ever removes a record", async () => {
  for (let status = 100; status < 600; status += 1) {
    const { store, push } = await tabletWith(1, () => answer(status, status % 2 ? { receipts: "no" } : "<p>"));
    await push.pass();
    assert.equal(await store.count("record", { index: "waiting" }), 1, String(status));
  }
});

test("batches hold at most 100 records and about 256 kB; a larger record travels alone", () => {
  const small = Array.from({ length: 250 }, (_, place) => sealedRow(place + 1));
  assert.deepEqual(batches(small).map((batch) => batch.length), [100, 100, 50]);
  const large = small.slice(0, 20).map((row) => ({ ...row, body: "x".repeat(60_000) }));
  for (const batch of batches(large)) assert.ok(batch.length <= MAX_ITEMS && batch.length * 60_000 <= MAX_BYTES);
  const giant = { ...small[0], body: "x".repeat(MAX_BYTES * 2) };
  assert.deepEqual(batches([small[1], giant, small[2]]).map((batch) => batch.length), [1, 1, 1]);
});
