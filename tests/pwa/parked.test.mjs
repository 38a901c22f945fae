import assert from "node:assert/strict";
import test from "node:test";
import { Push } from "../../pwa/js/push.mjs";
import { Sync } from "../../pwa/js/sync.mjs";
import { tellParked } from "../../pwa/js/parked.mjs";
import { FakeLocks, FakeTime, MemoryStore, answer, fakeClock, pushAnswer, put, receiptFor, sealedRow } from "./fakes.mjs";

const HOUR = 3_600_000;

/** A tablet whose server fails on the record with this number: `respond` says how. */
async function tabletWith(count, bad, respond = () => answer(500, { code: "internal" })) {
  const time = new FakeTime();
  const store = new MemoryStore();
  await put(store, "record", ...Array.from({ length: count }, (_, place) => sealedRow(place + 1)));
  await put(store, "meta", { key: "chain", value: { seq: count, sha256: "a" } });
  const sent = [];
  const server = { bad: sealedRow(bad).sha256 };
  const fetch = async (path, { body }) => {
    const items = JSON.parse(body);
    sent.push(items.length);
    return items.some((item) => item.sha256 === server.bad) ? respond() : pushAnswer(items.map((item) => receiptFor(item)));
  };
  const push = new Push({ store, fetch, clock: fakeClock(time), build: () => "b1", health: () => ({ drafts: 0 }) });
  const row = async () => (await store.all("record")).find(({ tablet_seq }) => tablet_seq === bad);
  return { time, store, push, sent, server, row };
}

test("a record that the server fails on, while it takes others, is parked alone after three passes like that", async () => {
  const { push, store, row } = await tabletWith(8, 3);
  for (let pass = 0; pass < 8; pass += 1) { // smaller and smaller batches, then alone
    await put(store, "record", sealedRow(20 + pass));
    await push.pass();
  }
  assert.equal(await store.count("record", { index: "waiting" }), 1);
  const { attempt } = await row();
  assert.deepEqual([attempt.meaning, attempt.status], ["attention", 500]);
  assert.match(attempt.reason, /fails on this record, and on no other/);
});

test("a server that is down for everything parks nothing, however long", async () => {
  for (const status of [500, 502, 503]) {
    const { push, row } = await tabletWith(1, 1, () => answer(status, {}));
    for (let pass = 0; pass < 20; pass += 1) await push.pass();
    assert.equal((await row()).attempt.meaning, "retry", String(status));
  }
});

test("one bad record that waits alone does not keep the lists from being read, and is parked once they are", async () => {
  for (const [status, meaning] of [[500, "attention"], [503, "retry"]]) {
    const { push, store, row, time } = await tabletWith(1, 1, () => answer(status, {}));
    let pulls = 0;
    const pull = { pass: async () => { pulls += 1; return { meaning: "answered", reason: "", epoch: "e1", changed: false }; }, offerAgain: async () => ({ missing: 0 }), epochNow: async () => "e1" };
    const sync = new Sync({ push, pull, store, clock: fakeClock(time), locks: new FakeLocks(), timers: time, enrolled: async () => true });
    for (let pass = 0; pass < 3; pass += 1) await sync.now();
    assert.equal(pulls, 3);
    assert.equal((await row()).attempt.meaning, meaning, String(status));
  }
});

test("a parked record is tried again by itself after six hours, alone and last, and goes once the server is mended", async () => {
  const { push, store, sent, server, row, time } = await tabletWith(4, 2, () => answer(413, {}));
  await push.pass();
  assert.equal((await row()).attempt.meaning, "attention");
  sent.length = 0;
  time.now += 5 * HOUR;
  await push.pass();
  assert.deepEqual(sent, []);
  time.now += 2 * HOUR;
  await put(store, "record", sealedRow(9), sealedRow(10));
  await push.pass();
  assert.deepEqual(sent, [2, 1]);
  assert.equal((await row()).attempt.since, "2026-11-21T14:05:00Z");
  server.bad = "";
  time.now -= 400 * 24 * HOUR; // a clock that was set back is no reason to wait for a year
  await push.pass();
  assert.equal(await store.count("record", { index: "waiting" }), 0);
});

test("Send now tries each parked record by itself, so that one never takes another with it", async () => {
  const { push, store, sent } = await tabletWith(0, 1);
  const parked = { meaning: "attention", status: 413, count: 1, at: "2026-11-21T14:05:00Z" };
  await put(store, "record", sealedRow(1, { attempt: parked }), sealedRow(2, { attempt: parked }), sealedRow(3));
  await push.pass({ again: true });
  assert.deepEqual(sent, [1, 1, 1]);
  assert.equal(await store.count("record", { index: "waiting" }), 1);
});

test("the server is told which are parked, when that changes, and not a word of what is in them", async () => {
  const { push, store, row } = await tabletWith(3, 2, () => answer(403, { code: "x" }));
  const told = [];
  const fetch = async (path, { body }) => { told.push([path, JSON.parse(body)]); return answer(204, ""); };
  await tellParked({ store, fetch });
  assert.deepEqual(told, []); // nothing is, and nothing was
  await push.pass();
  await tellParked({ store, fetch });
  await tellParked({ store, fetch });
  const { record, sha256 } = await row();
  assert.deepEqual(told, [["/tablet/parked", { parked: [{ record, version: 1, number: 2, sha256, status: 403, tries: 1, since: "2026-11-21T14:05:00Z" }] }]]);
  await store.write(["record"], async (change) => change.put("record", { ...(await change.get("record", [record, 1])), waiting: undefined }));
  await tellParked({ store, fetch });
  assert.deepEqual(told[1], ["/tablet/parked", { parked: [] }]);
});

test("the highest number goes along with every push, so that the server can tell what it lacks", async () => {
  const { store } = await tabletWith(3, 9);
  let headers = {};
  const fetch = async (_path, request) => { ({ headers } = request); throw new TypeError("no network"); };
  await new Push({ store, fetch, clock: fakeClock(), build: () => "b1", health: () => ({ drafts: 0 }) }).pass();
  assert.deepEqual(JSON.parse(headers["Sightline-Health"]), { drafts: 0, sealed: 3 });
});
