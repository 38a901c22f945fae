import assert from "node:assert/strict";
import test from "node:test";
import { OpenForm } from "../../pwa/js/open_form.mjs";
import { FormSession } from "../../pwa/js/form_session.mjs";
import { MemoryStore, fakeClock, put } from "./fakes.mjs";

const BLANK = {
  number: "", hint: null, required: false, required_when: null, show_when: null, options: [], star: false, themes: [], measures: [], unit: null,
  minimum: null, maximum: null, min_length: null, max_length: null, min_chosen: null, max_chosen: null, exclusive: null, facts_for: null, body: null,
  special: [], rows: null, messages: {},
};
const OPTIONS = ["met", "partly", "not_met"].map((code) => ({ code, label: code, score: code, concern: false, themes: [] }));
const DEFINITION = {
  form: "f", code: "F", version: 1, hash: "h", title: "F", themes: ["CO", "MD"], theme_names: {}, result: { met_from: 90, not_met_below: 60 },
  checks: [], messages: { required: "Answer this question." },
  sections: [{ id: "a", title: "A", hint: null, show_when: null, questions: ["CO", "MD"].map((theme) => (
    { ...BLANK, id: theme.toLowerCase(), kind: "standard", ask: theme, required: true, options: OPTIONS, themes: [theme] })) }],
};
const BODY = {
  unit: "oak", answers: { co: "met", md: "met" }, lowered_to: "not_met", lowered_reason: "It was done too late", recorded_at: "2026-11-21T14:00:00Z",
  bearings: [{ action: "a1", themes: ["CO"], bearing: "contradicts" }, { action: "a2", themes: ["MD"], bearing: "supports" }],
};
const ROW = { record: "r1", version: 1, form_hash: "h", body: JSON.stringify(BODY) };

function tablet(author = "amina") {
  const store = new MemoryStore();
  const forms = { definition: async () => DEFINITION };
  const openForm = new OpenForm({
    store, clock: fakeClock(), author: { current: { id: author } }, forms, reference: { actions: async () => [], timescales: async () => () => ({}) },
  });
  return { store, openForm, forms };
}

test("a correction keeps what its author had lowered, and only that", async () => {
  const { store, openForm } = tablet();
  const draft = await store.get("draft", await openForm.correct(ROW, "the wrong room"));
  assert.deepEqual([draft.version, draft.reason, draft.raw], [2, "the wrong room", BODY.answers]);
  assert.deepEqual([draft.lowered_to, draft.lowered_reason], ["not_met", "It was done too late"]);
  assert.deepEqual(draft.bearings, { a1: "contradicts" });
});

test("a correction does not carry the second person's acceptance: they have not seen it", async () => {
  const { store, openForm, forms } = tablet();
  const people = [{ ...BLANK, id: "lead", kind: "signer", ask: "Lead" }, { ...BLANK, id: "rows", kind: "repeat", ask: "Rows", questions: [{ ...BLANK, id: "by", in_repeat: "rows", kind: "signer", ask: "By" }] }];
  const signed = { ...DEFINITION, hash: "s", sections: [...DEFINITION.sections, { id: "b", title: "B", hint: null, show_when: null, questions: people }] };
  forms.definition = async () => signed;
  const row = { ...ROW, body: JSON.stringify({ ...BODY, answers: { ...BODY.answers, lead: "ben", rows: ["1"], "rows.1.by": "ben" } }) };
  const { raw } = await store.get("draft", await openForm.correct(row, "the wrong room"));
  assert.deepEqual(raw, { ...BODY.answers, rows: ["1"] });
});

test("a correction begun again takes the new reason and keeps its answers, unless it is someone else's", async () => {
  for (const [author, reason] of [["amina", "the second reason"], ["ben", "the first reason"]]) {
    const { store, openForm } = tablet(author);
    await put(store, "draft", { id: "r1", version: 2, author: "amina", reason: "the first reason", raw: { co: "partly" } });
    assert.equal(await openForm.correct(ROW, "the second reason"), "r1");
    const draft = await store.get("draft", "r1");
    assert.deepEqual([draft.reason, draft.raw], [reason, { co: "partly" }]);
  }
});

test("nobody seals another's draft", async () => {
  const seal = FormSession.prototype.seal.bind({ draft: { author: "amina" } });
  await assert.rejects(seal({ author: { id: "ben" } }), /its author/);
  await assert.rejects(seal({ author: null }), /its author/);
});
