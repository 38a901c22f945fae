import assert from "node:assert/strict";
import test from "node:test";
import { alertWords, concernFromForm, raisedBy, toldByVoice, whatHappened } from "../../pwa/js/concern.mjs";
import { sealedRow } from "./fakes.mjs";

const NO = [{ code: "not_met", label: "No", concern: true }];
const FORM = {
  concern: { person: "changed_person" },
  sections: [{ id: "a", questions: [
    { id: "kind", kind: "standard", ask: "Spoken to kindly", options: NO }, { id: "kind_facts", kind: "text", facts_for: "kind" },
    { id: "changed", kind: "repeat", questions: [
      { id: "changed_person", kind: "person", in_repeat: "changed" }, { id: "told", in_repeat: "changed", kind: "choice", ask: "Senior told?", options: NO }, { id: "told_facts", kind: "text", facts_for: "told" }] },
  ] }],
};

test("a concern takes the words of the question, the answer and its facts", () => {
  const from = raisedBy(FORM, { kind: "not_met", kind_facts: "He was shouted at." }, ["kind"], "r1");
  assert.deepEqual(from, { cause: "r1/concern", person: "", saw: "Spoken to kindly: No. He was shouted at." });
});

test("a concern in a row is about the person of that row", () => {
  const answers = { "changed.2.changed_person": "p2", "changed.2.told": "not_met", "changed.2.told_facts": "Nobody was." };
  const from = raisedBy(FORM, answers, ["changed.2.told"], "r1");
  assert.deepEqual([from.person, from.saw], ["p2", "Senior told?: No. Nobody was."]);
});

test("a practice form hands nothing made up to a real concern", () => {
  const assessment = { answers: { kind: "not_met" }, concerns: ["kind"] };
  const draft = { id: "r1", unit: "elm", practice: true };
  assert.deepEqual(concernFromForm({ definition: FORM, draft, assessment }, "/tablet/form/r1"), { returns_to: "/tablet/form/r1" });
  assert.equal(concernFromForm({ definition: FORM, draft: { ...draft, practice: false }, assessment }, "/tablet/form/r1").cause, "r1/concern");
});

test("the on-call list stays until somebody was told by voice, and when", () => {
  assert.equal(toldByVoice({ answers: {}, errors: [] }), false);
  assert.equal(toldByVoice({ answers: { told_by_voice: "no_one_yet" }, errors: [] }), false);
  assert.equal(toldByVoice({ answers: { told_by_voice: "senior" }, errors: [{ question: "told_at" }] }), false);
  assert.equal(toldByVoice({ answers: { told_by_voice: "senior", told_at: "2026-11-21T14:00:00Z" }, errors: [{ question: "what" }] }), true);
});

test("a saved concern says what has happened and what has not", () => {
  const waiting = whatHappened(sealedRow(5)).join(" ");
  assert.match(waiting, /not sent yet.*alerted nobody/);
  const receipt = { status: "stored", received_at: "2026-11-21T14:07:00Z", seq: 7 };
  const sent = whatHappened(sealedRow(5, { receipt })).join(" ");
  assert.match(sent, /Received 14:07.*every manager who is signed in.*does not ring anyone/);
  assert.match(whatHappened(sealedRow(5, { receipt, restricted: 1 })).join(" "), /Only the nominated individual/);
});

test("a shared space is no person: the concern form could not be saved with it", () => {
  const form = { concern: { person: "person" }, sections: [{ id: "a", questions: [{ id: "person", kind: "person", special: [{ code: "communal", label: "A shared space" }] }, { id: "kind", kind: "standard", ask: "Kind", options: NO }] }] };
  assert.equal(raisedBy(form, { person: "communal", kind: "not_met" }, ["kind"], "r1").person, "");
  assert.equal(raisedBy(form, { person: "p1", kind: "not_met" }, ["kind"], "r1").person, "p1");
});

test("a concern that clashes with another record is not said to show on any manager's page", () => {
  const receipt = { status: "conflict", received_at: "2026-11-21T14:07:00Z", seq: 7 };
  assert.doesNotMatch(whatHappened(sealedRow(5, { receipt })).join(" "), /every manager/);
});

test("who raises a concern about a manager is not told that managers will see it", () => {
  assert.match(alertWords(false, false), /managers see it/);
  assert.match(alertWords(false, true), /only the nominated individual sees it/);
  assert.doesNotMatch(alertWords(false, true), /managers see/);
  assert.match(alertWords(true, true), /Nobody has been alerted/);
});
