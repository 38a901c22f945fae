// Taking a sealed record back: a version of its own, with the reason. The answers stay to be read, and count nowhere.

import { seal, withdrawnBody } from "./seal.mjs";
import { toInstant } from "./instants.mjs";

/**
 * @param {{store: object, clock: object, author: object, build: string}} app
 * @param {object} row the newest version of the record, as stored @param {string} reason
 * @returns {Promise<{row: object|null, problem: string}>} problem: "not_yours", "being_corrected", "withdrawn"
 */
export async function withdraw({ store, clock, author, build }, row, reason) {
  if (row.author !== author.current?.id) return { row: null, problem: "not_yours" };
  if (row.withdrawn) return { row: null, problem: "withdrawn" };
  if (await store.get("draft", row.record)) return { row: null, problem: "being_corrected" }; // sealing would take that draft away
  const { current, sign } = author;
  const stamp = clock.stamp();
  const body = JSON.parse(row.body);
  const makeBody = (link, tablet) => withdrawnBody(body, { reason, tablet, link, stamp, app: build });
  return { row: await seal(store, makeBody, labelFrom(row, current, stamp), [sign]), problem: "" };
}

function labelFrom(row, author, stamp) {
  const { form, code, title, unit, person, shift, happened_at, result, concerns, spawned_by, audit, restricted } = row;
  return {
    form, code, title, unit, person, shift, happened_at, result, concerns, spawned_by, audit, restricted, spawned: [],
    author: author.id, author_name: author.name, sealed_at: toInstant(stamp.wall), correction: 1, withdrawn: 1,
  };
}
