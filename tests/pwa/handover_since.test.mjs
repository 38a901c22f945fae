// From when on a handover tells what was recorded: the last handover, not the hours of a shift that others may not work.

import assert from "node:assert/strict";
import test from "node:test";
import { handover } from "../../pwa/js/handover.mjs";
import { sealedRow } from "./fakes.mjs";

const NOW = Date.parse("2026-11-24T18:57:00Z"); // the end of a day of twelve hours
const FALL = row(1, "incident_record", "2026-11-24T09:05:00Z");

function row(seq, form, happened_at, extra = {}) {
  return sealedRow(seq, { form, person: "p1", unit: "oak", happened_at, sealed_at: happened_at, ...extra });
}

function known(extra = {}) {
  return handover({ records: [FALL], recent: [], tablets: [], pulledAt: "2026-11-24T18:56:00Z", now: NOW, reached: true, unit: "oak", ...extra });
}

test("a shift of twelve hours is handed over whole", () => {
  const morning = row(2, "handover_check", "2026-11-24T06:45:00Z");
  assert.equal(known({ records: [FALL, morning] }).since, "2026-11-24T06:45:00Z");
  assert.equal(known({ records: [FALL, morning] }).records.length, 1);
});

test("what was handed over on another tablet, and to this unit, is not told again", () => {
  const noon = { record: "r9", form: "handover_check", happened_at: "2026-11-24T14:30:00Z" };
  assert.deepEqual(known({ recent: [{ ...noon, unit: "oak" }] }).records, []);
  assert.deepEqual(known({ recent: [{ ...noon, unit: "" }] }).records, []);
  assert.equal(known({ recent: [{ ...noon, unit: "elm" }] }).records.length, 1);
});

test("the handover that is being written now, or was taken back, ends nothing", () => {
  const just = row(2, "handover_check", "2026-11-24T18:40:00Z");
  const withdrawn = row(3, "handover_check", "2026-11-24T14:30:00Z", { withdrawn: 1 });
  assert.equal(known({ records: [FALL, just, withdrawn] }).records.length, 1);
});

test("where no handover is known, it tells of the longest shift there is, and names a tablet not heard from for one", () => {
  assert.equal(known().since, "2026-11-24T04:57:00Z");
  assert.equal(known().records.length, 1);
  const silent = { id: "t1", name: "Elm", heard_at: "2026-11-24T12:00:00Z", waiting: 0, oldest: "" };
  assert.equal(known({ tablets: [silent] }).tablets[0].open, true);
});

test("a concern raised here is marked as one, as it is on the other tablets", () => {
  const { records } = known({ records: [row(4, "immediate_concern", "2026-11-24T11:40:00Z"), FALL] });
  assert.deepEqual(records.map(({ form, concern }) => [form, concern]), [["incident_record", false], ["immediate_concern", true]]);
});
