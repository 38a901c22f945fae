// Holding a Web Lock for longer than one call.

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
