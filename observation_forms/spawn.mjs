/**
 * What a sealed record causes: further forms to be filled in, each by a certain time.
 *
 * Twin of spawn.py. The id is made of the record's, the spawn's and the row's alone, so that the tablet, which cannot
 * wait for the server, and the server make one and the same.
 * @module
 */

import { index_of } from "./keys.mjs";
import { answer_to, evaluate, holds, in_row, rows_of } from "./rules.mjs";
import { concerns_of } from "./score.mjs";
import { see } from "./sight.mjs";

const CONCERN_FORM = "immediate_concern";
const CONCERN_WHY = "You marked something unsafe";
const FIRST = "1900-01-01T00:00:00Z";
const LAST = "9999-12-31T23:59:59Z";

/**
 * One thing to be done because of a record.
 * @typedef {Object} Spawned
 * @property {string} id `record/spawn` or `record/spawn/row`
 * @property {string} spawn
 * @property {string} row "" when it is caused by the record as a whole
 * @property {string} form the form to be filled in
 * @property {string} why in the form's own words
 * @property {"floor" | "deputy" | "manager"} who
 * @property {string} due_at an instant
 * @property {Object<string, any>} answers what the form begins with
 */

/**
 * What a record causes, in the order of the form and its rows; an immediate concern comes last.
 * @param {object} definition the compiled definition
 * @param {Object<string, any>} answers the record's
 * @param {import("./sight.mjs").Context} context
 * @param {string} record the record's id
 * @returns {Spawned[]}
 */
export function spawned(definition, answers, context, record) {
  return spawned_seen(definition, see(definition, answers, context).facts, record);
}

/**
 * The same of answers already seen, for whoever also judges the record.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @param {string} record
 * @returns {Spawned[]}
 */
export function spawned_seen(definition, facts, record) {
  if (facts.recorded_at === null) return [];
  const found = (definition.spawns ?? []).flatMap((spawn) =>
    placesOf(spawn, facts)
      .filter(([, here]) => holds(spawn.when, here))
      .map(([row, here]) => ofSpawn(definition, spawn, row, here, record)),
  );
  return [...found, ...ofConcerns(definition, facts, record)];
}

function placesOf({ repeat }, facts) {
  if (!repeat) return [["", facts]];
  return rows_of(repeat, facts).map((row) => [row, in_row(repeat, row, facts)]);
}

function ofSpawn(definition, spawn, row, facts, record) {
  return {
    id: row === "" ? `${record}/${spawn.id}` : `${record}/${spawn.id}/${row}`,
    spawn: spawn.id,
    row,
    form: spawn.form,
    why: spawn.why,
    who: spawn.who ?? "floor",
    due_at: dueAt(spawn, facts),
    answers: { ...spawn.set, ...taken(definition, spawn.answers ?? {}, facts) },
  };
}

function dueAt(spawn, facts) {
  if (spawn.due_at) {
    const due = answer_to(spawn.due_at, facts) ?? facts.recorded_at;
    return due.includes("T") ? due : `${due}T23:59:59Z`;
  }
  const minutes = evaluate(spawn.within_of ?? ["timescale", spawn.within], facts);
  const after = answer_to(spawn.after ?? "happened_at", facts) ?? facts.recorded_at;
  return later(after, minutes ?? 0);
}

/** What the other form begins with; not "no one person" and its like, which that form may not offer. */
function taken(definition, answers, facts) {
  const found = {};
  for (const [theirs, ours] of Object.entries(answers)) {
    const value = answer_to(ours, facts);
    const special = (index_of(definition).by_id.get(ours).special ?? []).map((each) => each.code);
    const kept = Array.isArray(value) ? value.filter((each) => !special.includes(each)) : value;
    if (kept !== null && kept.length !== 0 && !special.includes(kept)) found[theirs] = kept;
  }
  return found;
}

function ofConcerns(definition, facts, record) {
  const concerns = definition.form === CONCERN_FORM ? [] : concerns_of(definition, facts);
  if (concerns.length === 0) return [];
  const [repeat, row, id] = concerns[0].split(".");
  const here = id === undefined ? facts : in_row(repeat, row, facts);
  const person = definition.concern?.person;
  return [
    {
      id: `${record}/concern`,
      spawn: "concern",
      row: "",
      form: CONCERN_FORM,
      why: CONCERN_WHY,
      who: "floor",
      due_at: facts.recorded_at,
      answers: person ? taken(definition, { person }, here) : {},
    },
  ];
}

function later(instant, minutes) {
  const due = Date.parse(instant) + minutes * 60000;
  if (due < Date.parse(FIRST)) return FIRST;
  return due > Date.parse(LAST) ? LAST : `${new Date(due).toISOString().slice(0, 19)}Z`;
}
