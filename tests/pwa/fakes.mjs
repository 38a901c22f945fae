// What the pure modules are handed in tests: a store in memory, a clock and timers that move when told, a server that answers as told.

import { STORES, rowKey } from "../../pwa/js/database.mjs";

/** A store with the same promises as the real one: a write is all or nothing, and writes come one after another. */
export class MemoryStore {
  #rows = new Map(Object.keys(STORES).map((name) => [name, new Map()]));
  #queue = Promise.resolve();
  /** Set to an error to make the next write fail, as a full disk would. */
  failNext = null;
  writes = 0;

  async get(name, key) {
    return structuredClone(this.#rows.get(name).get(JSON.stringify(key)));
  }

  async all(name, wish) {
    return structuredClone(chosen(name, [...this.#rows.get(name).values()], wish));
  }

  async count(name, wish) {
    return (await this.all(name, wish)).length;
  }

  write(names, work) {
    const result = this.#queue.then(() => this.#transaction(names, work));
    this.#queue = result.catch(() => {});
    return result;
  }

  async #transaction(names, work) {
    if (this.failNext) {
      const error = this.failNext;
      this.failNext = null;
      throw error;
    }
    const before = new Map(names.map((name) => [name, new Map(this.#rows.get(name))]));
    try {
      const outcome = await work(this.#changes(names));
      this.writes += 1;
      return outcome;
    } catch (error) {
      for (const [name, rows] of before) this.#rows.set(name, rows);
      throw error;
    }
  }

  #changes(names) {
    const rows = (name) => {
      if (!names.includes(name)) throw new Error(`${name} is not part of this transaction`);
      return this.#rows.get(name);
    };
    return {
      get: async (name, key) => structuredClone(rows(name).get(JSON.stringify(key))),
      all: async (name, wish) => structuredClone(chosen(name, [...rows(name).values()], wish)),
      put: async (name, row) => void rows(name).set(JSON.stringify(rowKey(name, row)), structuredClone(row)),
      delete: async (name, key) => void rows(name).delete(JSON.stringify(key)),
      clear: async (name) => rows(name).clear(),
    };
  }
}

/** Timers and a wall clock that only move by `advance`. */
export class FakeTime {
  now;
  #timers = new Map();
  #next = 1;

  constructor(now = Date.parse("2026-11-21T14:05:00Z")) {
    this.now = now;
  }

  set = (work, ms) => {
    this.#timers.set(this.#next, { at: this.now + ms, work });
    return this.#next++;
  };

  clear = (timer) => this.#timers.delete(timer);

  get pending() {
    return [...this.#timers.values()].map(({ at }) => at - this.now);
  }

  async advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = due[1].at;
      await due[1].work();
    }
    this.now = end;
  }
}

export function fakeClock(time = new FakeTime()) {
  return {
    wall: () => time.now,
    mark: () => ({ wall: time.now, monotonic: time.now }),
    learn: (_sent, serverWall) => ({ offset: serverWall - time.now, bound: 0, wall: time.now, monotonic: time.now, boot: "b" }),
    stamp: () => ({ wall: time.now, monotonic: 1234, boot: "b", offset: [] }),
  };
}

/** A lock manager of one tab: free unless `taken`. */
export class FakeLocks {
  taken = false;

  async request(_name, options, work) {
    return work(this.taken && options.ifAvailable ? null : {});
  }
}

/** A response as fetch gives it. Text that is not JSON makes json() fail, as a portal's page would. */
export function answer(status, body) {
  return {
    status,
    ok: status >= 200 && status < 300,
    redirected: false,
    json: async () => (typeof body === "string" ? JSON.parse(body) : structuredClone(body)),
    text: async () => String(body),
  };
}

/** A sealed row waiting to be sent. */
export function sealedRow(seq, extra = {}) {
  const record = `01a00000-0000-7000-8000-${String(seq).padStart(12, "0")}`;
  return {
    record, version: 1, tablet_seq: seq, waiting: seq, body: JSON.stringify({ record, answers: {} }), sha256: String(seq).padStart(64, "0"),
    form_hash: "f".repeat(64), code: "F1", title: "Practice observation", author: "amina", author_name: "Amina", result: "met", concerns: 0,
    sealed_at: `2026-11-21T14:${String(seq % 60).padStart(2, "0")}:00Z`, receipt: null, lost_receipts: [], attempt: null, ...extra,
  };
}

/** A receipt for one item of a push, as the real server makes it. */
export function receiptFor(item, extra = {}) {
  const { record } = JSON.parse(item.body);
  return {
    status: "stored", record, version: 1, sha256: item.sha256, seq: 7, received_at: "2026-11-21T14:07:00Z", leaf: "a".repeat(64),
    held_for: "", findings: [], ...extra,
  };
}

export function pushAnswer(receipts, extra = {}) {
  return answer(201, { receipts, server_time: "2026-11-21T14:07:00.000Z", server_time_ms: Date.parse("2026-11-21T14:07:00Z"), epoch: "e1", ...extra });
}

export async function put(store, name, ...rows) {
  await store.write([name], async (change) => {
    for (const row of rows) await change.put(name, row);
  });
}

function chosen(name, rows, { index, only, limit = Infinity, reverse = false } = {}) {
  const path = STORES[name].indexes?.[index];
  const ofKey = only === undefined ? rows : rows.filter((row) => rowKey(name, row) === only);
  const found = path ? rows.filter((row) => row[path] !== undefined && (only === undefined || row[path] === only)).sort((a, b) => (a[path] < b[path] ? -1 : 1)) : ofKey;
  return (reverse ? found.toReversed() : found).slice(0, limit);
}
