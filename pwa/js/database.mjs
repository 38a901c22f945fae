// The tablet's store. The only module that names indexedDB.
//
// What is promised here: a write is done when its transaction has completed, and not before. A transaction that aborts, for
// whatever reason and with or without an error, was not saved. When the browser kills the store under a living page, it is
// opened once more; if that fails too, `onLost` is told and the page must be loaded again (PLATFORM.md, section 4).

const NAME = "sightline";
const LOG = "log";
const VERSION = 2; // 1: nothing encrypted; 2: bundles, and boxes in the rows (encrypted_store.mjs)
/** The meta row that says: an earlier build left rows in clear here, which are yet to be encrypted. */
export const IN_CLEAR = "in_clear";
const FULL = /NO_SPACE|disk full|quota/i;
const MOST_TRIES = 5;

/** Store names, with what their rows are. */
export const STORES = {
  meta: { keyPath: "key" }, // {key, value}: tablet, chain, cursor, epoch, clock, canary, reference_at, recovery, plate_key
  bundle: { keyPath: "staff" }, // the keys of one person, wrapped by their PIN
  draft: { keyPath: "id" }, // answers being given
  record: { keyPath: ["record", "version"], indexes: { waiting: "waiting", sealed: "tablet_seq" } }, // sealed bytes and receipts
  reference: { keyPath: ["kind", "id"], indexes: { kind: "kind" } }, // people, staff, units, actions, forms from the last pull
};

/** @returns {string|string[]} the key of a row */
export function rowKey(name, row) {
  const path = STORES[name].keyPath;
  return Array.isArray(path) ? path.map((part) => row[part]) : row[path];
}

export class NotSaved extends Error {
  constructor(cause) {
    super("The tablet could not save this.", { cause });
    this.name = "NotSaved";
  }
}

export class StoreLost extends Error {
  constructor(cause) {
    super("The tablet lost contact with its own store.", { cause });
    this.name = "StoreLost";
  }
}

export class Store {
  #factory;
  #onLost;
  #database = null;
  #opening = null;
  #lost = false;
  #full = false;
  #gone = false;
  #running = new Set();
  #onFull;

  /**
   * @param {{onLost?: () => void, onFull?: () => Promise<boolean>, onRoom?: () => void, factory?: IDBFactory}} options
   *   onLost is called once, when only a reload can help; onFull when the disk is full: whether it made room; onRoom when a write fits again
   */
  constructor({ onLost = () => {}, onFull = async () => false, onRoom = () => {}, factory = indexedDB } = {}) {
    this.#factory = factory;
    this.#onLost = onLost;
    this.#onFull = onFull;
    this.onRoom = onRoom;
  }

  /** @returns {Promise<object|undefined>} one row */
  get(name, key) {
    return this.#read(name, (store) => store.get(key));
  }

  /**
   * @param {{index?: string, only?: any, limit?: number, reverse?: boolean, below?: any}} [wish]
   * @returns {Promise<object[]>} rows in the order of the index (or key); `below` gives those before that key; `reverse` has no index
   */
  all(name, wish = {}) {
    if (wish.reverse) return this.#backwards(name, wish);
    return this.#read(name, (store) => source(store, wish).getAll(range(wish), wish.limit));
  }

  /** @returns {Promise<number>} */
  count(name, wish = {}) {
    return this.#read(name, (store) => source(store, wish).count(range(wish)));
  }

  /**
   * One transaction. Inside `work`, await nothing but the calls of its argument: the browser closes the transaction otherwise.
   * @template T
   * @param {string[]} names stores it touches
   * @param {(change: {get: Function, all: Function, put: Function, delete: Function, clear: Function}) => Promise<T>|T} work
   * @param {{strict?: boolean}} [options] strict: flushed to the disk before it counts as done
   * @returns {Promise<T>} settles after the transaction completed; rejects with NotSaved or StoreLost
   */
  async write(names, work, options = {}) {
    for (let tries = 0; ; tries += 1) {
      try {
        const outcome = await this.#writeOnce(names, work, options);
        if (this.#full && !options.makesRoom) {
          this.#full = false;
          this.onRoom();
        }
        return outcome;
      } catch (error) {
        if (!isFull(error)) throw error;
        this.#full = true;
        if (options.makesRoom || tries === MOST_TRIES || !(await this.#onFull().catch(() => false))) throw error instanceof NotSaved ? error : new NotSaved(error);
      }
    }
  }

  #writeOnce(names, work, { strict = true }) {
    return this.#withDatabase((database) => {
      const transaction = this.#begin(database, names, "readwrite", { durability: strict ? "strict" : "relaxed" });
      const done = completion(transaction);
      return runInside(transaction, work, done);
    });
  }

  /** Reads one row, to learn whether the store still answers. @returns {Promise<boolean>} */
  async answers() {
    try {
      await this.get("meta", "canary");
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The page is put away, perhaps for a "back": what is half done is undone, and nothing is done any more. WebKit would keep the page with
   * its open transaction, and that bars the store to every other page until the window is closed.
   */
  leave() {
    this.#gone = true;
    this.#running.forEach(abort);
    this.close();
  }

  /** Closes the store; the next call opens it again. */
  close() {
    this.#database?.close();
    this.#database = null;
  }

  #read(name, ask) {
    return this.#withDatabase((database) => {
      return asked(ask(this.#begin(database, name).objectStore(name)));
    });
  }

  // Two questions, however many rows: a cursor would come back to the page for each, and bar who wants to write meanwhile.
  #backwards(name, wish) {
    return this.#withDatabase(async (database) => {
      const store = this.#begin(database, name).objectStore(name);
      const keys = (await asked(store.getAllKeys(range(wish)))).slice(-(wish.limit ?? Infinity));
      return keys.length ? (await asked(store.getAll(IDBKeyRange.bound(keys[0], keys.at(-1))))).reverse() : [];
    });
  }

  #begin(database, ...wish) {
    const transaction = database.transaction(...wish);
    this.#running.add(transaction);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => this.#running.delete(transaction));
    return transaction;
  }

  async #withDatabase(use) {
    if (this.#gone) return new Promise(() => {});
    if (this.#lost) throw new StoreLost();
    try {
      return await use(await this.#open());
    } catch (error) {
      if (!connectionDied(error)) throw error;
      return this.#onceMore(use, error);
    }
  }

  async #onceMore(use, first) {
    this.close();
    try {
      return await use(await this.#open());
    } catch (error) {
      if (!connectionDied(error)) throw error;
      if (this.#full) throw new NotSaved(first); // Chromium closes the store of a full disk: loading the page again would help nobody
      if (await this.#reads()) throw new NotSaved(null); // WebKit calls a full disk UnknownError too; a store that died reads nothing either
      this.#giveUp();
      throw new StoreLost(first);
    }
  }

  async #reads() {
    try {
      return Boolean(await asked((await this.#open()).transaction("meta").objectStore("meta").getAllKeys()));
    } catch {
      return false;
    }
  }

  #giveUp() {
    if (this.#lost) return;
    this.#lost = true;
    this.#onLost();
  }

  #open() {
    if (this.#database) return this.#database;
    this.#opening ??= this.#openNow().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #openNow() {
    if (navigator.userAgentData) beginNewLog(this.#factory).catch(() => {}); // Chromium alone has it; nothing waits for it: a page kept for "back" can bar it
    const request = this.#factory.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => createStores(request.result, request.transaction, oldVersion);
    const database = await asked(request);
    database.onclose = () => { this.#database = null; };
    database.onversionchange = () => this.close();
    this.#database = database;
    return database;
  }
}

// A kill may cut a write in two. Chromium goes on writing behind that half, takes the whole store for damaged at the second start after,
// and deletes it. When a database has been deleted, it puts all that it read into a file of its own, and begins a new log.
async function beginNewLog(factory) {
  const database = await asked(factory.open(LOG));
  database.close();
  await asked(factory.deleteDatabase(LOG));
}

function createStores(database, transaction, oldVersion) {
  for (const [name, { keyPath, indexes = {} }] of Object.entries(STORES)) {
    const store = database.objectStoreNames.contains(name)
      ? transaction.objectStore(name)
      : database.createObjectStore(name, { keyPath });
    for (const [index, path] of Object.entries(indexes)) {
      if (!store.indexNames.contains(index)) store.createIndex(index, path);
    }
  }
  if (oldVersion === 1) transaction.objectStore("meta").put({ key: IN_CLEAR, value: true });
}

async function runInside(transaction, work, done) {
  let outcome;
  try {
    outcome = await work(changes(transaction));
  } catch (error) {
    done.catch(() => {});
    abort(transaction);
    throw error;
  }
  await done;
  return outcome;
}

function changes(transaction) {
  const store = (name) => transaction.objectStore(name);
  return {
    get: (name, key) => asked(store(name).get(key)),
    all: (name, wish = {}) => asked(source(store(name), wish).getAll(range(wish), wish.limit)),
    put: (name, row) => asked(store(name).put(row)),
    delete: (name, key) => asked(store(name).delete(key)),
    clear: (name) => asked(store(name).clear()),
  };
}

function completion(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(connectionDied(transaction.error) && !FULL.test(transaction.error.message) ? transaction.error : new NotSaved(transaction.error));
  });
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It was over already.
  }
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    if ("onblocked" in request) request.onblocked = () => reject(new NotSaved(new Error("another tab holds an older version open")));
  });
}

function source(store, { index }) {
  return index ? store.index(index) : store;
}

function range({ only, below }) {
  if (only !== undefined) return IDBKeyRange.only(only);
  return below === undefined ? null : IDBKeyRange.upperBound(below, true);
}

// Each browser says it in its own way; WebKit aborts and says nothing (PLATFORM.md, section 3.4).
function isFull(error) {
  const cause = error?.name === "NotSaved" ? error.cause : error;
  return cause === null || ["QuotaExceededError", "AbortError"].includes(cause?.name) || FULL.test(cause?.message);
}

function connectionDied(error) {
  return error?.name === "InvalidStateError" || error?.name === "UnknownError";
}
