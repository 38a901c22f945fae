// A box: JSON under AES-GCM, with a fresh nonce each time, bound to the place it stands in. The only module that encrypts.

import { utf8 } from "./bytes.mjs";

const NONCE = 12;

/** Raised when a box cannot be opened: the key is another, or the bytes or their place were changed. */
export class NotOpened extends Error {}

/**
 * @param {CryptoKey} key AES-GCM @param {string} place what the box is bound to @param {Uint8Array} bytes
 * @returns {Promise<{iv: Uint8Array, data: Uint8Array}>}
 */
export async function sealBytes(key, place, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, bytes);
  return { iv, data: new Uint8Array(data) };
}

/** @returns {Promise<Uint8Array>} @throws NotOpened */
export async function openBytes(key, place, { iv, data }) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(place) }, key, data));
  } catch (cause) {
    throw new NotOpened("This could not be opened with this key.", { cause });
  }
}

/** @returns {Promise<{iv: Uint8Array, data: Uint8Array}>} a box of any value that JSON can say */
export function sealValue(key, place, value) {
  return sealBytes(key, place, utf8(JSON.stringify(value)));
}

/** @returns {Promise<any>} @throws NotOpened */
export async function openValue(key, place, box) {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, place, box)));
}

/** What the box of a row is bound to: the store and the row's key. A row copied over another does not open. */
export function placeOf(store, key) {
  return `sightline|${store}|${JSON.stringify(key)}`;
}

/** @param {Uint8Array} raw 32 bytes @returns {Promise<CryptoKey>} that can be used, and not read out */
export function importKey(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}
