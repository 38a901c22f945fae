import assert from "node:assert/strict";
import test from "node:test";
import { CONDITIONS, enrol } from "../../pwa/js/enrolment.mjs";
import { lookAfterCanary, noteWaiting, tellStoreLost } from "../../pwa/js/storage.mjs";
import { FakeLocks, MemoryStore, answer } from "./fakes.mjs";

const NOW = "2026-11-21T14:05:00Z";
const KNOWN = { name: "Oak", heard_at: "2026-11-21T13:40:00Z", expected: 2 };

function marks(first = null) {
  const kept = new Map(first ? [["sightline-store-mark", JSON.stringify(first)]] : []);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

function server({ up = true, known = KNOWN } = {}) {
  const here = { up, told: [] };
  here.fetch = async (path, { body }) => {
    if (!here.up) throw new TypeError("no network");
    here.told.push([path, JSON.parse(body)]);
    if (path === "/tablet/enrolment") return answer(201, { tablet: { id: "t2", name: "Oak" }, service: { id: "s" } });
    return known ? answer(200, known) : answer(204, "");
  };
  return here;
}

test("a new browser has lost nothing, and neither has one that finds what it left", async () => {
  const store = new MemoryStore();
  const outside = marks();
  assert.equal((await lookAfterCanary(store, outside, NOW)).wiped, false);
  noteWaiting(outside, 3, NOW);
  assert.deepEqual(await lookAfterCanary(store, outside, NOW), { wiped: false, since: NOW, waiting: 0 });
});

test("a lost store is said at every start, with what was in it, until the server was told", async () => {
  const store = new MemoryStore();
  const outside = marks({ at: "2026-11-21T13:50:00Z", waiting: 2 });
  const lost = { wiped: true, since: "2026-11-21T13:50:00Z", waiting: 2 };
  assert.deepEqual(await lookAfterCanary(store, outside, NOW), lost);
  noteWaiting(outside, 0, NOW); // the next look at the outbox: it is empty now
  assert.deepEqual(await lookAfterCanary(store, outside, NOW), lost);
  const here = server({ up: false });
  assert.equal(await tellStoreLost({ store, fetch: here.fetch }, 2), null);
  assert.deepEqual(await lookAfterCanary(store, outside, NOW), lost);
  here.up = true;
  assert.deepEqual(await tellStoreLost({ store, fetch: here.fetch }, 2), KNOWN);
  assert.equal((await lookAfterCanary(store, outside, NOW)).wiped, false);
});

test("what the page itself knew of counts when it is more than was noted outside", async () => {
  assert.equal((await lookAfterCanary(new MemoryStore(), marks({ at: NOW, waiting: 1 }), NOW, 4)).waiting, 4);
});

test("before it is enrolled anew the loss is told as the tablet that it was, and never as the new one", async () => {
  for (const known of [KNOWN, null]) {
    const store = new MemoryStore();
    const outside = marks({ at: NOW, waiting: 2 });
    await lookAfterCanary(store, outside, NOW);
    const here = server({ known });
    await enrol({ fetch: here.fetch, store, locks: new FakeLocks(), code: "ABCD-EFGH", conditions: CONDITIONS });
    assert.deepEqual(here.told.map(([path]) => path), ["/tablet/store-lost", "/tablet/enrolment"]);
    assert.deepEqual(here.told[0][1], { waiting: 2 });
    assert.equal((await lookAfterCanary(store, outside, NOW)).wiped, false);
  }
});
