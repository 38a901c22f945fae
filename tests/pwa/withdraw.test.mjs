import assert from "node:assert/strict";
import test from "node:test";
import { differences } from "../../pwa/js/difference.mjs";
import { withdraw } from "../../pwa/js/withdraw.mjs";
import { MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

const BODY = { protocol: 1, record: sealedRow(1).record, version: 1, reason: "", tablet: "t1", tablet_seq: 1, answers: { a: "met" }, withdrawn: 0, audit: "" };
const ROW = sealedRow(1, { body: JSON.stringify(BODY), spawned: [{ id: "x" }], form: "f" });

function tablet(author = "amina") {
  const store = new MemoryStore();
  return { store, app: { store, clock: fakeClock(), author: { current: { id: author, name: "Amina" }, sign: async (text) => ({ key: "k", signature: text.length }) }, build: "b1" } };
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
  assert.deepEqual(row.signatures, [{ key: "k", signature: row.body.length }]);
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

test("a difference in a row says which row, and rows that came are not an answer that went", () => {
  const row = (question, text, where = "") => ({ question, number: "", ask: "Who?", text, where });
  const found = differences([{ rows: [row("changed", "None this shift")] }], [{ rows: [row("changed.1.who", "M.T.", "Person 1: M.T."), row("changed.2.who", "A.B.", "Person 2: A.B.")] }]);
  assert.deepEqual(found.map(({ ask, after }) => [ask, after]), [["Person 1: M.T.: Who?", "M.T."], ["Person 2: A.B.: Who?", "A.B."]]);
});

test("two people of the same initials are a difference", () => {
  const rows = (value) => [{ rows: [{ question: "who", number: "", ask: "Who?", text: "M.T., Room 4", where: "", value }] }];
  assert.equal(differences(rows("p1"), rows("p2")).length, 1);
  assert.equal(differences(rows(["p1"]), rows(["p1"])).length, 0);
});
