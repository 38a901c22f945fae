import assert from "node:assert/strict";
import test from "node:test";
import { auditProgress, begin, beginConcern, beginDue, beginNextSample } from "../../pwa/js/begin.mjs";
import { startingInputs } from "../../pwa/js/prefill.mjs";
import { MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

const WALL = Date.parse("2026-11-21T14:05:09Z");
const SAMPLE = {
  form: "sample", code: "F7", version: 1, hash: "h-sample", title: "Sample", sampling: { carry: ["scope"], planned: "planned" },
  sections: [{ id: "a", title: "A", questions: [
    { id: "scope", kind: "text" }, { id: "planned", kind: "integer" }, { id: "record_ref", kind: "text" },
    { id: "lead", kind: "choice", default: "leading" }, { id: "reader", kind: "text", remember: true },
    { id: "controls", kind: "repeat", rows_from: "control", questions: [{ id: "holds", kind: "yes_no", default: "yes" }] },
  ] }],
};
const CONCERN = { form: "immediate_concern", code: "F12", version: 1, hash: "h-concern", title: "Immediate concern", sections: [{ id: "a", title: "A", questions: [
  { id: "what", kind: "choice" }, { id: "person", kind: "person" }, { id: "what_you_saw", kind: "text", max_length: 12 }] }] };
const FORMS = { "h-sample": SAMPLE, "h-concern": CONCERN };

function tablet(author = "amina") {
  const store = new MemoryStore();
  const lists = { control: [{ id: "control_hoist", label: "Hoist" }, { id: "control_rail", label: "Rail" }] };
  const reference = {
    form: async (id) => Object.values(FORMS).map(({ hash, form }) => ({ id: form, hash })).find((form) => form.id === id), list: async (name) => lists[name] ?? [],
  };
  const app = { store, clock: fakeClock(), author: { current: { id: author } }, live: { tablet: { unit: "oak" } }, reference, forms: { definition: async (hash) => FORMS[hash] } };
  return { app, store, draft: (id) => store.get("draft", id) };
}

test("a draft starts with the time, the shift, the form's defaults and a row for each thing on a list", async () => {
  const { app, draft } = tablet();
  const made = await draft(await begin(app, "h-sample"));
  assert.deepEqual(made.raw, {
    happened_at: "2026-11-21T14:05:00Z", shift: "late", lead: "leading", controls: ["control_hoist", "control_rail"], "controls.control_hoist.holds": "yes", "controls.control_rail.holds": "yes",
  });
  assert.deepEqual([made.author, made.unit, made.spawned_by, made.practice], ["amina", "oak", "", false]);
  assert.match(made.audit, /^[0-9a-f-]{36}$/);
});

test("same as last time: the author's own last record of the form, and of it only what is to be remembered", async () => {
  const { app, store, draft } = tablet();
  const rows = [["amina", "first", 1], ["amina", "second", 2], ["ben", "third", 3]].map(([author, reader, seq]) => (
    sealedRow(seq, { form: "sample", author, body: JSON.stringify({ answers: { reader, record_ref: "not carried" } }) })));
  await put(store, "record", ...rows, sealedRow(9, { form: "other", author: "amina", body: JSON.stringify({ answers: { reader: "other form" } }) }));
  const { raw } = await draft(await begin(app, "h-sample"));
  assert.deepEqual([raw.reader, raw.record_ref], ["second", undefined]);
});

test("given answers win over what is remembered and over defaults, and what the form does not ask is left out", () => {
  const raw = startingInputs(SAMPLE, { wall: WALL, remembered: { reader: "last" }, carried: { reader: "given", planned: 10, unknown: "x" }, raw: { lead: "checking" } });
  assert.deepEqual([raw.reader, raw.planned, raw.lead, raw.unknown], ["given", "10", "checking", undefined]);
});

test("a due item opens as a draft with its answers and its name, and a second time as the same draft", async () => {
  const { app, draft } = tablet();
  const item = { id: "r1/s", form: "sample", unit: "elm", says: "Which sling?", answers: { scope: "night", planned: 3 } };
  const { id } = await beginDue(app, item);
  const made = await draft(id);
  assert.deepEqual([made.spawned_by, made.unit, made.says, made.raw.scope, made.raw.planned], ["r1/s", "elm", "Which sling?", "night", "3"]);
  assert.deepEqual(await beginDue(app, item), { id, other: "" });
  app.author.current = { id: "ben" };
  assert.deepEqual(await beginDue(app, item), { id: "", other: "amina" });
});

test("what is not needed is said with the item's name and without its answers", async () => {
  const { app, draft } = tablet();
  const { id } = await beginDue(app, { id: "r1/s", form: "elsewhere", answers: { scope: "night" } }, "sample");
  const made = await draft(id);
  assert.deepEqual([made.form, made.spawned_by, made.raw.scope], ["sample", "r1/s", undefined]);
});

test("the next sample is of the same audit, with what the form carries, and the count says where it stands", async () => {
  const { app, store, draft } = tablet();
  const answers = { scope: "night", planned: 3, record_ref: "A-1" };
  const rows = [1, 2].map((seq) => sealedRow(seq, { form: "sample", form_hash: "h-sample", audit: "a1", body: JSON.stringify({ unit: "elm", answers }) }));
  await put(store, "record", ...rows, { ...sealedRow(3, rows[0]), record: "gone", withdrawn: 1 });
  assert.deepEqual(await auditProgress(app, rows[1]), { done: 2, planned: 3 });
  assert.equal(await auditProgress(app, { ...rows[1], audit: "" }), null);
  const made = await draft(await beginNextSample(app, rows[1]));
  assert.deepEqual([made.audit, made.unit, made.raw.scope, made.raw.record_ref, made.raw.planned], ["a1", "elm", "night", undefined, undefined]);
});

test("a concern raised from a form starts with its person and facts, and is begun once for one cause", async () => {
  const { app, draft } = tablet();
  const from = { cause: "r1/concern", person: "p1", saw: "A very long sentence", unit: "elm", returns_to: "/tablet/form/r1" };
  const id = await beginConcern(app, from);
  const made = await draft(id);
  assert.deepEqual([made.spawned_by, made.returns_to, made.unit, made.raw.person, made.raw.what_you_saw], ["r1/concern", "/tablet/form/r1", "elm", "p1", "A very long…"]);
  assert.equal(await beginConcern(app, from), id);
  assert.notEqual(await beginConcern(app, {}), id);
});

test("a form that is not on the tablet begins nothing", async () => {
  const { app, store } = tablet();
  await assert.rejects(beginDue(app, { id: "x", form: "nowhere", answers: {} }), { name: "FormMissing" });
  assert.equal(await store.count("draft"), 0);
});

test("a concern is never the draft that says it is not needed, though both are for one cause", async () => {
  const { app, store } = tablet();
  await put(store, "draft", { id: "d1", spawned_by: "r1/concern", form: "not_needed", author: "amina" });
  assert.notEqual(await beginConcern(app, { cause: "r1/concern" }), "d1");
});

test("a draft is of the one who began it, with what they remembered, whoever takes the tablet meanwhile", async () => {
  const { app, store, draft } = tablet();
  await put(store, "record", sealedRow(1, { form: "sample", author: "amina", body: JSON.stringify({ answers: { reader: "hers" } }) }));
  app.reference.list = async () => { app.author.current = { id: "ben" }; return []; };
  const made = await draft(await begin(app, "h-sample"));
  assert.deepEqual([made.author, made.raw.reader], ["amina", "hers"]);
});
