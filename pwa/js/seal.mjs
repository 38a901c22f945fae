// Sealing: a draft becomes a record whose bytes never change again.

import { NO_PREVIOUS, sha256 } from "./digest.mjs";
import { toInstant } from "./instants.mjs";

const PROTOCOL = 1;

/** Raised when the tablet's chain moved under us again and again; nothing was saved. */
export class ChainBusy extends Error {}

/**
 * The sealed body, its members in the order they are written down. Integers, strings and lists only.
 * @returns {object} what JSON.stringify turns into the bytes that are hashed, sent and kept
 */
export function buildBody({ draft, definition, tablet, link, answers, bearings, stamp, app }) {
  if (draft.practice) throw new Error("What was made in practice is never saved.");
  return {
    protocol: PROTOCOL,
    record: draft.id,
    version: draft.version,
    reason: wholeCharacters(draft.reason),
    form: definition.form,
    form_version: definition.version,
    form_hash: draft.form_hash,
    service: tablet.service.id,
    unit: draft.unit,
    author: draft.author,
    tablet: tablet.id,
    tablet_seq: link.seq,
    tablet_prev: link.previous,
    happened_at: answers.happened_at ?? toInstant(stamp.wall),
    recorded_at: toInstant(stamp.wall),
    clock: clockOf(stamp),
    app,
    answers,
    bearings,
    lowered_to: draft.lowered_to,
    lowered_reason: draft.lowered_to ? wholeCharacters(draft.lowered_reason.trim()) : "",
    spawned_by: draft.spawned_by ?? "",
    attachments: [],
    begun_by: draft.begun_by ?? "",
    withdrawn: 0,
    audit: draft.audit ?? "",
  };
}

/**
 * The body that takes a sealed record back: the same answers, as a version of their own with the reason.
 * @param {object} body of the newest version
 */
export function withdrawnBody(body, { reason, tablet, link, stamp, app }) {
  return {
    ...body, version: body.version + 1, reason: wholeCharacters(reason),
    tablet: tablet.id, tablet_seq: link.seq, tablet_prev: link.previous, recorded_at: toInstant(stamp.wall), clock: clockOf(stamp), app, withdrawn: 1,
  };
}

function clockOf({ wall, monotonic, boot, offset }) {
  return { wall, monotonic, boot, offset };
}

// Half of a surrogate pair (a cut emoji) has no UTF-8: the server could not read the body. Answers are looked after by the form's rules.
function wholeCharacters(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/**
 * Moves a draft into the outbox: one strict transaction that also takes the tablet's next number.
 * The digest is worked out before the transaction (a transaction would close while WebCrypto works), so inside it the head
 * of the chain is compared again, and if another tab has sealed or enrolled meanwhile the body is made anew.
 *
 * @param {object} store
 * @param {(link: {seq: number, previous: string}, tablet?: object) => object} makeBody builds the body for a place in the chain of
 *   the tablet that the store names now: another tab may have enrolled it anew
 * @param {{author: string, title: string, code: string, result: string, sealed_at: string}} label what lists show of it
 * @param {((text: string) => Promise<{key: string, signature: string}>)[]} signers the author, then who accepted: each signs the very bytes
 * @returns {Promise<object>} the stored row, after the transaction completed
 * @throws NotSaved or StoreLost from the store; ChainBusy
 */
export async function seal(store, makeBody, label, signers = []) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const [chain, enrolled] = await Promise.all([store.get("meta", "chain"), store.get("meta", "tablet")]);
    const head = chain?.value ?? { seq: 0, sha256: NO_PREVIOUS };
    const tablet = enrolled?.value;
    const body = makeBody({ seq: head.seq + 1, previous: head.sha256 }, tablet);
    const row = await rowOf(body, label, signers);
    const stored = await moveToOutbox(store, head, tablet, row);
    if (stored) return stored;
  }
  throw new ChainBusy("Another tab kept saving at the same moment. Try again.");
}

async function rowOf(body, label, signers) {
  const text = JSON.stringify(body);
  const [digest, ...signatures] = await Promise.all([sha256(text), ...signers.map((sign) => sign(text))]);
  return {
    record: body.record, version: body.version, tablet_seq: body.tablet_seq, waiting: body.tablet_seq,
    body: text, sha256: digest, signatures, form_hash: body.form_hash, ...label, receipt: null, lost_receipts: [], attempt: null,
  };
}

function moveToOutbox(store, head, tablet, row) {
  return store.write(["meta", "draft", "record"], async (change) => {
    const [chain, already, enrolled] = await Promise.all([change.get("meta", "chain"), change.get("record", [row.record, row.version]), change.get("meta", "tablet")]);
    if (already && already.sha256 !== row.sha256) throw new Error("This record is saved already.");
    if (already) { // the store was lost after it had saved, and this is the second try
      await change.delete("draft", row.record);
      return already;
    }
    if ((chain?.value.seq ?? 0) !== head.seq || enrolled?.value.id !== tablet?.id) return null;
    await change.put("meta", { key: "chain", value: { seq: row.tablet_seq, sha256: row.sha256 } });
    await change.put("record", row);
    await change.delete("draft", row.record);
    return row;
  });
}
