// What a draft comes to: what is shown, what is missing, what it scores, what it says about each linked action.

import { bearingAllowed, judgeDraft, progress, resultAllowed, weigh } from "./rulebook.mjs";

const WORST_FIRST = { error: 0, warning: 1 };

/**
 * @typedef {object} Assessment
 * @property {object} context what it was judged with @property {object} answers what would be sealed now
 * @property {Set<string>} visible keys
 * @property {{code: string, question: string, severity: string, message: string}[]} findings errors first, each in form order
 * @property {object[]} errors @property {object[]} warnings
 * @property {string} computed the form's own result @property {string} result after lowering @property {object} score
 * @property {string[]} concerns keys of the answers that raised one
 * @property {{section: string, required: number, answered: number, missing: string[]}[]} sections
 * @property {number} left how many questions still need the author
 * @property {{action: object, proposed: string, bearing: string}[]} bearings
 */

/**
 * @param {object} definition compiled form
 * @param {object} draft
 * @param {object[]} actions linked actions as the tablet knows them: {id, title, themes}
 * @param {string} recordedAt instant
 * @param {Record<string, number>} [timescales] minutes in force then, over the form's own
 * @returns {Assessment}
 */
export function assess(definition, draft, actions, recordedAt, timescales = {}) {
  const context = { recorded_at: recordedAt, themes: themesOf(actions), timescales, author: draft.author };
  const { answers, judgement } = judgeDraft(definition, draft.raw, context);
  const findings = [...judgement.findings].sort((a, b) => WORST_FIRST[a.severity] - WORST_FIRST[b.severity]);
  const errors = findings.filter((finding) => finding.severity === "error");
  return {
    context,
    answers,
    visible: new Set(judgement.visible),
    findings,
    errors,
    warnings: findings.filter((finding) => finding.severity !== "error"),
    computed: judgement.result,
    result: lowered(judgement.result, draft.lowered_to) || judgement.result,
    score: judgement.score,
    concerns: judgement.concerns,
    sections: progress(definition, draft.raw, context),
    left: new Set(errors.map((finding) => finding.question)).size,
    bearings: actions.map((action) => bearingOf(definition, answers, context, action, draft.bearings[action.id])),
  };
}

/** The lower results an author may give instead, best first. */
export function lowerResults(computed) {
  return ["met", "partly", "not_met"].filter((result) => result !== computed && resultAllowed(computed, result));
}

/** The bearings an author may give an action: the proposed one and those below it. */
export function bearingsFrom(proposed) {
  return ["supports", "inconclusive", "contradicts"].filter((bearing) => bearingAllowed(proposed, bearing));
}

/** `wanted` if it truly is lower than `computed`, else "". */
export function lowered(computed, wanted) {
  return wanted && wanted !== computed && resultAllowed(computed, wanted) ? wanted : "";
}

/** What the body says of the linked actions. */
export function claims(assessment) {
  return assessment.bearings.map(({ action, bearing }) => ({ action: action.id, themes: action.themes, bearing }));
}

function bearingOf(definition, answers, context, action, wanted) {
  const proposed = weigh(definition, answers, context, action.themes);
  return { action, proposed, bearing: wanted && bearingAllowed(proposed, wanted) ? wanted : proposed };
}

function themesOf(actions) {
  return [...new Set(actions.flatMap((action) => action.themes))].sort();
}
