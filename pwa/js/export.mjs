// A copy of what waits, as a file that only the server's holder can open: for the day a tablet cannot send.

import { toBase64 } from "./bytes.mjs";
import { toInstant } from "./instants.mjs";

/** Of the records, those without a receipt. */
export const WAITING = { index: "waiting" };

/**
 * Works locked: the rows go as they stand on the disk.
 * @param {{store: object, clock: {wall: () => number}}} parts store: the encrypted store
 * @param {number} [from] @param {number} [to] which of the rows @param {object} [wish] {} for every record, not only what waits
 * @returns {Promise<{file: object, waiting: object[]}>} waiting: the rows in it, of which only what is clear can be relied upon
 */
export async function waitingCopy({ store, clock }, from = 0, to = Infinity, wish = WAITING) {
  const [tablet, recovery, all] = await Promise.all([store.get("meta", "tablet"), store.get("meta", "recovery"), store.rows.all("record", wish)]);
  const waiting = all.filter((row) => row.box).slice(from, to);
  const rows = waiting.map(({ record, version, tablet_seq, sha256, box }) => ({
    record, version, tablet_seq, sha256, box: { iv: toBase64(box.iv), data: toBase64(box.data) },
  }));
  const { id, name } = tablet?.value ?? { id: "", name: "" };
  return { file: { format: "sightline-export", v: 1, tablet: { id, name }, made_at: toInstant(clock.wall()), recovery: recovery?.value.text ?? "", rows }, waiting };
}

/** Gives the file to the browser to keep. @returns {Promise<number>} how many records are in it */
export async function saveCopy(parts, page = globalThis) {
  const { file } = await waitingCopy(parts);
  const address = page.URL.createObjectURL(new page.Blob([JSON.stringify(file)], { type: "application/json" }));
  const link = Object.assign(page.document.createElement("a"), { href: address, download: `sightline-${file.tablet.name}-${file.made_at.slice(0, 10)}.json` });
  link.click();
  setTimeout(() => page.URL.revokeObjectURL(address), 60_000);
  return file.rows.length;
}
