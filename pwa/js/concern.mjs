// An immediate concern: what an open form or a saved record hands it, and what may honestly be said about it.

import { newestVersions } from "./due.mjs";
import { receiptWords, stateOf } from "./outbox.mjs";
import { clockTime } from "./instants.mjs";
import { questionAt } from "./rulebook.mjs";

export const CONCERN_FORM = "immediate_concern";

/** The answer to "who have you told by voice" that means nobody. */
const NOBODY = "no_one_yet";

/** Goes to the concern form, from wherever the person is. The open form is parked on the way. @param {object} from what it hands over */
export function raiseConcern(app, from) {
  app.concernFrom = from;
  app.router.go("/tablet/concern");
}

/** The on-call list for a screen. */
export function onCallRows(list) {
  return list.map(({ id, name, role = "", phone = "", hours = "" }) => (
    { id, name, phone, words: [role, hours].filter(Boolean).join(", "), call: `tel:${phone.replace(/[^0-9+]/g, "")}` }));
}

/** What is so of a concern that is being written. @param {boolean} away whether the server does not answer @param {boolean} restricted whether it is about a manager */
export function alertWords(away, restricted) {
  return away
    ? "Nobody has been alerted. This tablet has no contact with the server. Tell someone by voice, now."
    : `Nobody has been alerted yet. Once saved and sent, ${restricted ? "only the nominated individual sees it" : "managers see it on their page"}, but no phone rings. Tell someone by voice, now.`;
}

/** Whether the form says whom the author has told by voice. */
export function toldByVoice({ answers, errors }) {
  const told = Object.keys(answers).filter((key) => key.startsWith("told"));
  return told.length > 0 && !told.some((key) => answers[key] === NOBODY) && !errors.some((finding) => finding.question.startsWith("told"));
}

/** The due item that a record with a concern causes. The server gives it the same name. */
export function causeOf(record) {
  return `${record}/concern`;
}

/**
 * What the open form hands to a concern raised from it.
 * @param {{definition: object, draft: object, assessment: object}} session @param {string} path to come back to
 * @returns {{returns_to: string, unit?: string, cause?: string, person?: string, saw?: string}}
 */
export function concernFromForm({ definition, draft, assessment }, path) {
  const from = { returns_to: path };
  if (draft.practice) return from; // what was made up is not carried into a real concern
  if (assessment.concerns.length === 0) return { ...from, unit: draft.unit };
  return { ...from, unit: draft.unit, ...raisedBy(definition, assessment.answers, assessment.concerns, draft.id) };
}

/** The inputs of a concern form. @param {object} definition of the concern form @param {{person?: string, saw?: string}} from */
export function concernInputs(definition, { person = "", saw = "" }) {
  const inputs = {};
  if (person) inputs.person = person;
  if (saw) inputs.what_you_saw = cut(saw, questionAt(definition, "what_you_saw")?.max_length ?? 1000);
  return inputs;
}

/** @returns {Promise<object|null>} the newest version of the concern record made for a cause, if there is one on this tablet */
export async function raisedAlready(store, cause) {
  const rows = await store.all("record", { reverse: true, limit: 100 });
  return newestVersions(rows).find((row) => row.spawned_by === cause && row.form === CONCERN_FORM && !row.withdrawn) ?? null;
}

/** Whether a record may be seen by nobody but the nominated individual: a concern about a manager. */
export function isRestricted(form, answers) {
  return form === CONCERN_FORM && answers.about_manager === "yes";
}

/** What has and has not happened to a saved concern, a sentence each. */
export function whatHappened(row) {
  const saved = `It is saved on this tablet, ${clockTime(Date.parse(row.sealed_at))}.`;
  if (!row.receipt) return [saved, "It is not sent yet. Nobody else can see it, and this app has alerted nobody.", "The people you told by voice are the only ones who know."];
  const seen = seenBy(row);
  return [saved, `${receiptWords(row.receipt)}. ${seen}`, "Perhaps nobody is looking at it now. This app does not ring anyone."];
}

/** What raised it, the person it is about, and the words and facts of the questions. @returns {{cause: string, person: string, saw: string}} */
export function raisedBy(definition, answers, concerns, record) {
  return { cause: causeOf(record), person: personOf(definition, answers, concerns), saw: concerns.map((key) => sentence(definition, answers, key)).join("\n") };
}

function seenBy({ receipt, restricted }) {
  if (restricted) return "Only the nominated individual can see it. No manager of this service can.";
  return stateOf({ receipt }) === "delivered" ? "It now shows on the page of every manager who is signed in." : "It is kept on the server, for a manager to look at.";
}

// A concern inside a row is about the person of that row. A shared space and its like are nobody the concern form could name.
function personOf(definition, answers, concerns) {
  const asked = definition.concern?.person;
  if (!asked) return "";
  const row = concerns.map((key) => key.split(".")).find((parts) => parts.length === 3);
  const found = answers[asked] ?? (row && answers[`${row[0]}.${row[1]}.${asked}`]) ?? "";
  const special = questionAt(definition, asked)?.special ?? [];
  return typeof found === "string" && !special.some(({ code }) => code === found) ? found : "";
}

function sentence(definition, answers, key) {
  const question = questionAt(definition, key);
  const chosen = [answers[key] ?? []].flat();
  const labels = (question?.options ?? []).filter((option) => chosen.includes(option.code)).map((option) => option.label);
  const facts = factsFor(definition, answers, key);
  return `${question?.ask ?? key}: ${labels.join(", ")}.${facts ? ` ${facts}` : ""}`;
}

function factsFor(definition, answers, key) {
  const id = key.split(".").at(-1);
  const questions = definition.sections.flatMap((section) => section.questions).flatMap((question) => [question, ...(question.questions ?? [])]);
  const facts = questions.find((question) => question.facts_for === id);
  return facts ? answers[key.slice(0, key.length - id.length) + facts.id] ?? "" : "";
}

function cut(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
