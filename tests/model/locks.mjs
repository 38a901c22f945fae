// Web Locks for the pages of one tablet: a page that dies gives back what it held.

export class FairLocks {
  #held = new Map(); // name -> the page that holds it
  #queues = new Map();

  /** The lock manager as one page sees it. */
  of(page) {
    return { request: (name, ...rest) => this.#request(page, name, rest.length > 1 ? rest[0] : {}, rest.at(-1)) };
  }

  /** Gives back what a page that was closed held. */
  leave(page) {
    for (const [name, queue] of this.#queues) this.#queues.set(name, queue.filter((each) => each.page !== page));
    for (const [name, holder] of [...this.#held]) if (holder === page) this.#release(name);
  }

  async #request(page, name, { ifAvailable = false, signal }, work) {
    if (page.dead) return new Promise(() => {});
    if (this.#held.has(name)) {
      if (ifAvailable) return work(null);
      await this.#turn(page, name, signal);
    }
    this.#held.set(name, page);
    try {
      return await work({ name });
    } finally {
      if (!page.dead) this.#release(name);
    }
  }

  #turn(page, name, signal) {
    return new Promise((resolve, reject) => {
      const waiting = { page, resolve };
      this.#queues.set(name, [...(this.#queues.get(name) ?? []), waiting]);
      signal?.addEventListener("abort", () => {
        this.#queues.set(name, this.#queues.get(name).filter((each) => each !== waiting));
        reject(signal.reason);
      });
    });
  }

  #release(name) {
    const [next, ...rest] = this.#queues.get(name) ?? [];
    this.#queues.set(name, rest);
    if (!next) return void this.#held.delete(name);
    this.#held.set(name, next.page); // nobody slips in between
    next.resolve();
  }
}
