import assert from "node:assert/strict";
import test from "node:test";
import { dueItems, dueWords, readDue } from "../../pwa/js/due.mjs";
import { Pull, SETTLED } from "../../pwa/js/pull.mjs";
import { Reference } from "../../pwa/js/reference.mjs";
import { MemoryStore, answer, fakeClock, put, sealedRow } from "./fakes.mjs";

const NOW = Date.parse("2026-11-21T14:05:00Z");
const RECEIPT = { status: "stored", received_at: "2026-11-21T14:00:00Z", seq: 7 };

function item(id, extra = {}) {
  return { id, form: "family_contact", why: "It is due", who: "floor", staff: "", unit: "", person: "", due_at: "2026-11-21T15:00:00Z", answers: {}, source: "", says: "", ...extra };
}

function spawnedItem(record, extra = {}) {
  return { id: `${record}/family`, spawn: "family", row: "", form: "family_contact", why: "Someone fell", who: "floor", due_at: "2026-11-21T16:05:00Z", answers: { person: "p1" }, ...extra };
}

function list(known) {
  return dueItems({ feed: [], gone: new Set(), records: [], drafts: [], author: "amina", now: NOW, answeredAt: "2026-11-21T13:00:00Z", ...known });
}

test("an item is late, due now, later today or coming up, the most pressing first", () => {
  const times = { late: "2026-11-21T14:04:59Z", now: "2026-11-21T16:05:00Z", later: "2026-11-21T20:00:00Z", coming: "2026-11-22T09:00:00Z" };
  const feed = Object.entries(times).map(([id, due_at]) => item(id, { due_at })).reverse();
  assert.deepEqual(list({ feed }).map(({ id, state }) => [id, state]), Object.keys(times).map((state) => [state, state]));
});

test("what a record of this tablet causes is due at once, before the server has heard of it", () => {
  const row = sealedRow(1, { unit: "oak", spawned: [spawnedItem("r1")] });
  const [found] = list({ records: [row] });
  assert.deepEqual([found.id, found.state, found.person, found.source, found.unit], ["r1/family", "now", "p1", row.record, "oak"]);
});

test("an item the server and a record here both name stands once, in the server's words", () => {
  const row = sealedRow(1, { spawned: [spawnedItem("r1")] });
  const found = list({ records: [row], feed: [item("r1/family", { why: "The server's words" })] });
  assert.deepEqual(found.map(({ id, why }) => [id, why]), [["r1/family", "The server's words"]]);
});

test("an item settled here shows as done until the server takes it back", () => {
  const settling = sealedRow(2, { spawned_by: "x", form: "family_contact" });
  const [found] = list({ feed: [item("x")], records: [settling] });
  assert.equal(found.state, "done");
  assert.equal(dueWords(found, NOW), "Done 14:02, not yet sent");
  const [told] = list({ feed: [item("x")], records: [{ ...settling, form: "not_needed", receipt: RECEIPT }] });
  assert.equal(dueWords(told, NOW), "Not needed 14:02");
});

test("of many records for one item the first settles it", () => {
  const records = [3, 2].map((seq) => sealedRow(seq, { spawned_by: "x", form: "family_contact" }));
  assert.equal(list({ feed: [item("x")], records })[0].settled.tablet_seq, 2);
});

test("a withdrawn record causes nothing and settles nothing", () => {
  const first = sealedRow(1, { spawned: [spawnedItem("r1")], spawned_by: "x" });
  const withdrawn = { ...first, version: 2, withdrawn: 1, spawned: [] };
  assert.deepEqual(list({ feed: [item("x")], records: [first, withdrawn] }).map(({ id, state }) => [id, state]), [["x", "now"]]);
});

test("a correction that no longer causes an item takes it away", () => {
  const first = sealedRow(1, { spawned: [spawnedItem("r1")] });
  assert.deepEqual(list({ records: [first, { ...first, version: 2, spawned: [] }] }), []);
});

test("once the server had a pull's time to answer, its list alone counts", () => {
  const row = sealedRow(1, { spawned: [spawnedItem("r1")], receipt: RECEIPT });
  assert.equal(list({ records: [row], answeredAt: "2026-11-21T14:00:00Z" }).length, 1);
  assert.deepEqual(list({ records: [row], answeredAt: "2026-11-21T14:00:01Z" }), []);
  const held = { ...row, receipt: { ...RECEIPT, status: "held" } };
  assert.equal(list({ records: [held], answeredAt: "2026-11-21T14:00:01Z" }).length, 1);
  assert.deepEqual(list({ records: [held], gone: new Set(["r1/family"]) }), []);
});

test("an item for one person shows to that person only", () => {
  const feed = [item("x", { staff: "ben" })];
  assert.deepEqual(list({ feed }), []);
  assert.equal(list({ feed, author: "ben" }).length, 1);
});

test("a draft begun for an item is found, a practice draft is not", () => {
  const drafts = [{ id: "d0", spawned_by: "x", practice: true }, { id: "d1", spawned_by: "x", author: "ben" }];
  assert.equal(list({ feed: [item("x")], drafts })[0].draft.id, "d1");
});

test("times are said in words", () => {
  assert.equal(dueWords({ state: "late", due_at: "2026-11-21T12:05:00Z" }, NOW), "Late by 2 h, was due 12:05");
  assert.equal(dueWords({ state: "now", due_at: "2026-11-21T15:00:00Z" }, NOW), "Due 15:00");
  assert.equal(dueWords({ state: "coming", due_at: "2026-11-22T09:00:00Z" }, NOW), "Due Sun 22 Nov, 09:00");
});

test("an item the server took back is not asked for again by the record that caused it", async () => {
  const store = new MemoryStore();
  const clock = fakeClock();
  const row = sealedRow(1, { spawned: [spawnedItem("PLACEHOLDER")] });
  row.spawned[0].id = `${row.record}/family`;
  await put(store, "record", row);
  const app = { store, reference: new Reference(store), clock, author: { current: { id: "amina" } } };
  assert.equal((await readDue(app)).length, 1);
  const changes = [`${row.record}/family`, "another/family"].map((id) => ({ kind: "due", id, deleted: 1, body: {} }));
  const tablets = [{ id: "t2", name: "Elm", heard_at: "", waiting: 0, oldest: "" }];
  const feed = answer(200, { changes, cursor: "c1", more: 0, epoch: "e", server_time_ms: 1, tablets });
  await new Pull({ store, fetch: async () => feed, clock }).pass();
  assert.deepEqual(await readDue(app), []);
  assert.deepEqual((await app.reference.of(SETTLED)).map((each) => each.id), [`${row.record}/family`]);
  assert.deepEqual(await app.reference.tablets(), tablets);
});

test("a tablet clock put back does not drop what a record causes before the server has answered for it", async () => {
  const store = new MemoryStore();
  const clock = fakeClock();
  const server = Date.parse("2026-11-21T13:00:00Z"); // the tablet's clock is an hour ahead of it
  const feed = answer(200, { changes: [], cursor: "c1", more: 0, epoch: "e", server_time_ms: server });
  await new Pull({ store, fetch: async () => feed, clock }).pass();
  const receipt = { ...RECEIPT, received_at: "2026-11-21T13:01:00Z" };
  await put(store, "record", sealedRow(1, { spawned: [spawnedItem("r1")], receipt, delivered_at: "2026-11-21T13:01:00Z" }));
  const app = { store, reference: new Reference(store), clock, author: { current: { id: "amina" } } };
  assert.equal((await readDue(app)).length, 1);
});

test("one item whose time cannot be read does not take the list away", () => {
  const found = list({ feed: [item("x", { due_at: "soon" }), item("y")] });
  assert.deepEqual(found.map(({ id, state }) => [id, state]).sort(), [["x", "now"], ["y", "now"]]);
});

test("what the server still asks for by a record that is withdrawn here is not asked for", () => {
  const first = sealedRow(1, { spawned: [spawnedItem("r1")], receipt: RECEIPT });
  const feed = [item(`${first.record}/family`)];
  assert.deepEqual(list({ feed, records: [first, { ...first, version: 2, withdrawn: 1, spawned: [], receipt: null }] }), []);
});

test("what the server still asks for, having heard of the record made for it, is due and not done", () => {
  const settling = sealedRow(2, { spawned_by: "x", receipt: RECEIPT });
  assert.equal(list({ feed: [item("x")], records: [settling], answeredAt: "2026-11-21T14:00:00Z" })[0].state, "done");
  assert.equal(list({ feed: [item("x")], records: [settling], answeredAt: "2026-11-21T14:00:01Z" })[0].state, "now");
});

test("what comes round is done by a record made for nothing in particular, the latest round only, in its unit", () => {
  const round = (day, unit = "") => item(`schedule/handover/${unit}/${day}`, { form: "handover_check", opened_at: `2026-11-${day}T06:00:00Z`, unit });
  const feed = [round("20"), round("21"), round("21", "elm"), round("22")];
  const row = sealedRow(3, { form: "handover_check", happened_at: "2026-11-21T06:45:00Z", unit: "oak" });
  const done = (records) => list({ feed, records }).filter(({ state }) => state === "done").map(({ id }) => id);
  assert.deepEqual(done([row]), ["schedule/handover//21"]);
  assert.deepEqual(done([{ ...row, spawned_by: "r1/other" }]), []);
  assert.deepEqual(done([{ ...row, form: "family_contact" }]), []);
});
