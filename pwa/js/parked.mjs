// A record that the server will not take is parked alone. Which ones are is told to the server, without a word of what is in them.

import { askServer } from "./sign_in.mjs";

const TOLD = "parked_told";
const MOST = 100;
const REST = 6 * 60 * 60 * 1000;

/** Whether a row is parked: it is kept, shown, and no longer sent along with the others. */
export function isParked({ attempt }) {
  return attempt?.meaning === "attention";
}

/** Whether a row is sent by itself, after the others: the server failed on it before. */
export function goesAlone(row) {
  return isParked(row) || row.attempt?.alone > 0;
}

/** Whether a parked row is tried again by itself: the server may have been mended meanwhile. */
export function hasRested({ attempt }, now) {
  return Math.abs(now - Date.parse(attempt.at)) > REST;
}

/** Tells the server's managers, when it is not what they were told last. @param {{store: object, fetch: typeof fetch}} parts */
export async function tellParked({ store, fetch }) {
  const [waiting, told] = await Promise.all([store.all("record", { index: "waiting", clear: true }), store.get("meta", TOLD)]);
  const parked = waiting.filter(isParked).slice(0, MOST).map(({ record, version, tablet_seq, sha256, attempt }) => ({
    record, version, number: tablet_seq, sha256, status: attempt.status ?? 0, tries: attempt.count, since: attempt.since ?? attempt.at,
  }));
  const value = JSON.stringify(parked);
  if (value === (told?.value ?? "[]")) return;
  const { status } = await askServer(fetch, "POST", "/tablet/parked", { parked });
  if (status === 204) await store.write(["meta"], (change) => change.put("meta", { key: TOLD, value }), { strict: false });
}
