import assert from "node:assert/strict";
import test from "node:test";
import { handover, handoverInputs } from "../../pwa/js/handover.mjs";
import { sealedRow } from "./fakes.mjs";

const NOW = Date.parse("2026-11-21T14:05:00Z"); // the day shift, from 07:00, has just ended
const DEFINITION = { sections: [{ questions: [
  { id: "changed", kind: "repeat", questions: [{ id: "changed_person" }, { id: "changed_what" }] }, { id: "without_sight_of", kind: "text" }] }] };

function known(extra = {}) {
  return handover({ records: [], recent: [], tablets: [], pulledAt: "2026-11-21T14:00:00Z", now: NOW, reached: true, ...extra });
}

function own(seq, happened_at, extra = {}) {
  return sealedRow(seq, { form: "senior_oversight", title: "Senior oversight", person: "p1", happened_at, ...extra });
}

test("it lists what the shift recorded, here and elsewhere, each record once and in order", () => {
  const records = [own(1, "2026-11-21T06:59:00Z", { sealed_at: "2026-11-21T06:59:30Z" }), own(2, "2026-11-21T13:00:00Z"), own(3, "2026-11-21T09:00:00Z"), own(4, "2026-11-21T07:00:00Z", { form: "handover_check" })];
  const elsewhere = { record: "r9", form: "incident_record", title: "Incident", person: "p2", happened_at: "2026-11-21T08:00:00Z", concern: 1 };
  const recent = [elsewhere, { ...elsewhere, record: records[1].record }];
  const found = known({ records, recent });
  assert.deepEqual(found.records.map(({ record, here }) => [record.slice(-2), here]), [["r9", false], ["03", true], ["02", true]]);
  assert.equal(found.since, "2026-11-21T07:00:00Z");
});

test("a concern about a manager and a withdrawn record are not on it", () => {
  const records = [own(1, "2026-11-21T09:00:00Z", { restricted: 1 }), own(2, "2026-11-21T09:00:00Z", { withdrawn: 1 })];
  assert.deepEqual(known({ records }).records, []);
});

test("a tablet that still held records, or was not heard from this shift, is named", () => {
  const tablets = [
    { id: "t1", name: "Elm", heard_at: "2026-11-21T13:40:00Z", waiting: 2, oldest: "2026-11-21T13:10:00Z" },
    { id: "t2", name: "Ash", heard_at: "2026-11-21T05:00:00Z", waiting: 0, oldest: "" },
    { id: "t3", name: "Fir", heard_at: "2026-11-21T14:00:00Z", waiting: 0, oldest: "" }, { id: "t4", name: "Yew", heard_at: "" }];
  const found = known({ tablets });
  assert.deepEqual(found.tablets.map(({ open }) => open), [true, true, false, true]);
  assert.equal(found.tablets[0].words, "2 records waiting, oldest 13:10. Last heard from 25 min ago, 13:40.");
  assert.equal(found.without, "Elm (2 waiting, last heard 13:40); Ash (last heard 05:00); Yew (never heard from)");
});

test("without a network it says from when on nothing is known", () => {
  assert.equal(known({ reached: false }).without, "anything sent after 14:00, as there was no network");
  assert.equal(known({ reached: false, pulledAt: "" }).without, "every other tablet, as there was no network");
  assert.equal(known().without, "");
});

test("the form starts with a row for each person of whom a change was recorded, and puts no words into it", () => {
  const records = [own(1, "2026-11-21T09:00:00Z"), own(2, "2026-11-21T10:30:00Z"), own(3, "2026-11-21T11:00:00Z", { person: "p2", form: "practice_observation", concerns: 1, title: "Observation" }),
    own(4, "2026-11-21T12:00:00Z", { person: "p3", form: "practice_observation" }), own(5, "2026-11-21T12:00:00Z", { person: "communal" }), own(6, "2026-11-21T12:00:00Z", { person: "nobody", form: "incident_record" })];
  assert.deepEqual(handoverInputs(DEFINITION, known({ records, reached: false })), {
    changed: ["1", "2"], "changed.1.changed_person": "p1", "changed.2.changed_person": "p2", without_sight_of: "anything sent after 14:00, as there was no network",
  });
  assert.deepEqual(handoverInputs(DEFINITION, known()), {});
});

test("what was withdrawn or restricted here is not on it by way of the server's older word", () => {
  const records = [own(1, "2026-11-21T09:00:00Z", { restricted: 1 }), own(2, "2026-11-21T09:00:00Z", { withdrawn: 1 })];
  const recent = records.map(({ record }) => ({ record, form: "incident_record", title: "Incident", person: "p1", happened_at: "2026-11-21T09:00:00Z", concern: 1 }));
  assert.deepEqual(known({ records, recent }).records, []);
});

test("what this shift recorded of the shift before is on it too", () => {
  const late = own(1, "2026-11-20T22:00:00Z", { sealed_at: "2026-11-21T07:20:00Z" });
  assert.equal(known({ records: [late] }).records.length, 1);
});

test("what another tablet recorded late is on it, once the server says when it was recorded", () => {
  const late = { record: "r9", form: "incident_record", title: "Incident", person: "p2", happened_at: "2026-11-20T22:00:00Z", concern: 0 };
  assert.equal(known({ recent: [late] }).records.length, 0);
  assert.equal(known({ recent: [{ ...late, recorded_at: "2026-11-21T07:20:00Z" }] }).records.length, 1);
});
