// A bundle: what one person needs to work on this tablet, wrapped by a key made from their PIN. No PIN and no hash of one is kept.

import { NotOpened, openBytes, openValue, sealBytes, sealValue } from "./box.mjs";
import { utf8 } from "./bytes.mjs";

/** What a guess costs. OWASP's least for PBKDF2 with SHA-256; still only device encryption stops who has the disk. */
export const ITERATIONS = 600_000;
/** Wrong PINs after which the bundle is gone: its owner signs in with the network again. */
export const MOST_TRIES = 10;
const FREE_TRIES = 3;
const LONGEST_WAIT = 60;

export { NotOpened };

/**
 * @param {{staff: string, tablet: string, pin: string, dataKey: Uint8Array, secret: Uint8Array, key: string, point: string,
 *   certificate: object, pin_set_at: string, plate: object, iterations?: number}} parts secret: the private signing key; plate: see namePlate
 * @returns {Promise<object>} the row as it is stored
 */
export async function makeBundle({ pin, dataKey, secret, iterations = ITERATIONS, ...open }) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapping = await wrappingKey(pin, salt, iterations);
  const [data_key, signing] = await Promise.all([
    sealBytes(wrapping, placeIn(open.staff, "data_key"), dataKey), sealBytes(wrapping, placeIn(open.staff, "signing"), secret),
  ]);
  return { ...open, salt, iterations, data_key, signing, tries: 0, wait_until: 0 };
}

/** @returns {Promise<{dataKey: Uint8Array, secret: Uint8Array}>} @throws NotOpened when the PIN is another */
export async function openBundle({ staff, salt, iterations, data_key, signing }, pin) {
  const wrapping = await wrappingKey(pin, salt, iterations);
  const [dataKey, secret] = await Promise.all([
    openBytes(wrapping, placeIn(staff, "data_key"), data_key), openBytes(wrapping, placeIn(staff, "signing"), signing),
  ]);
  return { dataKey, secret };
}

/** The bundle with one more try counted, which is written before the try is made: who pulls the plug wins nothing by it. */
export function counted(bundle, now) {
  const tries = bundle.tries + 1;
  const wait = tries >= FREE_TRIES ? Math.min(LONGEST_WAIT, 2 ** (tries - FREE_TRIES + 1)) : 0;
  return { ...bundle, tries, wait_until: now + wait * 1000 };
}

/** @returns {number} whole seconds until the next try is allowed; a clock that was put back makes it no longer than the longest wait */
export function secondsToWait({ wait_until }, now) {
  return Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((wait_until - now) / 1000)));
}

/** The name on a tile of the lock screen: kept from the disk in clear, not from who holds the tablet (the key stands beside it). */
export function sealPlate(plateKey, staff, { name, role }) {
  return sealValue(plateKey, placeIn(staff, "plate"), { name, role });
}

/** @returns {Promise<{id: string, name: string, role: string}>} */
export async function openPlate(plateKey, { staff, plate }) {
  return { id: staff, ...(await openValue(plateKey, placeIn(staff, "plate"), plate)) };
}

async function wrappingKey(pin, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function placeIn(staff, what) {
  return `sightline|bundle|${JSON.stringify(staff)}|${what}`;
}
