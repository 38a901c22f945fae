/**
 * What is shown, and which answers count. Everything else (check, score, weigh) looks through this.
 *
 * Twin of sight.py. A rule may only look at what stands above it in the form (parse.py refuses the rest), so that one
 * walk from top to bottom settles what is shown. A hidden answer is as if it had not been given.
 * @module
 */

import { fault_of, instant_or_none } from "./answers.mjs";
import { holds } from "./rules.mjs";

/**
 * When the record was sealed (an instant), and the themes of the actions it is linked to, all together.
 * @typedef {{recorded_at: string, themes: Iterable<string>}} Context
 */

/**
 * What is shown, in order; what rules may look at; what is wrong with a shown answer, by question.
 * @typedef {{visible: string[], facts: import("./rules.mjs").Facts, faults: Map<string, string>}} Sight
 */

/**
 * Settles what is shown.
 * @param {object} definition the compiled definition
 * @param {Object<string, any>} answers
 * @param {Context} context
 * @param {Object<string, string>} [invalid] what `normalise` could not read, question id to code
 * @returns {Sight}
 */
export function see(definition, answers, context, invalid = {}) {
  const recorded_at = instant_or_none(context.recorded_at);
  const facts = { answers: new Map(), themes: new Set(context.themes), recorded_at, fell_short: false };
  const sight = { visible: [], facts, faults: new Map() };
  for (const section of definition.sections) {
    if (holds(section.show_when, facts)) seeSection(section, answers, invalid, sight);
  }
  return sight;
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

/**
 * Every question, in the order people meet them.
 * @param {object} definition
 * @returns {object[]}
 */
export function questions_of(definition) {
  return definition.sections.flatMap((section) => section.questions);
}

function seeSection(section, answers, invalid, sight) {
  for (const question of section.questions) {
    if (holds(question.show_when, sight.facts)) {
      sight.visible.push(question.id);
      if (Object.hasOwn(invalid, question.id)) sight.faults.set(question.id, invalid[question.id]);
      else if (Object.hasOwn(answers, question.id)) seeAnswer(question, answers[question.id], sight);
    }
  }
}

function seeAnswer(question, value, sight) {
  const fault = fault_of(question, value);
  if (fault) {
    sight.faults.set(question.id, fault);
    return;
  }
  sight.facts.answers.set(question.id, value);
  for (const code of [value].flat()) {
    const option = question.options.find((each) => each.code === code);
    if (option !== undefined) {
      option.themes.forEach((theme) => sight.facts.themes.add(theme));
      sight.facts.fell_short ||= ["partly", "not_met"].includes(option.score);
    }
  }
}
