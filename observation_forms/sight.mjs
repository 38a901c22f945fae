/**
 * What is shown, and which answers count. Everything else (check, score, weigh) looks through this.
 *
 * Twin of sight.py. A rule may only look at what stands above it in the form (parse.py refuses the rest), so that one
 * walk from top to bottom settles what is shown. A hidden answer is as if it had not been given.
 * @module
 */

import { fault_of, instant_or_none, is_worked_out } from "./answers.mjs";
import { question_at } from "./keys.mjs";
import { evaluate, holds, rows_of } from "./rules.mjs";

/**
 * When the record was sealed (an instant); the themes of the actions it is linked to, all together; the minutes that
 * stand for the form's own, by timescale; and the id of who wrote it.
 * @typedef {Object} Context
 * @property {string} recorded_at
 * @property {Iterable<string>} [themes]
 * @property {Object<string, number>} [timescales]
 * @property {string} [author]
 */

/**
 * The keys of what is shown, in order; what rules may look at; what is wrong with a shown answer, by key.
 * @typedef {{visible: string[], facts: import("./rules.mjs").Facts, faults: Map<string, string>}} Sight
 */

/**
 * Settles what is shown.
 * @param {object} definition the compiled definition
 * @param {Object<string, any>} answers
 * @param {Context} context
 * @param {Object<string, string>} [invalid] what `normalise` could not read, key to code
 * @returns {Sight}
 */
export function see(definition, answers, context, invalid = {}) {
  const walk = { definition, answers, invalid, visible: [], facts: facts_of(definition, context), faults: new Map() };
  for (const section of definition.sections) {
    if (holds(section.show_when, walk.facts)) section.questions.forEach((each) => seeQuestion(walk, each, each.id));
  }
  return { visible: walk.visible, facts: walk.facts, faults: walk.faults };
}

/**
 * The answers that go into a record: those of shown questions that are written as they should be.
 * @param {object} definition
 * @param {Object<string, any>} answers
 * @param {Context} context
 * @returns {Object<string, string | number | string[]>}
 */
export function sealed_answers(definition, answers, context) {
  return Object.fromEntries(see(definition, answers, context).facts.answers);
}

function facts_of(definition, context) {
  return {
    answers: new Map(),
    themes: new Set(context.themes ?? []),
    recorded_at: instant_or_none(context.recorded_at),
    fell_short: false,
    timescales: new Map(Object.entries({ ...definition.timescales, ...context.timescales })),
    author: context.author ?? "",
    row: "",
  };
}

function seeQuestion(walk, question, key) {
  const { answers, invalid, facts, faults } = walk;
  if (!holds(question.show_when, facts)) return;
  walk.visible.push(key);
  if (is_worked_out(question)) settle(question, key, workedOut(question, facts), facts);
  else if (Object.hasOwn(invalid, key)) faults.set(key, invalid[key]);
  else if (Object.hasOwn(answers, key)) {
    const fault = fault_of(question, answers[key]);
    if (fault) faults.set(key, fault);
    else settle(question, key, answers[key], facts);
  }
  if (question.kind === "repeat") seeRows(walk, question);
  if (question.kind === "counts") seeCells(walk, question);
}

function seeRows(walk, repeat) {
  for (const row of rows_of(repeat.id, walk.facts)) {
    walk.facts.row = `${repeat.id}.${row}.`;
    repeat.questions.forEach((each) => seeQuestion(walk, each, walk.facts.row + each.id));
  }
  walk.facts.row = "";
}

function seeCells(walk, grid) {
  for (const { code } of grid.items) {
    const key = `${grid.id}.${code}`;
    seeQuestion(walk, question_at(walk.definition, key), key);
  }
}

function workedOut(question, facts) {
  if (question.kind === "duration") {
    return evaluate(["minutes_between", ["answer", question.from], ["answer", question.to]], facts);
  }
  return question.options.find((option) => holds(option.when, facts))?.code ?? null;
}

function settle(question, key, value, facts) {
  if (value === null) return;
  facts.answers.set(key, value);
  if (question.options === undefined) return;
  for (const code of [value].flat()) {
    const option = question.options.find((each) => each.code === code);
    if (option !== undefined) {
      option.themes?.forEach((theme) => facts.themes.add(theme));
      facts.fell_short ||= option.score === "partly" || option.score === "not_met";
    }
  }
}
