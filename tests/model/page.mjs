// One tab of the tablet app, put together from the real modules as pwa/js/app.mjs does it, without its screens; it lets go of old copies at every pass, not
// once an hour.

import { Author } from "../../pwa/js/author.mjs";
import { Clock } from "../../pwa/js/clock.mjs";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { Pull } from "../../pwa/js/pull.mjs";
import { Push } from "../../pwa/js/push.mjs";
import { Reference } from "../../pwa/js/reference.mjs";
import { Sync } from "../../pwa/js/sync.mjs";
import { TakenOut } from "../../pwa/js/taken_out.mjs";
import { Vault } from "../../pwa/js/vault.mjs";
import { bring, sendBrought } from "../../pwa/js/copies.mjs";
import { buildBody, seal, withdrawnBody } from "../../pwa/js/seal.mjs";
import { endEnrolment, enrol } from "../../pwa/js/enrolment.mjs";
import { headerOf, lookAt } from "../../pwa/js/witness.mjs";
import { newDraft } from "../../pwa/js/drafts.mjs";
import { newIdentifier } from "../../pwa/js/identifiers.mjs";
import { prune } from "../../pwa/js/pruning.mjs";
import { readHealth } from "../../pwa/js/health.mjs";
import { tellParked } from "../../pwa/js/parked.mjs";
import { toInstant } from "../../pwa/js/instants.mjs";
import { waitingCopy } from "../../pwa/js/export.mjs";

const BUILD = "model";

// Remembers every key that opened this tablet, so that whoever looks from outside can read the rows too.
class WatchedStore extends EncryptedStore {
  constructor(rows, keys) {
    super(rows);
    this.keys = keys;
  }

  unlock(key, recovery) {
    this.keys.add(key);
    super.unlock(key, recovery);
  }
}

export class Page {
  dead = false;
  #timer = null;
  #ended;

  /** @param {{device: object, keys: Set<CryptoKey>, time: {wall: number, monotonic: number}, fetch: typeof fetch}} parts */
  constructor({ device, keys, time, fetch }) {
    this.device = device;
    this.ended = new Promise((resolve) => { this.#ended = resolve; });
    const locks = device.locks.of(this);
    const ask = this.#living(fetch);
    this.clock = new Clock({ wall: () => time.wall, monotonic: () => time.monotonic, boot: newIdentifier() });
    this.store = new WatchedStore(device.connection(this), keys);
    this.author = new Author(() => {});
    this.reference = new Reference(this.store);
    this.vault = new Vault({ store: this.store, fetch: ask, locks, clock: this.clock, author: this.author, iterations: 1000, beginAnew: () => this.#beginAnew() });
    this.takenOut = new TakenOut({ store: this.store, fetch: ask, clock: this.clock, onWiped: () => device.kill(false) }); // as the app: every tab is loaded again
    const witness = {
      headers: () => headerOf(this.store),
      look: (answer, headers) => lookAt({ store: this.store, fetch: ask }, answer, Number(headers["Sightline-Checkpoint"] ?? 0)),
    };
    const parts = { store: this.store, fetch: ask, clock: this.clock, build: () => BUILD, health: () => this.health ?? null, witness };
    const remember = (reading) => this.#remember(reading);
    this.push = new Push({ ...parts, onAnswer: ({ reading }) => remember(reading) });
    this.pull = new Pull({ ...parts, onLearned: remember });
    this.timers = { set: (work) => { this.#timer = work; return work; }, clear: () => { this.#timer = null; } };
    this.sync = new Sync({
      push: this.push, pull: this.pull, store: this.store, clock: this.clock, locks, timers: this.timers, random: () => 0.5,
      enrolled: async () => Boolean(await this.#meta("tablet")), opened: () => this.vault.ensureKey(),
      onPulled: () => this.#afterPull(ask), onRevoked: (wipe) => this.takenOut.follow(wipe),
    });
    this.endEnrolment = () => endEnrolment({ fetch: ask, store: this.store, locks });
    this.enrol = (code) => enrol({ fetch: ask, store: this.store, locks, code, conditions: ["encrypted", "screen_lock"] });
    device.pages.push(this);
  }

  die() {
    this.dead = true;
    this.#timer = null;
    this.#ended("killed");
  }

  /** What an app does when it is opened. */
  async begin() {
    await this.endEnrolment();
    this.clock.reading = (await this.#meta("clock")) ?? null;
    await this.takenOut.tell();
  }

  /** Somebody types a PIN: without the network where they are known, else with it. @returns {Promise<boolean>} whether rows can be read */
  async unlock(staff, pin) {
    for (const id of staff) {
      const known = await this.vault.known(id);
      const { ok } = known ? await this.vault.unlock(id, pin) : { ok: false };
      if (ok || (await this.vault.signInFirst({ staff: id, pin })).ok) return true;
    }
    return this.store.unlocked;
  }

  /** One pass by the loop's own timer, so that it is seen to go on; by a wish where none is set. */
  async pass({ again = false } = {}) {
    const due = again ? null : this.#timer;
    return due ? due() : this.sync.now({ again });
  }

  /** A new record: begun as a draft, then sealed as the form session does. @returns {Promise<object|null>} the row; null while nobody is there */
  async seal({ form, answers, correct, reason }) {
    const [tablet, author] = [await this.#meta("tablet"), this.author.current];
    if (!tablet || !author) return null;
    const before = correct ? (await this.store.all("record")).find((row) => row.sha256 === correct) : null;
    const version = before ? await this.#nextVersion(before.record) : 1;
    const draft = newDraft({ id: before?.record ?? newIdentifier(), version, reason, author: author.id, form, unit: tablet.unit, wall: this.clock.wall() });
    await this.store.write(["draft"], (change) => change.put("draft", draft));
    const stamp = this.clock.stamp();
    const definition = { form: form.form, version: form.version };
    const makeBody = (link, now) => buildBody({ draft, definition, tablet: now ?? tablet, link, answers: { ...answers, happened_at: toInstant(stamp.wall) }, bearings: [], stamp, app: BUILD });
    return seal(this.store, makeBody, this.#label(form, stamp), [this.author.sign]);
  }

  async withdraw({ of, reason }) {
    const row = (await this.store.all("record")).find((each) => each.sha256 === of);
    if (!row || !this.author.current) return null;
    const [stamp, body] = [this.clock.stamp(), JSON.parse(row.body)];
    body.version = (await this.#nextVersion(row.record)) - 1;
    const makeBody = (link, tablet) => withdrawnBody(body, { reason, tablet, link, stamp, app: BUILD });
    return seal(this.store, makeBody, this.#label(row, stamp), [this.author.sign]);
  }

  /** The file in which what waits can leave this tablet; "" when nothing does. */
  async copy() {
    const { file } = await waitingCopy(this);
    return file.rows.length ? JSON.stringify(file) : "";
  }

  /** Takes such a file of another tablet along. */
  bring(text) {
    return bring(this.store, text);
  }

  #label({ form, code, title }, stamp) {
    const { id, name } = this.author.current;
    return { form, code, title, author: id, author_name: name, result: "", concerns: 0, spawned: [], sealed_at: toInstant(stamp.wall) };
  }

  async #nextVersion(record) {
    return Math.max(...(await this.store.all("record")).filter((row) => row.record === record).map((row) => row.version)) + 1;
  }

  async #afterPull(ask) {
    await this.vault.dropStale(await this.reference.staff());
    await this.#followOwnRow();
    await tellParked({ store: this.store, fetch: ask });
    await sendBrought({ store: this.store, fetch: ask }, true);
    this.health = await readHealth({ store: this.store, clock: this.clock, live: { state: { keep: "kept" } } });
    await prune({ store: this.store, fetch: ask });
  }

  async #followOwnRow() {
    const tablet = await this.#meta("tablet");
    const own = (await this.reference.of("tablet")).find((row) => row.id === tablet?.id);
    if (own && own.unit !== tablet.unit) await this.store.write(["meta"], (change) => change.put("meta", { key: "tablet", value: { ...tablet, unit: own.unit } }));
  }

  async #meta(key) {
    return (await this.store.get("meta", key))?.value;
  }

  #remember(reading) {
    this.store.write(["meta"], (change) => change.put("meta", { key: "clock", value: reading }), { strict: false }).catch(() => {});
  }

  // As the app: only pages loaded anew go on, but for one that is alone and has no key yet.
  async #beginAnew() {
    if (!(await this.takenOut.beginAnew())) return false;
    const goesOn = !this.store.unlocked && this.device.pages.every((page) => page === this || page.dead);
    if (!goesOn) this.device.kill(false);
    return goesOn;
  }

  // A dead page asks nothing and hears nothing.
  #living(fetch) {
    const never = new Promise(() => {});
    return (...request) => (this.dead ? never : fetch(...request).then((answer) => (this.dead ? never : answer), (error) => (this.dead ? never : Promise.reject(error))));
  }
}
