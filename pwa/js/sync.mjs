// One loop that sends and reads. It is woken by a timer, by the network coming back, by the page being shown, by a seal and by who unlocks.
// While something waits to be sent the timer alone keeps it going; for a page that nobody sees nothing is read.

import { backoff } from "./backoff.mjs";

const REGULAR = 60_000;
const BUSY = 3_000;
const AT_ONCE = 0;
/** Held by whoever sends or reads, and by an enrolment. */
export const SYNC_LOCK = "sightline-sync";

/**
 * @typedef {object} Contact what is known of the server, for the screen
 * @property {number} heardAt ms since 1970 of the last answer, 0 if never
 * @property {boolean} reached whether the last try was answered
 * @property {boolean} busy @property {string} reason why the last try failed, "" if it did not @property {boolean} signIn
 * @property {boolean} revoked whether the tablet is out of use: it may send, and reads nothing
 */

export class Sync {
  #parts;
  #timer = null;
  #failures = 0;
  #started = false;
  #running = false;
  #page = {};
  #wished = null;
  #learned = [];
  /** Whether the network came back during the pass under way: what that pass fails of may be over. */
  #backOnline = false;
  /** @type {Contact} */
  contact = { heardAt: 0, reached: false, tried: false, busy: false, reason: "", signIn: false, revoked: false };

  /**
   * @param {{push: object, pull: object, store: object, clock: object, locks: LockManager, random?: () => number,
   *   timers: {set: Function, clear: Function}, onContact?: (contact: Contact) => void,
   *   onPulled?: (changed: boolean) => Promise<void>, enrolled: () => Promise<boolean>, onRevoked?: (wipe: string) => Promise<any>, opened?: () => Promise<boolean>,
   *   waits?: () => Promise<boolean>}} parts
   *   opened: whether the rows of the store can be read, which they cannot before the first PIN; waits: whether anything here could be sent now
   */
  constructor(parts) {
    this.#parts = { random: Math.random, onContact: () => {}, onPulled: async () => {}, onRevoked: async () => {}, opened: async () => true, waits: async () => false, ...parts };
  }

  /** Begins, and listens for what makes a try worth while. */
  start(page = globalThis) {
    if (this.#started) return;
    this.#started = true;
    this.#page = page;
    page.addEventListener?.("pageshow", () => this.now());
    page.addEventListener?.("offline", () => this.#woken());
    page.addEventListener?.("online", () => {
      this.#backOnline = this.#running;
      this.#woken();
    });
    page.document?.addEventListener("visibilitychange", () => {
      if (!this.#hidden) this.now();
    });
    this.now();
  }

  /**
   * One pass, if none is under way in this or another tab; if one is, another follows it.
   * @param {{again?: boolean}} [wish] again: also the records that need attention
   * @returns {Promise<boolean>} whether this tab made a pass
   */
  async now(wish = {}) {
    if (this.#running) {
      this.#wished = { again: Boolean(wish.again || this.#wished?.again) };
      return false;
    }
    this.#running = true;
    this.#parts.timers.clear(this.#timer);
    const busy = Symbol("busy");
    const made = await this.#parts.locks.request(SYNC_LOCK, { ifAvailable: true }, async (lock) => {
      if (!lock) return busy;
      if (!(await this.#parts.enrolled())) return false;
      await this.#pass(wish);
      return true;
    }).finally(() => { this.#running = false; });
    if (made === busy) this.#wait(BUSY, wish);
    else this.#wait(this.#wished && (this.#failures === 0 || this.#backOnline) ? AT_ONCE : this.#pause(), this.#wished ?? {}); // else a failure keeps its pause
    this.#wished = null;
    this.#backOnline = false;
    for (const changed of this.#learned.splice(0)) await this.#parts.onPulled(changed).catch(() => {}); // the next pull does it again
    return made === true;
  }

  async #pass(wish) {
    this.#tell({ busy: true });
    try {
      this.#judge(await this.#pushThenPull(wish));
    } catch {
      this.#failures += 1;
      this.#tell({ busy: false, reached: false, tried: true, reason: "The tablet could not read its own store. We will try again." });
    }
  }

  async #pushThenPull(wish) {
    const { push, pull, store, opened } = this.#parts;
    if (!(await opened())) return this.#heed(await pull.greet());
    await this.#showKeysFirst(store, pull);
    const pushed = await push.pass(wish);
    if (pushed.meaning === "retry" && !pushed.heard && !push.failsAlone) return pushed;
    const pulled = await pull.pass();
    if (pulled.meaning !== "answered") return this.#heed(pulled);
    await push.blame?.(500); // it answers: what it said of that one record is no want of space or time
    const { missing } = await this.#welcomeEpoch(pulled.epoch, store, pull);
    if (missing > 0) await push.pass();
    this.#learned.push(pulled.changed);
    return pushed.meaning === "answered" ? pulled : pushed;
  }

  // A restored server would hold what is signed with a key it does not know: it is shown the keys before the records.
  async #showKeysFirst(store, pull) {
    const known = (await store.get("meta", "epoch"))?.value ?? null;
    if (known === null || (await store.count("record", { index: "waiting" })) === 0) return;
    const now = await pull.epochNow();
    if (now !== null && now !== known) await pull.offerKeys();
  }

  // Emptied is a tablet out of use only once this server was offered all it holds: one that was put back may lack what it gave receipts for.
  async #heed(told) {
    if (told.meaning === "revoked" && (await this.#hasOffered())) await this.#parts.onRevoked(told.wipe);
    return told;
  }

  async #hasOffered() {
    const { push, pull, store } = this.#parts;
    const epoch = await pull.epochNow();
    if (epoch === null) return false;
    const { meaning, missing } = await this.#welcomeEpoch(epoch, store, pull);
    if (missing > 0) await push.pass();
    return meaning === "answered";
  }

  async #welcomeEpoch(epoch, store, pull) {
    const known = (await store.get("meta", "epoch"))?.value ?? null;
    if (known === epoch) return { meaning: "answered", missing: 0 };
    if (known !== null && !(await pull.offerKeys())) return { meaning: "retry", missing: 0 }; // not welcomed yet: the next pass does it again
    return pull.offerAgain(epoch);
  }

  #judge({ meaning, reason, heard = false }) {
    const well = meaning === "answered" || meaning === "attention" || meaning === "revoked";
    const reached = well || heard;
    this.#failures = well ? 0 : this.#failures + 1;
    const heardAt = reached ? this.#parts.clock.wall() : this.contact.heardAt;
    this.#tell({ busy: false, tried: true, reached, reason, heardAt, signIn: meaning === "sign_in", revoked: meaning === "revoked" });
  }

  get #hidden() {
    return this.#page.document?.visibilityState === "hidden";
  }

  // The timer or the network. A page that is hidden goes on for what waits alone; shown again, it looks at once.
  async #woken(wish) {
    if (!this.#hidden || (await this.#waits())) await this.now(wish);
  }

  #waits() {
    return this.#parts.waits().catch(() => true);
  }

  #pause() {
    return this.#failures === 0 ? REGULAR : backoff(this.#failures, this.#parts.random);
  }

  #wait(pause, wish) {
    this.#parts.timers.clear(this.#timer);
    this.#timer = this.#parts.timers.set(() => this.#woken(wish), pause);
  }

  #tell(news) {
    this.contact = { ...this.contact, ...news };
    this.#parts.onContact(this.contact);
  }
}
