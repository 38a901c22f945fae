// A tablet's disk in memory, with the promises of IndexedDB and no more: what was written strictly outlives a power cut, what was written
// relaxed may not, a killed browser loses nothing that had completed, and a full disk refuses.

import { NotSaved, STORES, rowKey } from "../../pwa/js/database.mjs";
import { FairLocks } from "./locks.mjs";

const NEVER = new Promise(() => {});

export class Device {
  #disk = emptied();
  #flushed = null; // the disk as it was last flushed, while something relaxed stands after it
  #tail = []; // what was written relaxed since
  #queue = Promise.resolve();
  #kill = null;
  locks = new FairLocks();
  /** Whether the disk takes no more. */
  full = false;
  /** How many transactions completed. */
  writes = 0;
  pages = [];

  /** Kills all pages at the write that is `after` writes away: before it is applied, or when it is and nobody has heard. */
  killAt({ after, applied, power }) {
    this.#kill = { after, applied, power };
  }

  disarm() {
    this.#kill = null;
  }

  /** @param {number} kept of what was written relaxed, how much a cut of the power leaves, 0 to 1 */
  kill(power, kept = 0) {
    for (const page of this.pages.splice(0)) page.die();
    this.locks = new FairLocks();
    this.#queue = Promise.resolve();
    this.#kill = null;
    if (power && this.#flushed) {
      const tail = this.#tail.slice(0, Math.floor(this.#tail.length * kept));
      this.#disk = this.#flushed;
      for (const changes of tail) apply(this.#disk, changes);
    }
    this.#flush();
  }

  wipe() {
    this.#disk = emptied();
    this.#flush();
  }

  rows(name) {
    return [...this.#disk.get(name).values()];
  }

  /** The store as one page sees it: of a page that died nothing comes back any more. */
  connection(page) {
    const alive = (promise) => promise.then((value) => (page.dead ? NEVER : value), (error) => (page.dead ? NEVER : Promise.reject(error)));
    const read = (work) => (page.dead ? NEVER : alive(Promise.resolve().then(work)));
    return {
      get: (name, key) => read(() => structuredClone(this.#disk.get(name).get(JSON.stringify(key)))),
      all: (name, wish) => read(() => structuredClone(chosen(name, this.rows(name), wish))),
      count: (name, wish) => read(() => chosen(name, this.rows(name), wish).length),
      answers: async () => !page.dead,
      close: () => {},
      write: (names, work, options) => (page.dead ? NEVER : alive(this.#write(page, names, work, options))),
    };
  }

  #write(page, names, work, options) {
    const done = this.#queue.then(() => this.#transaction(page, names, work, options));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #transaction(page, names, work, { strict = true } = {}) {
    if (page.dead) return NEVER;
    const changes = [];
    const outcome = await work(this.#changing(names, changes));
    if (page.dead) return NEVER;
    if (this.full && changes.some(([act]) => act === "put")) throw new NotSaved(new DOMException("the disk is full", "QuotaExceededError"));
    const kill = this.#kill && this.#kill.after-- <= 0 ? this.#kill : null;
    if (!kill || kill.applied) this.#commit(changes, strict);
    if (!kill) return outcome;
    this.kill(kill.power, 0.5);
    return NEVER;
  }

  #commit(changes, strict) {
    if (!strict && !this.#flushed) this.#flushed = new Map([...this.#disk].map(([name, rows]) => [name, new Map(rows)]));
    apply(this.#disk, changes);
    this.writes += 1;
    if (strict) this.#flush();
    else this.#tail.push(changes);
  }

  #flush() {
    this.#flushed = null;
    this.#tail = [];
  }

  #changing(names, changes) {
    const seen = new Map();
    const rows = (name) => {
      if (!names.includes(name)) throw new Error(`${name} is not part of this transaction`);
      if (!seen.has(name)) seen.set(name, new Map(this.#disk.get(name)));
      return seen.get(name);
    };
    const note = (act, name, key, row) => {
      const change = [act, name, key, row];
      rows(name);
      apply(seen, [change]);
      changes.push(change);
    };
    return {
      get: async (name, key) => structuredClone(rows(name).get(JSON.stringify(key))),
      all: async (name, wish) => structuredClone(chosen(name, [...rows(name).values()], wish)),
      put: async (name, row) => note("put", name, JSON.stringify(rowKey(name, row)), structuredClone(row)),
      delete: async (name, key) => note("delete", name, JSON.stringify(key)),
      clear: async (name) => note("clear", name),
    };
  }
}

function emptied() {
  return new Map(Object.keys(STORES).map((name) => [name, new Map()]));
}

function apply(disk, changes) {
  for (const [act, name, key, row] of changes) {
    if (act === "put") disk.get(name).set(key, row);
    else if (act === "delete") disk.get(name).delete(key);
    else disk.get(name).clear();
  }
}

function chosen(name, rows, { index, only, below, limit = Infinity, reverse = false } = {}) {
  const path = STORES[name].indexes?.[index];
  const placed = rows.map((row) => [path ? row[path] : rowKey(name, row), row]).filter(([place]) => place !== undefined);
  const found = placed.filter(([place]) => (only === undefined || order(place, only) === 0) && (below === undefined || order(place, below) < 0));
  found.sort((a, b) => order(a[0], b[0]) || order(rowKey(name, a[1]), rowKey(name, b[1])));
  return (reverse ? found.toReversed() : found).slice(0, limit).map(([, row]) => row);
}

function order(one, other) {
  if (!Array.isArray(one)) return one < other ? -1 : Number(one > other);
  for (const [place, part] of one.entries()) if (order(part, other[place]) !== 0) return order(part, other[place]);
  return 0;
}
