import assert from "node:assert/strict";
import test from "node:test";
import { assess, bearingsFrom, claims, lowerResults, lowered } from "../../pwa/js/assessment.mjs";
import { newDraft } from "../../pwa/js/drafts.mjs";

const BLANK = {
  number: "", hint: null, required: false, required_when: null, show_when: null, options: [], star: false, themes: [], measures: [], unit: null,
  minimum: null, maximum: null, min_length: null, max_length: null, min_chosen: null, max_chosen: null, exclusive: null, facts_for: null, body: null,
  special: [], rows: null, messages: {},
};
const OPTIONS = [["met", "Yes"], ["partly", "Partly"], ["not_met", "No"], ["not_seen", "Not seen"]].map(([code, label]) => ({
  code, label, score: code === "not_seen" ? "excluded" : code, concern: false, themes: [],
}));
const standard = (id, themes) => ({ ...BLANK, id, kind: "standard", ask: id, required: true, options: OPTIONS, themes });
const DEFINITION = {
  form: "f", code: "F", version: 1, hash: "h", title: "F", themes: ["CO", "MD"], theme_names: {}, result: { met_from: 90, not_met_below: 60 },
  checks: [], messages: { required: "Answer this question." },
  sections: [
    { id: "a", title: "A", hint: null, show_when: null, questions: [standard("asked", ["CO"]), standard("kind", ["MD"])] },
    { id: "b", title: "B", hint: null, show_when: null, questions: [{ ...BLANK, id: "note", kind: "text", ask: "note" }] },
  ],
};
const ACTIONS = [{ id: "a1", title: "Choice", themes: ["CO"] }, { id: "a2", title: "Medicines", themes: ["MD"] }];

function assessed(raw, extra = {}) {
  const draft = { ...newDraft({ id: "d", author: "amina", form: { form: "f", hash: "h", code: "F", title: "F" }, unit: "", wall: 0, raw }), ...extra };
  return assess(DEFINITION, draft, ACTIONS, "2026-11-21T14:00:00Z");
}

test("what is missing is counted by question and by section", () => {
  const { left, errors, sections } = assessed({ asked: "met", note: "" });
  assert.equal(left, 1);
  assert.deepEqual(errors.map((finding) => finding.question), ["kind"]);
  assert.deepEqual(sections.find((section) => section.section === "a"), { section: "a", required: 2, answered: 1, missing: ["kind"] });
});

test("each linked action gets its own bearing from the answers on its themes", () => {
  const { bearings } = assessed({ asked: "met", kind: "not_met" });
  assert.deepEqual(bearings.map(({ proposed }) => proposed), ["supports", "contradicts"]);
});

test("a bearing may be lowered and never raised", () => {
  const { bearings } = assessed({ asked: "met", kind: "not_met" }, { bearings: { a1: "inconclusive", a2: "supports" } });
  assert.deepEqual(bearings.map(({ bearing }) => bearing), ["inconclusive", "contradicts"]);
  assert.deepEqual(bearingsFrom("inconclusive"), ["inconclusive", "contradicts"]);
});

test("a lowering that the answers have overtaken no longer counts", () => {
  const raised = assessed({ asked: "met", kind: "met" }, { lowered_to: "partly" });
  assert.deepEqual([raised.computed, raised.result], ["met", "partly"]);
  const sunk = assessed({ asked: "not_met", kind: "not_met" }, { lowered_to: "partly" });
  assert.deepEqual([sunk.computed, sunk.result], ["not_met", "not_met"]);
  assert.equal(lowered("not_met", "partly"), "");
  assert.deepEqual(lowerResults("met"), ["partly", "not_met"]);
  assert.deepEqual(lowerResults("not_scored"), []);
});

test("the body's claims carry the themes as the tablet knew them", () => {
  assert.deepEqual(claims(assessed({ asked: "met", kind: "met" })), [
    { action: "a1", themes: ["CO"], bearing: "supports" }, { action: "a2", themes: ["MD"], bearing: "supports" },
  ]);
});

test("blank and unreadable input is not sealed", () => {
  assert.deepEqual(assessed({ asked: "met", kind: "", note: "   " }).answers, { asked: "met" });
});
