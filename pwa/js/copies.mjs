// Copies of what waits on a tablet, on their way to the server: this one's own, or another tablet's that somebody brought here.
// They stay encrypted: only the server can open them. One is let go when each of its records has a receipt.

import { askServer } from "./sign_in.mjs";
import { provesDelivery } from "./outbox.mjs";
import { sha256 } from "./digest.mjs";

const AT_ONCE = 50;
const MOST_BYTES = 8_000_000;
const BROUGHT = "brought";

/** @typedef {{digest: string, name: string, made_at: string, file: object, reason: string}} Brought reason: why the server did not take it, "" while it is yet to be sent */

/**
 * Hands a copy in, some rows at a time, fewer where that is too much.
 * @returns {Promise<{safe: boolean, status: number, detail?: string}>} safe: every row has a receipt that proves it; status, detail: of the answer that was none
 */
export async function handIn(fetch, file, rows = file.rows, atOnce = AT_ONCE) {
  let safe = true;
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    const { status, answer } = await askServer(fetch, "POST", "/tablet/rescue", { ...file, rows: some });
    const halve = status === 413 && some.length > 1;
    const next = halve ? await handIn(fetch, file, some, Math.ceil(some.length / 2)) : { safe: areProven(status, answer, some), status, detail: answer?.detail };
    safe &&= next.safe;
    if (next.status !== 201) return { ...next, safe: false };
  }
  return { safe, status: 201 };
}

/** @returns {Promise<Brought[]>} */
export async function broughtHere(store) {
  return (await store.get("meta", BROUGHT))?.value ?? [];
}

/** Keeps a copy that another tablet saved. Again is harmless. @returns {Promise<Brought|null>} null for a file that is no copy */
export async function bring(store, text) {
  const file = read(text);
  if (!file) return null;
  const copy = { digest: await sha256(text), name: file.tablet.name, made_at: file.made_at, file, reason: "" };
  await change(store, (copies) => [...copies.filter(({ digest }) => digest !== copy.digest), copy]);
  return copy;
}

/** A person lets go of a copy that the server did not take. */
export function putAway(store, digest) {
  return change(store, (copies) => copies.filter((each) => each.digest !== digest));
}

/**
 * Sends what was brought. What was refused waits until it is asked for `again`.
 * @returns {Promise<boolean>} whether none is left
 */
export async function sendBrought({ store, fetch }, again = false) {
  for (const { digest, file, reason } of await broughtHere(store)) {
    if (reason && !again) continue;
    const { safe, status, detail } = await handIn(fetch, file);
    if (safe) await putAway(store, digest);
    else if (status === 201 || detail) await change(store, (copies) => copies.map((each) => (each.digest === digest ? { ...each, reason: detail ?? "Not all of it could be opened." } : each)));
  }
  return (await broughtHere(store)).length === 0;
}

function areProven(status, answer, rows) {
  return status === 201 && rows.every((row, place) => provesDelivery(answer?.receipts?.[place] ?? null, row));
}

function read(text) {
  try {
    const file = JSON.parse(text);
    return text.length < MOST_BYTES && file.format === "sightline-export" && file.tablet.id && Array.isArray(file.rows) ? file : null;
  } catch {
    return null;
  }
}

function change(store, work) {
  return store.write(["meta"], async (meta) => {
    const value = work((await meta.get("meta", BROUGHT))?.value ?? []);
    return value.length ? meta.put("meta", { key: BROUGHT, value }) : meta.delete("meta", BROUGHT);
  });
}
