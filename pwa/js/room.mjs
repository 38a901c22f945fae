// Room on a full disk. What makes some, in this order: a row kept for that day, and copies of records that the server has. The first to go
// are the oldest of those that a signed checkpoint of its log covers; then those it confirmed a day ago. Never a draft, never what waits.

import { stateOf } from "./outbox.mjs";
import { trusted } from "./witness.mjs";

const BALLAST = "ballast";
const BYTES = 2_000_000;
const ROOM_FOR_IT = 100_000_000;
const AT_ONCE = 20;
const DAY = 24 * 60 * 60 * 1000;

/** Keeps a row to let go of when the disk is full, so that the last note fits. @param {StorageManager|undefined} manager */
export async function keepBallast(store, manager) {
  const { usage = 0, quota = 0 } = (await manager?.estimate?.().catch(() => null)) ?? {};
  if (quota - usage < ROOM_FOR_IT || (await store.count("meta", { only: BALLAST }))) return;
  const value = new Uint8Array(BYTES); // random: what a disk could make smaller would give little room back
  for (let from = 0; from < BYTES; from += 50_000) crypto.getRandomValues(value.subarray(from, from + 50_000));
  await store.write(["meta"], (change) => change.put("meta", { key: BALLAST, value }), { strict: false });
}

/**
 * Frees some. Works locked: it looks only at what stands in clear.
 * @param {object} rows the store beneath the encrypted one @returns {Promise<boolean>} whether anything was freed
 */
export async function makeRoom(rows) {
  const [ballast, records, newest] = await Promise.all([rows.count("meta", { only: BALLAST }), rows.all("record"), trusted(rows)]);
  const kept = records.filter((row) => row.waiting === undefined && row.receipt && stateOf(row) === "delivered");
  kept.sort((a, b) => (a.receipt.received_at < b.receipt.received_at ? -1 : 1));
  const inLog = kept.filter(({ receipt }) => receipt.position < newest?.size);
  const latest = Date.parse(kept.at(-1)?.receipt.received_at) - DAY; // the server's clock: the tablet's own may have jumped ahead
  const leave = (inLog.length > 0 ? inLog : kept.filter(({ receipt }) => Date.parse(receipt.received_at) < latest)).slice(0, AT_ONCE);
  if (!ballast && leave.length === 0) return false;
  await rows.write(["meta", "record"], async (change) => {
    await change.delete("meta", BALLAST);
    for (const { record, version, receipt } of leave) {
      const now = await change.get("record", [record, version]);
      if (now?.waiting === undefined && now?.receipt?.seq === receipt.seq) await change.delete("record", [record, version]);
    }
  }, { makesRoom: true });
  return true;
}
