// What the tablet's lists need of a sealed record, beside its bytes: kept in its row, never sent.

import { isRestricted, raisedBy } from "./concern.mjs";
import { spawned } from "./rulebook.mjs";
import { toInstant } from "./instants.mjs";

/**
 * @param {{draft: object, definition: object, assessment: object, stamp: {wall: number}, author: {id: string, name: string}}} parts
 * @returns {object} the members of the row that are not the body's
 */
export function labelOf({ draft, definition, assessment, stamp, author }) {
  const { form, code, title, unit, version, spawned_by = "", audit = "", returns_to = "" } = draft;
  const { answers, result, concerns, context } = assessment;
  return {
    form, code, title, unit, person: personIn(answers, definition), shift: answers.shift ?? "",
    author: author.id, author_name: author.name, sealed_at: toInstant(stamp.wall), happened_at: answers.happened_at ?? toInstant(stamp.wall),
    result, concerns: concerns.length, correction: version > 1 ? 1 : 0, withdrawn: 0, restricted: isRestricted(form, answers) ? 1 : 0, spawned_by, audit, returns_to,
    raises: concerns.length > 0 ? raisedBy(definition, answers, concerns, draft.id) : null,
    spawned: spawned(definition, answers, context, draft.id),
  };
}

/** The person a record is about, "" when it names none, or a code such as "communal". */
export function personIn(answers, definition) {
  return answers.person ?? answers[definition.concern?.person] ?? answers.person_supported ?? "";
}
