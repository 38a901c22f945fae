// The state of the tablet's own store: may the browser throw it away, how full is it, was it wiped.

import { askServer } from "./sign_in.mjs";

const MARK = "sightline-store-mark";

/**
 * Asks the browser to keep the store under pressure. Safe to call at every start.
 * @param {StorageManager|undefined} manager absent on some engines
 * @returns {Promise<"kept"|"may be cleared"|"unknown">}
 */
export async function askToKeep(manager) {
  if (!manager?.persist) return "unknown";
  try {
    const kept = (await manager.persisted?.()) || (await manager.persist());
    return kept ? "kept" : "may be cleared";
  } catch {
    return "unknown";
  }
}

/** @returns {Promise<{usedMb: number, freeMb: number}|null>} null where the browser will not say */
export async function space(manager) {
  if (!manager?.estimate) return null;
  const told = await manager.estimate().catch(() => null);
  if (!told) return null;
  const { usage = 0, quota = 0 } = told;
  return { usedMb: Math.round(usage / 1e5) / 10, freeMb: Math.round((quota - usage) / 1e6) };
}

/**
 * The canary: a row in the store and a mark outside it. If the mark is there and the row is not, the store was wiped.
 * @param {object} store
 * @param {Storage} marks localStorage
 * @param {string} now instant @param {number} [waited] how many records waited, as far as this page knows
 * @returns {Promise<{wiped: boolean, since: string, waiting: number}>} waiting: how many records waited when last noted. Said until the server was told
 */
export async function lookAfterCanary(store, marks, now, waited = 0) {
  const row = await store.get("meta", "canary");
  const mark = readMark(marks);
  const lost = row ? row.value.lost : mark && { since: mark.at, waiting: Math.max(mark.waiting, waited) };
  if (!row) await store.write(["meta"], (change) => change.put("meta", { key: "canary", value: { born: now, lost } }));
  return { wiped: Boolean(lost), since: lost?.since ?? row?.value.born ?? "", waiting: lost?.waiting ?? 0 };
}

/**
 * Tells the server that this browser's store is gone. @param {{store: object, fetch: typeof fetch}} parts @param {number} waiting how many records were noted outside it
 * @returns {Promise<{name: string, heard_at: string, expected: number}|null>} what it knows of the store; null if it knows no tablet here, or cannot be asked
 */
export async function tellStoreLost({ store, fetch }, waiting) {
  const { status, answer } = await askServer(fetch, "POST", "/tablet/store-lost", { waiting });
  if (status !== 200 || !answer?.name) return null;
  await store.write(["meta"], (change) => change.put("meta", { key: "canary", value: { born: answer.heard_at } }));
  return answer;
}

/** Notes outside the store how much waits in it, for the day the store is gone. */
export function noteWaiting(marks, waiting, now) {
  try {
    marks.setItem(MARK, JSON.stringify({ at: now, waiting }));
  } catch {
    // A full or forbidden localStorage only costs us the warning.
  }
}

function readMark(marks) {
  try {
    return JSON.parse(marks.getItem(MARK));
  } catch {
    return null;
  }
}
