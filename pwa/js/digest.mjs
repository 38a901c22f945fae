// SHA-256 over the exact bytes that are sent.

/** What a tablet's first record names as the one before it. */
export const NO_PREVIOUS = "0".repeat(64);

/**
 * @param {string} text
 * @returns {Promise<string>} SHA-256 of the UTF-8 bytes, 64 lower-case hexadecimal characters
 */
export async function sha256(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {number} how many bytes the text takes as UTF-8. */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}
