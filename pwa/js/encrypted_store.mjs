// The store as every module sees it: rows about people stand in it encrypted, whoever asks with the key in memory reads them as they are.
//
// WebCrypto cannot be awaited inside an IndexedDB transaction (it would close). So `write` is optimistic: the work runs over rows read
// and decrypted before, its changes are encrypted, and then one real transaction first compares what was read with what stands there now.
// If another tab was quicker, nothing is written and the work runs again: it must have no effect but through its argument.

import { IN_CLEAR, NotSaved, rowKey } from "./database.mjs";
import { NotOpened, openValue, placeOf, sealValue } from "./box.mjs";
import { WIPED } from "./taken_out.mjs";

const TRIES = 20;

/**
 * What of an encrypted row stands in clear beside its box, for indexes and for counting while locked: numbers, times and opaque ids.
 * The box holds the whole row, so what is read with the key is what was written, whatever became of the clear members.
 */
const CLEAR = {
  record: ({ record, version, tablet_seq, waiting, sealed_at, sha256, receipt, attempt }) => ({
    record, version, tablet_seq, ...(waiting === undefined ? {} : { waiting }), sealed_at, sha256,
    receipt: receipt ? pick(receipt, ["status", "seq", "received_at", "leaf", "position"]) : null,
    attempt: attempt ? pick(attempt, ["meaning", "at", "count", "status", "since"]) : null,
  }),
  draft: ({ id, changed_at }) => ({ id, changed_at }),
  reference: ({ kind, id }) => ({ kind, id }),
};

/** Raised when a row is asked for that cannot be read before somebody has typed a PIN. */
export class Locked extends Error {
  constructor() {
    super("Nobody has unlocked this tablet yet.");
    this.name = "Locked";
  }
}

export class EncryptedStore {
  #key = null;
  #recovery = null;
  #inClear = false;
  #overtaken = Promise.resolve();

  /** @param {object} rows the store beneath, see database.mjs; rows in it are as they stand on the disk */
  constructor(rows) {
    this.rows = rows;
  }

  /**
   * From now on rows can be read and written.
   * @param {CryptoKey} key the data key of this tablet @param {object|null} [recovery] the meta row's value that keeps this key, see vault.mjs
   */
  unlock(key, recovery = null) {
    this.#key = key;
    this.#recovery = recovery;
  }

  /** A tablet that was taken out of use before it ever had a key: what it holds in clear is sent as it is, and then goes. */
  leaveClear() {
    this.#inClear = true;
  }

  get unlocked() {
    return this.#key !== null || this.#inClear;
  }

  /** @returns {Promise<object|undefined>} @throws Locked, NotOpened */
  async get(name, key) {
    return this.#open(name, await this.rows.get(name, key));
  }

  /** As Store.all, without the records and drafts that this key does not open: they stay where they stand. `clear`: only what stands in clear, which needs no key. */
  async all(name, { clear = false, ...wish } = {}) {
    const rows = await this.rows.all(name, wish);
    return clear && CLEAR[name] ? rows.map(CLEAR[name]) : openable(name, rows, (row) => this.#open(name, row));
  }

  count(name, wish) {
    return this.rows.count(name, wish);
  }

  answers() {
    return this.rows.answers();
  }

  close() {
    this.rows.close();
  }

  /** @returns {Promise<object>} the row as it would stand on the disk */
  async sealed(name, row) {
    if (!CLEAR[name] || this.#inClear) return row;
    return { ...CLEAR[name](row), box: await sealValue(this.#needKey(), placeOf(name, rowKey(name, row)), row) };
  }

  /**
   * As Store.write. The work may run several times, and then only what its last run did counts.
   * @throws Locked, NotSaved, StoreLost
   */
  async write(names, work, options) {
    if (!names.some((name) => CLEAR[name])) return this.rows.write(names, work, options);
    const { done, outcome } = await this.#run(names, work, options);
    if (done) return outcome;
    const later = this.#overtaken.then(() => this.#again(names, work, options)); // one after another: those of one tab do not overtake each other for ever
    this.#overtaken = later.catch(() => {});
    return later;
  }

  /**
   * Encrypts what an earlier build wrote in clear. Safe to break off and to call again.
   * @returns {Promise<number>} how many rows it encrypted
   */
  async encryptOld(atOnce = 50) {
    if (!(await this.get("meta", IN_CLEAR))) return 0;
    let count = 0;
    for (const name of Object.keys(CLEAR)) {
      const old = (await this.rows.all(name)).filter((row) => !row.box).map((row) => rowKey(name, row));
      for (let from = 0; from < old.length; from += atOnce) {
        count += await this.write([name], async (change) => {
          const rows = await Promise.all(old.slice(from, from + atOnce).map((key) => change.get(name, key)));
          for (const row of rows) if (row) await change.put(name, row);
          return rows.length;
        });
      }
    }
    await this.write(["meta"], (change) => change.delete("meta", IN_CLEAR));
    return count;
  }

  async #again(names, work, options) {
    for (let attempt = 1; attempt < TRIES; attempt += 1) {
      const { done, outcome } = await this.#run(names, work, options);
      if (done) return outcome;
    }
    throw new NotSaved(new Error("another tab kept writing at the same moment"));
  }

  async #run(names, work, options) {
    const run = new Run(this.rows, (name, row) => this.#open(name, row));
    const outcome = await work(run.change);
    const changes = await Promise.all(run.changes.map(async ([act, name, value]) => [act, name, act === "put" ? await this.sealed(name, value) : value]));
    const done = await this.rows.write([...new Set([...names, "meta"])], async (change) => {
      await this.#keepKey(change);
      return run.commit(change, changes);
    }, options);
    return { done, outcome };
  }

  // What keeps the key may be gone under a living page. Once that page goes too, what it writes now could be read by nobody: so it is
  // put back where the browser took the store away, and nothing is written where the tablet was emptied or has another key.
  async #keepKey(change) {
    if (!this.#recovery) return;
    const now = await change.get("meta", "recovery");
    if (now?.value.text === this.#recovery.text) return;
    if (now || (await change.get("meta", WIPED))) throw new NotSaved(new Error("another tab has emptied this tablet"));
    await change.put("meta", { key: "recovery", value: this.#recovery });
  }

  async #open(name, row) {
    return row?.box ? openValue(this.#needKey(), placeOf(name, rowKey(name, row)), row.box) : row;
  }

  #needKey() {
    if (!this.#key) throw new Locked();
    return this.#key;
  }
}

// One run of a write's work: what it read, as it stood on the disk, and what it wants to change.
class Run {
  #rows;
  #open;
  #read = [];
  #written = new Map();
  changes = [];

  constructor(rows, open) {
    this.#rows = rows;
    this.#open = open;
    this.change = {
      get: (name, key) => this.#get(name, key),
      all: (name, wish) => this.#all(name, wish),
      put: async (name, row) => this.#note("put", name, structuredClone(row), rowKey(name, row)),
      delete: async (name, key) => this.#note("delete", name, key, key),
      clear: async (name) => this.#clear(name),
    };
  }

  /** Inside the transaction: applies the changes unless something that was read is not what it was. @returns {Promise<boolean>} */
  async commit(change, changes) {
    const now = await Promise.all(this.#read.map(({ name, key, wish }) => (wish ? change.all(name, wish) : change.get(name, key))));
    if (this.#read.some(({ stamp }, place) => stamp !== stampOf(now[place]))) return false;
    await Promise.all(changes.map(([act, name, value]) => change[act](name, value)));
    return true;
  }

  async #get(name, key) {
    const written = this.#written.get(placeOf(name, key)) ?? this.#written.get(name);
    if (written) return structuredClone(written.row);
    const row = await this.#rows.get(name, key);
    this.#read.push({ name, key, stamp: stampOf(row) });
    return this.#open(name, row);
  }

  async #all(name, wish = {}) {
    if (this.changes.some(([, changed]) => changed === name)) throw new Error("Read all rows before changing some.");
    const rows = await this.#rows.all(name, wish);
    this.#read.push({ name, wish, stamp: stampOf(rows) });
    return openable(name, rows, (row) => this.#open(name, row));
  }

  #note(act, name, value, key) {
    this.changes.push([act, name, value]);
    this.#written.set(placeOf(name, key), { row: act === "put" ? value : undefined });
  }

  #clear(name) {
    this.changes.push(["clear", name, undefined]);
    for (const place of this.#written.keys()) if (place.startsWith(`sightline|${name}|`)) this.#written.delete(place);
    this.#written.set(name, { row: undefined });
  }
}

// A box never has the same nonce twice: it tells whether a row is still the one that was read. What has no box is compared whole.
function stampOf(found) {
  if (Array.isArray(found)) return found.map(stampOf).join(";");
  return found?.box ? `${found.record ?? found.id} ${found.version ?? found.kind ?? ""} ${found.box.iv.join()}` : JSON.stringify(found);
}

// One record or draft that is damaged must not keep all others from being read, or sent. A list is whole or not there: who is missing in
// it would lose their bundle.
async function openable(name, rows, open) {
  const opened = await Promise.all(rows.map((row) => open(row).catch((error) => {
    if (name === "reference" || !(error instanceof NotOpened)) throw error;
    console.error(error);
    return undefined;
  })));
  return opened.filter((row) => row !== undefined);
}

function pick(row, members) {
  return Object.fromEntries(members.filter((member) => row[member] !== undefined).map((member) => [member, row[member]]));
}
