// The two proofs about the server's log (RFC 6962, 2.1), as the tablet checks them. Twin of sync/merkle.py; hashes are hexadecimal text.

const HASH = /^[0-9a-f]{64}$/;

/** @returns {Promise<boolean>} whether `path` leads from the leaf at `position` to the root of a tree of `size` leaves */
export async function provesInclusion(leaf, position, size, path, root) {
  if (!(position >= 0 && position < size) || ![leaf, root, ...path].every(isHash)) return false;
  let [place, last, reached] = [position, size - 1, leaf];
  for (const beside of path) {
    if (last === 0) return false;
    if (place % 2 || place === last) {
      reached = await hashNode(beside, reached);
      [place, last] = upWhileEven(place, last);
    } else reached = await hashNode(reached, beside);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && reached === root;
}

/** @returns {Promise<boolean>} whether `path` shows that the tree of `size` with `root` begins with the tree of `old` with `oldRoot` */
export async function provesConsistency(old, size, path, oldRoot, root) {
  if (!(old > 0 && old <= size) || ![oldRoot, root, ...path].every(isHash)) return false;
  if (old === size) return path.length === 0 && oldRoot === root;
  const [first, ...rest] = isPowerOfTwo(old) ? [oldRoot, ...path] : path;
  if (first === undefined) return false;
  let [place, last, was, now] = [old - 1, size - 1, first, first];
  while (place % 2) [place, last] = [half(place), half(last)];
  for (const beside of rest) {
    if (last === 0) return false;
    if (place % 2 || place === last) {
      [was, now] = [await hashNode(beside, was), await hashNode(beside, now)];
      [place, last] = upWhileEven(place, last);
    } else now = await hashNode(now, beside);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && was === oldRoot && now === root;
}

async function hashNode(left, right) {
  const bytes = Uint8Array.from(["01", ...pairs(left), ...pairs(right)], (pair) => parseInt(pair, 16));
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Bit operators would cut a number to 32 bits.
function upWhileEven(place, last) {
  let steps = [place, last];
  while (steps[0] % 2 === 0 && steps[0] > 0) steps = steps.map(half);
  return steps;
}

function half(number) {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number) {
  return Number.isInteger(Math.log2(number));
}

function isHash(text) {
  return typeof text === "string" && HASH.test(text);
}

function pairs(hex) {
  return hex.match(/../g);
}
