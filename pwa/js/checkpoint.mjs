// A checkpoint of the server's log: what its text says, and whether the server that we enrolled with signed it.

import { fromBase64, utf8 } from "./bytes.mjs";

const TEXT = /^sightline-log\/([^\n]+)\n(0|[1-9]\d{0,14})\n([0-9a-f]{64})\n([^\n]+)\n([^\n]+)\n$/;

/** @returns {{log: string, size: number, root: string, epoch: string, at: string}|null} null: not the text of a checkpoint */
export function readCheckpoint(text) {
  const [, log, size, root, epoch, at] = TEXT.exec(text) ?? [];
  return log === undefined ? null : { log, size: Number(size), root, epoch, at };
}

/**
 * @param {{text: string, signature: string}} checkpoint
 * @param {string} key the server's public key, 32 bytes in base64
 * @returns {Promise<boolean|null>} null: this browser cannot check such a signature
 */
export async function isSigned({ text, signature }, key) {
  try {
    const imported = await crypto.subtle.importKey("raw", fromBase64(key), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, imported, fromBase64(signature), utf8(text));
  } catch (error) {
    return error?.name === "NotSupportedError" ? null : false;
  }
}
