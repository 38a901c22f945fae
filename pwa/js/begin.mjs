// Beginning a record: an empty draft with what is known already, stored before anybody types into it.

import { FormMissing } from "./forms.mjs";
import { carriedAnswers, startingInputs } from "./prefill.mjs";
import { CONCERN_FORM, concernInputs } from "./concern.mjs";
import { handoverInputs, readHandover } from "./handover.mjs";
import { newDraft } from "./drafts.mjs";
import { newIdentifier } from "./identifiers.mjs";
import { newestVersions } from "./due.mjs";

const LOOK_BACK = 200;

/**
 * Makes and stores a new draft of a form version.
 * @param {object} app @param {string} hash
 * @param {{carried?: object, raw?: object, draft?: object}} [wish] carried: answers to start with; raw: inputs; draft: other members of the draft
 * @returns {Promise<string>} its id @throws FormMissing
 */
export async function begin(app, hash, { carried = {}, raw = {}, draft: more = {} } = {}) {
  const { clock, live, store } = app;
  const author = app.author.current.id; // somebody else may take the tablet meanwhile
  const form = await app.forms.definition(hash);
  const wall = clock.wall();
  const lists = await listsOf(app.reference, form);
  const remembered = await lastAnswers(store, form, author);
  const unit = more.unit ?? live.tablet.unit ?? "";
  const known = form.form === "handover_check" ? handoverInputs(form, await readHandover(app, unit)) : {};
  const draft = newDraft({
    id: newIdentifier(wall), author, form, unit, wall,
    raw: startingInputs(form, { wall, lists, remembered, carried, raw: { ...known, ...raw } }),
    audit: form.sampling ? newIdentifier(wall) : "", without_told: known.without_sight_of ?? "", ...more,
  });
  await store.write(["draft"], (change) => change.put("draft", draft));
  return draft.id;
}

/**
 * Opens what is due: the draft begun for it by this person, or a new one with its answers.
 * @param {object} item as due.mjs gives it
 * @param {string} [form] another form that settles it, such as not_needed @param {boolean} [anyway] though another has a draft for it
 * @returns {Promise<{id: string, other: string}>} other: the id of who has a draft for it, when it is not this person @throws FormMissing
 */
export async function beginDue(app, item, form = item.form, anyway = false) {
  const drafts = (await app.store.all("draft")).filter((draft) => draft.spawned_by === item.id && !draft.practice);
  const mine = drafts.find((draft) => draft.author === app.author.current.id && draft.form === form);
  if (mine) return { id: mine.id, other: "" };
  const others = drafts.find((draft) => draft.author !== app.author.current.id);
  if (others && form === item.form && !anyway) return { id: "", other: others.author };
  const draft = { spawned_by: item.id, says: item.says ?? "" };
  if (item.unit) draft.unit = item.unit;
  return { id: await begin(app, await hashOf(app, form), { carried: form === item.form ? item.answers : {}, draft }), other: "" };
}

/** Begins the next sample of the audit that a sealed record belongs to. @returns {Promise<string>} the draft's id */
export async function beginNextSample(app, row) {
  const definition = await app.forms.definition(row.form_hash);
  const body = JSON.parse(row.body);
  return begin(app, row.form_hash, { carried: carriedAnswers(definition, body.answers), draft: { audit: row.audit, unit: body.unit } });
}

/**
 * How far an audit is on this tablet.
 * @returns {Promise<{done: number, planned: number}|null>} planned is 0 when nobody said how many; null when the record is no sample
 */
export async function auditProgress(app, row) {
  if (!row.audit || row.withdrawn) return null;
  const definition = await app.forms.definition(row.form_hash).catch(() => null);
  if (!definition?.sampling) return null;
  const all = newestVersions(await app.store.all("record", { reverse: true, limit: LOOK_BACK }));
  const done = all.filter((each) => each.audit === row.audit && !each.withdrawn).length;
  return { done, planned: Number(JSON.parse(row.body).answers[definition.sampling.planned] ?? 0) };
}

/**
 * Begins an immediate concern, or opens the one begun for the same cause.
 * @param {object} app @param {object} from what it comes from, see concern.mjs; {} when it stands alone
 * @returns {Promise<string>} the draft's id @throws FormMissing
 */
export async function beginConcern(app, from) {
  const drafts = await app.store.all("draft");
  const same = drafts.find((draft) => from.cause && draft.spawned_by === from.cause && draft.form === CONCERN_FORM && draft.author === app.author.current.id);
  if (same) return same.id;
  const hash = await hashOf(app, CONCERN_FORM);
  const definition = await app.forms.definition(hash);
  const draft = { spawned_by: from.cause ?? "", returns_to: from.returns_to ?? "", place: { question: "what", scroll: 0 } };
  if (from.unit) draft.unit = from.unit;
  return begin(app, hash, { raw: concernInputs(definition, from), draft });
}

/** @returns {Promise<string>} the version of a form that new records open @throws FormMissing */
export async function hashOf(app, form) {
  const found = await app.reference.form(form);
  if (!found) throw new FormMissing(form);
  return found.hash;
}

async function listsOf(reference, definition) {
  const names = definition.sections.flatMap((section) => section.questions).map((question) => question.rows_from).filter(Boolean);
  return Object.fromEntries(await Promise.all([...new Set(names)].map(async (name) => [name, await reference.list(name)])));
}

async function lastAnswers(store, { form, sections }, author) {
  if (!sections.some((section) => section.questions.some((question) => question.remember))) return {};
  const rows = await store.all("record", { reverse: true, limit: LOOK_BACK });
  const last = newestVersions(rows).filter((row) => row.form === form && row.author === author && !row.withdrawn).sort((a, b) => (a.sealed_at < b.sealed_at ? 1 : -1))[0];
  return last ? JSON.parse(last.body).answers : {};
}
