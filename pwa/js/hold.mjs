// Holding a Web Lock for longer than one call, and no longer than the page is there.

/**
 * @param {LockManager} locks @param {AbortSignal} gone of a page that is put away, and perhaps kept for a "back": it would keep its locks too
 * @returns {Pick<LockManager, "request"|"query">} the same locks, given up then
 */
export function locksUntil(locks, gone) {
  const end = new Promise((resolve) => gone.addEventListener("abort", resolve));
  return {
    request: (name, options, work) =>
      locks.request(name, options.ifAvailable ? options : { signal: gone, ...options }, (lock) => Promise.race([work(lock), end])),
    query: () => locks.query(),
  };
}

/**
 * @param {LockManager} locks
 * @param {string} name
 * @param {number} patience how long to wait for another holder to let go, in ms (a reloaded page lets go a moment late)
 * @returns {Promise<(() => void)|null>} gives the lock up again, or null if another tab keeps it
 */
export function holdLock(locks, name, patience = 1_500) {
  return new Promise((resolve) => {
    locks
      .request(name, { signal: AbortSignal.timeout(patience) }, () => new Promise((release) => resolve(release)))
      .catch(() => resolve(null));
  });
}
