// How long to wait before trying again.

const FIRST = 5_000;
const LONGEST = 300_000;

/**
 * Full jitter: a random time up to a ceiling that doubles with each failure, so that tablets which lost the server together
 * do not all come back together.
 * @param {number} failures failures in a row, 1 or more
 * @param {() => number} random from 0 up to 1
 * @returns {number} milliseconds, at least one second
 */
export function backoff(failures, random = Math.random) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 10));
  return Math.max(1_000, Math.floor(random() * ceiling));
}
