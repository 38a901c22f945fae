import assert from "node:assert/strict";
import test from "node:test";
import { DraftWriter, WRITE_AFTER, allDrafts, discardDraft, handOver, newDraft } from "../../pwa/js/drafts.mjs";
import { FakeLocks, FakeTime, MemoryStore, fakeClock, put } from "./fakes.mjs";

const FORM = { form: "practice_observation", hash: "f".repeat(64), code: "F1", title: "Practice observation" };

function open(extra = {}) {
  const store = new MemoryStore();
  const time = new FakeTime();
  const draft = newDraft({ id: "d1", author: "amina", form: FORM, unit: "oak", wall: time.now });
  const failures = [];
  const writer = new DraftWriter({ store, draft, clock: fakeClock(time), timers: time, onFailed: (error) => failures.push(error), ...extra });
  return { store, time, writer, failures, stored: () => store.get("draft", "d1") };
}

test("an input is written within a quarter of a second", async () => {
  const { time, writer, stored } = open();
  writer.change({ raw: { note: "a" } });
  await time.advance(WRITE_AFTER - 1);
  assert.equal(await stored(), undefined);
  await time.advance(1);
  assert.deepEqual((await stored()).raw, { note: "a" });
  assert.ok(WRITE_AFTER < 250);
});

test("what a draft says of itself is put right before it is written, and a fault in that keeps nothing from being written", async (t) => {
  const { time, writer, stored, failures } = open();
  writer.beforeWrite = () => { writer.draft.missing = 3; };
  writer.change({ raw: { note: "a" } });
  await time.advance(WRITE_AFTER);
  assert.deepEqual([(await stored()).missing, (await stored()).raw], [3, { note: "a" }]);
  t.mock.method(console, "error", () => {});
  writer.beforeWrite = () => { throw new Error("cannot be judged"); };
  writer.change({ raw: { note: "b" } });
  await time.advance(WRITE_AFTER);
  assert.deepEqual([(await stored()).raw, failures], [{ note: "b" }, []]);
});

test("typing without a pause does not put the write off", async () => {
  const { store, time, writer } = open();
  for (let key = 1; key <= 40; key += 1) {
    writer.change({ raw: { note: "x".repeat(key) } });
    await time.advance(50);
  }
  assert.equal(store.writes, 10);
});

test("a flush writes at once and leaves no timer behind", async () => {
  const { time, writer, stored } = open();
  writer.change({ raw: { note: "now" } });
  assert.equal(await writer.flush(), true);
  assert.deepEqual((await stored()).raw, { note: "now" });
  assert.deepEqual(time.pending, []);
  assert.equal(writer.unsaved, false);
});

test("a change during a write is written after it", async () => {
  const { store, writer, stored } = open();
  writer.change({ raw: { note: "first" } });
  const flushing = writer.flush();
  writer.change({ raw: { note: "second" } });
  await flushing;
  await writer.flush();
  assert.deepEqual((await stored()).raw, { note: "second" });
  assert.equal(store.writes, 2);
});

test("a write that fails is reported, kept in hand, and written by the next flush", async () => {
  const { store, writer, failures, stored } = open();
  store.failNext = new Error("disk full");
  writer.change({ raw: { note: "kept" } });
  assert.equal(await writer.flush(), false);
  assert.equal(failures.length, 1);
  assert.equal(writer.unsaved, true);
  assert.equal(await writer.flush(), true);
  assert.deepEqual((await stored()).raw, { note: "kept" });
});

test("a closed writer writes no more, so a sealed draft does not come back", async () => {
  const { time, writer, stored } = open();
  writer.change({ raw: { note: "a" } });
  writer.close();
  writer.change({ raw: { note: "b" } });
  await time.advance(1_000);
  assert.equal(await stored(), undefined);
});

test("what is typed while the writer is closed is kept in hand, and written when it is reopened", async () => {
  const { time, writer, stored } = open();
  writer.close();
  writer.change({ raw: { note: "typed meanwhile" } });
  assert.equal(await writer.flush(), false);
  assert.equal(await stored(), undefined);
  writer.reopen();
  await time.advance(WRITE_AFTER);
  assert.deepEqual((await stored()).raw, { note: "typed meanwhile" });
});

test("a draft whose record is sealed is never written back", async () => {
  const { store, writer, stored } = open();
  await put(store, "record", { record: "d1", version: 1 });
  writer.change({ raw: { note: "ghost" } });
  assert.equal(await writer.flush(), true);
  assert.equal(await stored(), undefined);
});

test("a writer reopened after a failed seal writes the draft anew", async () => {
  const { writer, stored } = open();
  writer.change({ raw: { note: "a" } });
  await writer.flush();
  writer.close();
  writer.reopen();
  await writer.flush();
  assert.deepEqual((await stored()).raw, { note: "a" });
});

test("several drafts are listed with the last touched first, and one can be thrown away", async () => {
  const store = new MemoryStore();
  const wall = Date.parse("2026-11-21T14:00:00Z");
  const drafts = ["a", "b", "c"].map((id, place) => newDraft({ id, author: "amina", form: FORM, unit: "", wall: wall + place * 60_000 }));
  await put(store, "draft", ...drafts);
  assert.deepEqual((await allDrafts(store)).map((draft) => draft.id), ["c", "b", "a"]);
  await discardDraft(store, "b");
  assert.deepEqual((await allDrafts(store)).map((draft) => draft.id), ["c", "a"]);
});

test("a draft changes hands only by its author's act, and remembers who began it", async () => {
  const store = new MemoryStore();
  const time = new FakeTime();
  const app = { store, locks: new FakeLocks(), clock: fakeClock(time) };
  const draft = newDraft({ id: "d1", author: "amina", form: FORM, unit: "", wall: time.now });
  await put(store, "draft", draft, { ...draft, id: "correction", version: 2 }, { ...draft, id: "practice", practice: true }, { ...draft, id: "question", spawned_by: "question/q1" });
  assert.equal(await handOver(app, "d1", "ben", "chidi"), "not_yours");
  assert.equal(await handOver(app, "d1", "amina", "ben"), "");
  assert.equal(await handOver(app, "d1", "amina", "chidi"), "not_yours");
  assert.equal(await handOver(app, "d1", "ben", "chidi"), "");
  const { author, begun_by, handed_by, handed_at } = await store.get("draft", "d1");
  assert.deepEqual([author, begun_by, handed_by, handed_at], ["chidi", "amina", "ben", "2026-11-21T14:05:00Z"]);
  for (const id of ["correction", "practice", "question"]) assert.equal(await handOver(app, id, "amina", "ben"), id);
  assert.equal(await handOver(app, "nowhere", "amina", "ben"), "missing");
});

test("a hand-over that the store had kept when it died is not refused at the second try", async () => {
  const store = new MemoryStore();
  await put(store, "draft", { id: "d1", author: "amina", version: 1, begun_by: "" });
  const twice = { write: async (names, work) => { await store.write(names, work); return store.write(names, work); } };
  const app = { store: twice, locks: new FakeLocks(), clock: fakeClock() };
  assert.equal(await handOver(app, "d1", "amina", "ben"), "");
  assert.deepEqual([(await store.get("draft", "d1")).author, (await store.get("draft", "d1")).begun_by], ["ben", "amina"]);
  assert.equal(await handOver(app, "d1", "amina", "chidi"), "not_yours");
});
