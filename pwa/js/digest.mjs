// SHA-256 over the exact bytes that are sent.

/** What a tablet's first record names as the one before it. */
export const NO_PREVIOUS = "0".repeat(64);

/**
 * @param {string|Uint8Array} content
 * @returns {Promise<string>} SHA-256 of the bytes, of a text as UTF-8: 64 lower-case hexadecimal characters
 */
export async function sha256(content) {
  const bytes = await crypto.subtle.digest("SHA-256", typeof content === "string" ? new TextEncoder().encode(content) : content);
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {number} how many bytes the text takes as UTF-8. */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}
