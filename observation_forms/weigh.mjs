/**
 * What a record says about an action: supports, contradicts or inconclusive (DESIGN 1, bearing).
 *
 * Twin of weigh.py. Only the shown, scored questions that carry one of the action's themes are weighed; when none of
 * them was answered with a score, all scored questions are, so that a general observation can still speak against it.
 * @module
 */

import { scores } from "./score.mjs";
import { see } from "./sight.mjs";

const BEARINGS = ["supports", "inconclusive", "contradicts"];

/**
 * Any not met contradicts; all met, and at least one, supports; anything else is inconclusive.
 * @param {object} definition
 * @param {Object<string, any>} answers
 * @param {import("./sight.mjs").Context} context
 * @param {Iterable<string>} action_themes
 * @returns {"supports" | "contradicts" | "inconclusive"}
 */
export function weigh(definition, answers, context, action_themes) {
  return bearing_of(definition, see(definition, answers, context).facts, action_themes);
}

/**
 * The same of answers already seen, for whoever weighs one record on several actions.
 * @param {object} definition
 * @param {import("./rules.mjs").Facts} facts
 * @param {Iterable<string>} action_themes
 * @returns {"supports" | "contradicts" | "inconclusive"}
 */
export function bearing_of(definition, facts, action_themes) {
  const wanted = new Set(action_themes);
  const onTheme = scores(definition, facts, (question) => question.themes?.some((each) => wanted.has(each)));
  const found = onTheme.length > 0 ? onTheme : scores(definition, facts);
  if (found.includes("not_met")) return "contradicts";
  return found.length > 0 && !found.includes("partly") ? "supports" : "inconclusive";
}

/**
 * Whether an author may give `chosen` where `computed` was reached: the same or lower, never higher.
 * @param {string} computed
 * @param {string} chosen
 * @returns {boolean}
 */
export function bearing_allowed(computed, chosen) {
  const known = BEARINGS.includes(computed) && BEARINGS.includes(chosen);
  return known && BEARINGS.indexOf(chosen) >= BEARINGS.indexOf(computed);
}
