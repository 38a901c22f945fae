import assert from "node:assert/strict";
import test from "node:test";
import { differences } from "../../pwa/js/difference.mjs";
import { withdraw } from "../../pwa/js/withdraw.mjs";
import { MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

const BODY = { protocol: 1, record: sealedRow(1).record, version: 1, reason: "", tablet: "t1", tablet_seq: 1, answers: { a: "met" }, withdrawn: 0, audit: "" };
const ROW = sealedRow(1, { body: JSON.stringify(BODY), spawned: [{ id: "x" }], form: "f" });

function tablet(author = "amina") {
  const store = new MemoryStore();
  return { store, app: { store, clock: fakeClock(), author: { current: { id: author, name: "Amina" } }, build: "b1" } };
}

test("withdrawing seals a version with the same answers and the reason, that causes nothing", async () => {
  const { store, app } = tablet();
  await put(store, "meta", { key: "tablet", value: { id: "t2" } }, { key: "chain", value: { seq: 5, sha256: "a".repeat(64) } });
  await put(store, "record", ROW);
  const { row, problem } = await withdraw(app, ROW, "The wrong person");
  const body = JSON.parse(row.body);
  assert.equal(problem, "");
  assert.deepEqual([body.version, body.withdrawn, body.reason, body.answers, body.tablet, body.tablet_seq], [2, 1, "The wrong person", { a: "met" }, "t2", 6]);
  assert.deepEqual([row.withdrawn, row.spawned, row.waiting], [1, [], 6]);
  assert.equal((await store.get("record", [ROW.record, 1])).body, ROW.body);
});

test("only its author withdraws a record, once, and not over a correction under way", async () => {
  const { store, app } = tablet();
  assert.equal((await withdraw(tablet("ben").app, ROW, "why not")).problem, "not_yours");
  assert.equal((await withdraw(app, { ...ROW, withdrawn: 1 }, "twice over")).problem, "withdrawn");
  await put(store, "draft", { id: ROW.record, version: 2 });
  assert.equal((await withdraw(app, ROW, "the wrong room")).problem, "being_corrected");
  assert.ok(await store.get("draft", ROW.record));
});

test("a difference names each question whose answer is not what it was", () => {
  const section = (...rows) => [{ rows: rows.map(([question, text]) => ({ question, number: "", ask: question, text })) }];
  const found = differences(section(["a", "Yes"], ["b", "12"], ["gone", "x"]), section(["a", "Yes"], ["b", "13"], ["new", "y"]));
  assert.deepEqual(found.map(({ question, before, after }) => [question, before, after]), [["b", "12", "13"], ["new", "", "y"], ["gone", "x", ""]]);
});
