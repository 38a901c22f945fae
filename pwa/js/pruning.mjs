// A sealed copy leaves the tablet when the server has proven that it keeps the record, and a fortnight has passed. Never sooner, never
// a draft, never what waits.

import { provesInclusion } from "./merkle.mjs";
import { trusted } from "./witness.mjs";

const KEEP_FOR = 14 * 24 * 60 * 60 * 1000;
const AT_ONCE = 50;
const TIMEOUT = 30_000;

/**
 * @param {{store: object, fetch: typeof fetch}} parts
 * @returns {Promise<number>} how many copies left; 0 as well when the server does not answer, or its log is in doubt
 */
export async function prune({ store, fetch }) {
  const checkpoint = await trusted(store);
  if (!checkpoint || store.unlocked === false) return 0;
  // The server's clock, signed: the tablet's own may have jumped ahead
  const before = Date.parse(checkpoint.at) - KEEP_FOR;
  const rows = (await store.all("record", { clear: true })).filter((row) => isOld(row, before, checkpoint.size)).slice(0, AT_ONCE);
  if (rows.length === 0) return 0;
  const proofs = await proofsOf(fetch, rows, checkpoint.size);
  const proven = [];
  for (const row of rows) {
    const path = proofs.get(row.receipt.position);
    if (path && (await provesInclusion(row.receipt.leaf, row.receipt.position, checkpoint.size, path, checkpoint.root))) proven.push(row);
  }
  return store.write(["record"], (change) => leave(change, proven));
}

async function leave(change, proven) {
  let count = 0;
  for (const { record, version, receipt } of proven) {
    const now = await change.get("record", [record, version]);
    if (now?.waiting !== undefined || now?.receipt?.leaf !== receipt.leaf) continue;
    await change.delete("record", [record, version]);
    count += 1;
  }
  return count;
}

function isOld({ waiting, receipt }, before, size) {
  return waiting === undefined && receipt?.position >= 0 && receipt.position < size && Date.parse(receipt.received_at) < before;
}

async function proofsOf(fetch, rows, size) {
  const wanted = rows.map(({ receipt }) => `position=${receipt.position}`).join("&");
  try {
    const response = await fetch(`/sync/proofs?${wanted}&size=${size}`, {
      credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(TIMEOUT),
    });
    const { proofs } = response.status === 200 ? await response.json() : {};
    return new Map((Array.isArray(proofs) ? proofs : []).filter((each) => Array.isArray(each?.inclusion)).map((each) => [each.position, each.inclusion]));
  } catch {
    return new Map();
  }
}
