import assert from "node:assert/strict";
import test from "node:test";
import { stepped } from "../../pwa/js/acts.mjs";
import { assess } from "../../pwa/js/assessment.mjs";
import { newDraft } from "../../pwa/js/drafts.mjs";
import { durationWords } from "../../pwa/js/durations.mjs";
import { unbundled } from "../../pwa/js/forms.mjs";
import { answeredSections, askedAt, rawFrom } from "../../pwa/js/readback.mjs";
import { textOf } from "../../pwa/js/read_aloud.mjs";
import { nextRow, rowNames, saysNone } from "../../pwa/js/rows.mjs";
import { wordDefinition } from "../../pwa/js/words_of_service.mjs";

const CHANGED = {
  id: "changed", kind: "repeat", ask: "Who changed?", row_title: "Person", none: "None this shift",
  questions: [
    { id: "person", kind: "person", ask: "Who?", required: true, special: [{ code: "communal", label: "No one person" }] },
    { id: "noticed", kind: "instant", ask: "Noticed?" }, { id: "told", kind: "instant", ask: "Told?" },
    { id: "took", kind: "duration", ask: "Took", from: "noticed", to: "told" },
    { id: "in_time", kind: "worked_out", ask: "In time?", options: [
      { code: "yes", label: "In time", score: "met", when: ["<=", ["answer", "took"], ["timescale", "urgent"]] },
      { code: "late", label: "Late", score: "partly", when: ["answered", "took"] },
    ] },
  ],
};
for (const question of CHANGED.questions) question.in_repeat = "changed";
const LATE = { id: "late", kind: "counts", ask: "How often late?", required: true, items: [{ code: "meals", label: "Meals" }, { code: "bells", label: "Bells" }] };
const PICK = { id: "message", kind: "pick", list: "learning_message", ask: "Which message?", special: [{ code: "none_due", label: "None due" }] };
const DEFINITION = {
  form: "f", code: "F", version: 1, hash: "h", title: "F", themes: ["DE"], theme_names: {}, result: { met_from: 90, not_met_below: 60 },
  timescales: { urgent: 60 }, checks: [], messages: { required: "Answer this question." },
  sections: [{ id: "s", title: "S", questions: [CHANGED, LATE, PICK] }],
};
const RAW = {
  changed: ["1", "3"], "changed.1.person": "p1", "changed.1.noticed": "2026-11-21T12:00:00Z", "changed.1.told": "2026-11-21T13:25:00Z",
  "changed.3.person": "communal", "late.meals": "2", "late.bells": "0", message: "m1",
};
const NAMES = new Map([["p1", "M.T., Room 12"], ["m1", "Check the chart first"]]);

function assessed(raw, timescales) {
  const draft = newDraft({ id: "d", author: "amina", form: { form: "f", hash: "h", code: "F", title: "F" }, unit: "", wall: 0, raw });
  return assess(DEFINITION, draft, [], "2026-11-21T14:00:00Z", timescales);
}

test("a new row takes a name that no row of the draft ever had", () => {
  assert.equal(nextRow({}, "changed"), "1");
  assert.equal(nextRow({ changed: ["1", "2"] }, "changed"), "3");
  assert.equal(nextRow({ changed: ["1"], "changed.4.person": "p1", "changedly.9.x": "" }, "changed"), "5");
  assert.equal(nextRow({ changed: ["none"] }, "changed"), "1");
  assert.equal(nextRow({ changed: ["control_hoist"] }, "changed"), "1");
});

test("none is no row", () => {
  assert.deepEqual([rowNames(undefined), rowNames(""), rowNames(["none"]), rowNames(["1", "2"])], [[], [], [], ["1", "2"]]);
  assert.deepEqual([saysNone(["none"]), saysNone(["1"]), saysNone(undefined)], [true, false, false]);
});

test("one more and one less begin at nought and never go below it", () => {
  assert.deepEqual([stepped("", 1), stepped("", -1), stepped("4", 1), stepped("1", -1), stepped("0", -1), stepped("x", 1)], ["1", "0", "5", "0", "0", "1"]);
});

test("minutes are said as a person says them", () => {
  const said = [0, 5, 59, 60, 85, 120, 2879, 2880, 3065, -5, -90].map(durationWords);
  assert.deepEqual(said, ["0 min", "5 min", "59 min", "1 h", "1 h 25 min", "2 h", "47 h 59 min", "2 days", "2 days 3 h 5 min", "minus 5 min", "minus 1 h 30 min"]);
});

test("what a row works out follows the timescales in force", () => {
  assert.equal(assessed(RAW).answers["changed.1.in_time"], "late");
  assert.equal(assessed(RAW, { urgent: 90 }).answers["changed.1.in_time"], "yes");
  assert.equal(assessed(RAW).answers["changed.1.took"], 85);
  assert.deepEqual(assessed(RAW).context, { recorded_at: "2026-11-21T14:00:00Z", themes: [], timescales: {}, author: "amina" });
});

test("a row that was taken away is not sealed, and neither is one never listed", () => {
  const { answers } = assessed({ ...RAW, changed: ["3"] });
  assert.deepEqual(answers.changed, ["3"]);
  assert.ok(!("changed.1.person" in answers));
});

test("rows are read back under their names, cells under their grid, and picks by title", () => {
  const [section] = answeredSections(DEFINITION, assessed(RAW).answers, NAMES);
  assert.deepEqual(section.rows.map(({ heading, where, ask, text }) => [heading, where, ask, text]), [
    ["Person 1: M.T., Room 12", "Person 1: M.T., Room 12", "Who?", "M.T., Room 12"],
    ["", "Person 1: M.T., Room 12", "Noticed?", "Sat 21 Nov, 12:00"],
    ["", "Person 1: M.T., Room 12", "Told?", "Sat 21 Nov, 13:25"],
    ["", "Person 1: M.T., Room 12", "Took", "1 h 25 min"],
    ["", "Person 1: M.T., Room 12", "In time?", "Late"],
    ["Person 2: No one person", "Person 2: No one person", "Who?", "No one person"],
    ["How often late?", "How often late?", "Meals", "2"],
    ["", "How often late?", "Bells", "0"],
    ["", "", "Which message?", "Check the chart first"],
  ]);
  assert.equal(section.rows[4].score, "partly");
});

test("a repeat without rows says so in its own words", () => {
  const [section] = answeredSections(DEFINITION, { changed: ["none"] }, NAMES);
  assert.deepEqual(section.rows.map((row) => [row.question, row.text]), [["changed", "None this shift"]]);
});

test("a finding in a row says which", () => {
  assert.deepEqual(askedAt(DEFINITION, "changed.3.person", RAW), { number: "", ask: "Who?", where: "Person 2" });
  assert.deepEqual(askedAt(DEFINITION, "late.bells", RAW), { number: "", ask: "Bells", where: "How often late?" });
  assert.deepEqual(askedAt(DEFINITION, "changed", RAW), { number: "", ask: "Who changed?", where: "" });
});

test("sealed rows can be typed again", () => {
  assert.deepEqual(rawFrom({ changed: ["1"], "changed.1.took": 85 }), { changed: ["1"], "changed.1.took": "85" });
  const again = assessed(rawFrom(assessed(RAW).answers));
  assert.deepEqual(again.answers, assessed(RAW).answers);
});

test("the service's words stand in what people read and nowhere else", () => {
  const form = { id: "{person}", title: "{Person}s", messages: { required: "{person}" }, sections: [{ hint: null, questions: [{ ask: "Which {people}?", options: [{ code: "a", label: "A {place}" }] }] }] };
  const words = { person: "tenant", people: "tenants", place: "flat" };
  assert.deepEqual(wordDefinition(form, words), {
    id: "{person}", title: "Tenants", messages: { required: "{person}" }, sections: [{ hint: null, questions: [{ ask: "Which tenants?", options: [{ code: "a", label: "A flat" }] }] }],
  });
});

test("forms that share lines come apart whole", () => {
  const forms = unbundled('{"aa":[[0,1,2],[3]],"bb":[[0,2],[3,4]]}\n{"a":\n1,"b":\n2}\n<form>\n</form>');
  assert.deepEqual([forms.get("aa").json(), forms.get("aa").html()], ['{"a":1,"b":2}', "<form>"]);
  assert.deepEqual([forms.get("bb").json(), forms.get("bb").html()], ['{"a":2}', "<form></form>"]);
});

test("what is read aloud is the question and each answer", () => {
  const words = (text) => ({ textContent: text });
  const holder = { querySelector: () => words("Do you feel safe? "), querySelectorAll: () => [words("Yes"), words(" Mostly ")] };
  assert.equal(textOf(holder), "Do you feel safe?. Yes. Mostly.");
});
