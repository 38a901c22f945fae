// The handover gate: what the shift recorded, here and on the other tablets, and which tablets may hold more.

import { ago, clockTime, shiftAt, shortTime, toInstant } from "./instants.mjs";
import { CONCERN_FORM } from "./concern.mjs";
import { count } from "./words.mjs";
import { newestVersions, recentRecords } from "./due.mjs";

const HOUR = 60 * 60_000;
const SHIFT_STARTS = { day: 7, late: 14, night: 21 };
/** A handover is made around the change: one begun an hour into the new shift is still about the one before. */
const LEEWAY = HOUR;
/** No shift is longer: what happened before that was for an earlier handover (server/due/late_arrivals.py). */
const LONGEST_SHIFT = 14 * HOUR;
/** Records that tell of a person who is not as usual. */
const CHANGED = new Set(["senior_oversight", "incident_record", "safeguarding_screen", CONCERN_FORM]);

/** Answers to "who" that a form offers beside people. A handover names people alone. */
const NO_PERSON = new Set(["communal", "nobody", "several"]);

/**
 * @typedef {object} Handover
 * @property {string} since instant of the last handover; where none is known, of when the longest shift would have begun
 * @property {{record: string, code: string, title: string, form: string, person: string, happened_at: string, concern: boolean, here: boolean}[]} records
 * @property {{id: string, name: string, words: string, open: boolean}[]} tablets open: it may hold records of this shift that are not here
 * @property {string} without names of those tablets and why, in one line; "" when every tablet was heard from
 */

/** @param {object} app @param {string} unit the unit that is handed over, "" for all @returns {Promise<Handover>} */
export async function readHandover({ store, reference, clock, sync }, unit) {
  const [records, recent, tablets, pulledAt] = await Promise.all([recentRecords(store), reference.of("recent"), reference.tablets(), reference.pulledAt()]);
  return handover({ records, recent, tablets, pulledAt, now: clock.wall(), reached: sync?.contact.reached ?? false, unit });
}

/** The same from what is known. @param {{records: object[], recent: object[], tablets: object[], pulledAt: string, now: number, reached: boolean, unit?: string}} known */
export function handover({ records, recent, tablets, pulledAt, now, reached, unit = "" }) {
  const newest = newestVersions(records);
  const known = new Set(newest.map((row) => row.record));
  const elsewhere = recent.filter((row) => !known.has(row.record));
  const since = lastHandover([...newest.filter((row) => !row.withdrawn), ...elsewhere], unit, now);
  const own = newest.filter((row) => !row.withdrawn && !row.restricted && row.sealed_at >= since).map((row) => (
    { ...row, person: row.person ?? "", happened_at: row.happened_at ?? row.sealed_at, concern: row.concerns > 0 || row.form === CONCERN_FORM, here: true }));
  const others = elsewhere.filter((row) => (row.recorded_at ?? row.happened_at) >= since).map((row) => ({ ...row, concern: row.concern > 0, here: false }));
  const listed = [...own, ...others].filter((row) => row.form !== "handover_check").sort((a, b) => (a.happened_at < b.happened_at ? -1 : 1));
  const shift = shiftStart(now - LEEWAY);
  const states = tablets.map((tablet) => tabletState(tablet, shift > since ? shift : since, now));
  return { since, records: listed, tablets: states, without: withoutWords(states, pulledAt, reached, now) };
}

/** The inputs a handover form starts with: a row for each person of whom something was recorded, and what it is done without. */
export function handoverInputs(definition, { records, without }) {
  const inputs = {};
  const changed = definition.sections.flatMap((section) => section.questions).find((question) => question.id === "changed");
  const told = records.filter((row) => (CHANGED.has(row.form) || row.concern) && row.person && !NO_PERSON.has(row.person));
  const named = [...new Set(told.map((row) => row.person))];
  if (changed && named.length > 0) {
    inputs.changed = named.map((_, place) => String(place + 1));
    named.forEach((person, place) => { inputs[`changed.${place + 1}.changed_person`] = person; });
  }
  if (without) inputs.without_sight_of = without;
  return inputs;
}

function tabletState({ id, name, heard_at, waiting = 0, oldest = "" }, since, now) {
  const heard = heard_at ? `Last heard from ${ago(Date.parse(heard_at), now)}, ${shortTime(Date.parse(heard_at), now)}.` : "Never heard from.";
  const left = waiting > 0 ? `${count(waiting, "record")} waiting${oldest ? `, oldest ${shortTime(Date.parse(oldest), now)}` : ""}. ` : "Nothing waiting then. ";
  return { id, name, waiting, heard_at, open: waiting > 0 || !heard_at || heard_at < since, words: heard_at ? left + heard : heard };
}

function withoutWords(states, pulledAt, reached, now) {
  const open = states.filter((tablet) => tablet.open).map(({ name, waiting, heard_at }) => {
    const heard = heard_at ? `last heard ${shortTime(Date.parse(heard_at), now)}` : "never heard from";
    return `${name} (${waiting > 0 ? `${waiting} waiting, ` : ""}${heard})`;
  });
  if (!reached) open.push(pulledAt ? `anything sent after ${shortTime(Date.parse(pulledAt), now)}, as there was no network` : "every other tablet, as there was no network");
  return open.join("; ");
}

// A service chooses its own times of handover, which the tablet does not know: so it goes by the handover that was made.
function lastHandover(rows, unit, now) {
  const until = toInstant(now - LEEWAY);
  const made = rows.filter((row) => row.form === "handover_check" && row.happened_at < until && (!unit || !row.unit || row.unit === unit));
  return made.map((row) => row.happened_at).reduce((last, each) => (each > last ? each : last), toInstant(now - LONGEST_SHIFT));
}

/** @returns {string} the instant at which the shift of that moment began, by the London clock */
function shiftStart(wall) {
  const start = SHIFT_STARTS[shiftAt(wall)];
  let at = Math.floor(wall / HOUR) * HOUR;
  while (Number(clockTime(at).slice(0, 2)) !== start) at -= HOUR;
  return toInstant(at);
}
