// Signing: each person has a key pair of their own on each tablet. ECDSA over P-256 with SHA-256.

import { sha256 } from "./digest.mjs";
import { toBase64, utf8 } from "./bytes.mjs";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** @returns {Promise<{secret: Uint8Array, point: string, key: string}>} the private key (PKCS 8), the public point (base64), its id */
export async function newKeyPair() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { secret: new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)), point: toBase64(point), key: await sha256(point) };
}

/**
 * @param {Uint8Array} secret as newKeyPair gave it @param {string} key its id
 * @returns {Promise<(text: string) => Promise<{key: string, signature: string}>>} signs the UTF-8 bytes of a text, as push sends it
 */
export async function signer(secret, key) {
  const own = await crypto.subtle.importKey("pkcs8", secret, CURVE, false, ["sign"]);
  return async (text) => ({ key, signature: toBase64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, own, utf8(text))) });
}
