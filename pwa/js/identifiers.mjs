// Record identifiers made on the tablet: UUID version 7 (RFC 9562, section 5.7).

/**
 * A new UUIDv7. Its first 48 bits are the tablet's clock: good for keeping an index in order, never proof of time.
 * @param {number} wall milliseconds since 1970 by the tablet's clock
 * @param {(bytes: Uint8Array) => Uint8Array} fillRandom fills the array with random bytes
 * @returns {string} 36 characters, lower case
 */
export function newIdentifier(wall = Date.now(), fillRandom = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = fillRandom(new Uint8Array(16));
  let time = wall;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return withHyphens([...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}

function withHyphens(hex) {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
