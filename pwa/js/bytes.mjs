// Bytes as text and back.

/** @param {Uint8Array|ArrayBuffer} bytes @returns {string} standard base64 with padding */
export function toBase64(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @returns {Uint8Array} @throws {Error} when the text is no base64 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @returns {Uint8Array} the UTF-8 bytes */
export function utf8(text) {
  return new TextEncoder().encode(text);
}
