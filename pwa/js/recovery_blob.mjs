// The data key, sealed for the server's holder alone: it opens what waits on a tablet whose people have all gone.
// ECDH P-256 with a key pair made for this once, HKDF-SHA-256, AES-256-GCM.

import { fromBase64, toBase64, utf8 } from "./bytes.mjs";
import { sealBytes } from "./box.mjs";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = "sightline recovery 1";

/**
 * @param {Uint8Array} dataKey 32 bytes @param {string} recoveryKey the server's public point, base64 @param {string} tablet its id
 * @returns {Promise<string>} JSON {v, tablet, ephemeral, iv, sealed}; no one can open it here
 */
export async function recoveryBlob(dataKey, recoveryKey, tablet) {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveKey", "deriveBits"]);
  const server = await crypto.subtle.importKey("raw", fromBase64(recoveryKey), CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, pair.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(INFO) };
  const key = await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const { iv, data } = await sealBytes(key, tablet, dataKey);
  const ephemeral = await crypto.subtle.exportKey("raw", pair.publicKey);
  return JSON.stringify({ v: 1, tablet, ephemeral: toBase64(ephemeral), iv: toBase64(iv), sealed: toBase64(data) });
}
