// The vault: who may work on this tablet, and the keys in memory while somebody does.
//
// The data key opens every row about people. It is in memory from the first PIN until the page goes, so that sending goes on while the
// tablet is locked; it cannot be read out. A lock takes away the person and their signing key.

import { MOST_TRIES, NotOpened, counted, makeBundle, openBundle, openPlate, sealPlate, secondsToWait } from "./bundle.mjs";
import { askServer, problemOf } from "./sign_in.mjs";
import { fromBase64 } from "./bytes.mjs";
import { importKey } from "./box.mjs";
import { newKeyPair, signer } from "./signing.mjs";
import { recoveryBlob } from "./recovery_blob.mjs";
import { SYNC_LOCK } from "./sync.mjs";

const PLATE_KEY = "plate_key";
const TRIES_WHEN_FULL = 3;

/** @typedef {{ok: boolean, problem: string, wait: number, left: number}} Outcome wait: seconds until the next try; left: wrong tries left */

export class Vault {
  #parts;
  #turn = 0;
  #uncounted = new Map(); // wrong tries that a full disk could not count, by person

  /**
   * @param {{store: object, fetch: typeof fetch, locks: LockManager, clock: object, author: object, onLock?: () => void,
   *   onKey?: () => void, beginAnew?: () => Promise<boolean>, iterations?: number}} parts store: the encrypted store; onKey: the data key is in
   *   memory from now on; beginAnew: as TakenOut.beginAnew
   */
  constructor(parts) {
    this.#parts = { onLock: () => {}, onKey: () => {}, beginAnew: async () => false, ...parts };
  }

  /** Whether rows about people can be read: somebody has typed a PIN since the page was opened. */
  get opened() {
    return this.#parts.store.unlocked;
  }

  /** @returns {Promise<{id: string, name: string, role: string}[]>} who can unlock this tablet without the network */
  async people() {
    const [bundles, plateKey] = await Promise.all([this.#bundles(), this.#meta(PLATE_KEY)]);
    const plates = await Promise.all(bundles.map((bundle) => openPlate(plateKey, bundle)));
    return plates.sort((a, b) => a.name.localeCompare(b.name, "en-GB"));
  }

  /** @returns {Promise<boolean>} whether this person can unlock this tablet without the network */
  async known(staff) {
    return (await this.#bundles()).some((bundle) => bundle.staff === staff);
  }

  /** @returns {Promise<{staff: {id: string, name: string, role: string, pin: string}[], problem: string}>} who may sign in here, never stored */
  async staffHere() {
    const { status, answer } = await askServer(this.#parts.fetch, "GET", "/tablet/staff");
    if (status !== 200 || !Array.isArray(answer?.staff)) return { staff: [], ...problemOf(status, answer) };
    return { staff: answer.staff, problem: "" };
  }

  /** Without the network: the PIN opens the bundle. @returns {Promise<Outcome>} */
  unlock(staff, pin) {
    return this.#letIn(this.#tryPin(staff, pin));
  }

  /**
   * The first time of a person on this tablet, with the network: the server checks the PIN, the tablet makes their keys.
   * @param {{staff: string, pin: string, newPin?: string}} wish newPin: when the PIN was one to be changed
   * @returns {Promise<Outcome>}
   */
  signInFirst({ staff, pin, newPin = "" }) {
    return this.#letIn(this.#firstKeys({ staff, pin, newPin }));
  }

  /** Changes the PIN of who uses the tablet now, with the network: here and on the server. @returns {Promise<Outcome>} */
  changePin({ pin, newPin }) {
    const staff = this.#parts.author.current.id;
    // No pull may find the new PIN on the server while the bundle here is still under the old one.
    return this.#parts.locks.request(SYNC_LOCK, {}, async () => {
      const { bundle, keys, ...outcome } = await this.#tryPin(staff, pin);
      if (!outcome.ok) return outcome;
      const { status, answer, wait } = await askServer(this.#parts.fetch, "POST", "/tablet/pin", { staff, pin, new_pin: newPin });
      if (status !== 200 || !answer?.pin_set_at) return outcomeOf(problemOf(status, answer, wait));
      const changed = await makeBundle({ ...bundle, ...keys, pin: newPin, pin_set_at: answer.pin_set_at });
      await this.#parts.store.write(["bundle"], (change) => change.put("bundle", changed));
      wipe(keys);
      return outcomeOf();
    });
  }

  /**
   * Lets a second person sign once, without taking the tablet; their first time here needs the network.
   * @returns {Promise<Outcome & {sign?: (text: string) => Promise<object>}>}
   */
  async signerFor(staff, pin) {
    const { bundle, keys, ...outcome } = (await this.known(staff)) ? await this.#tryPin(staff, pin) : await this.#firstKeys({ staff, pin, newPin: "" });
    if (!outcome.ok) return outcome;
    const sign = await signer(keys.secret, bundle.key);
    wipe(keys);
    return { ...outcome, sign };
  }

  /** Locks: nobody uses the tablet any more; sending goes on. */
  lock() {
    this.#turn += 1;
    this.#parts.onLock();
    this.#parts.author.leave();
  }

  /**
   * Sees to it that this tablet has a data key, if it never had one: made here, kept wrapped for recovery before anything is under it.
   * @returns {Promise<boolean>} whether rows can be read and written now
   */
  async ensureKey() {
    const { store, fetch } = this.#parts;
    if (store.unlocked) return true;
    const [tablet, recovery, stored] = await Promise.all([this.#meta("tablet"), this.#meta("recovery"), this.#meta("server_keys")]);
    if (!tablet || recovery) return false;
    const { server, code } = stored ? { server: stored } : (await askServer(fetch, "GET", "/tablet/identity")).answer ?? {};
    if (code === "tablet_revoked") {
      store.leaveClear();
      return true;
    }
    if (!server?.recovery_key) return false;
    const dataKey = crypto.getRandomValues(new Uint8Array(32));
    const text = await recoveryBlob(dataKey, server.recovery_key, tablet.id);
    const first = await store.write(["meta"], async (change) => {
      if (await change.get("meta", "recovery")) return false; // another tab was quicker
      await change.put("meta", { key: "server_keys", value: server });
      await change.put("meta", { key: "recovery", value: { tablet: tablet.id, text } });
      return true;
    });
    if (first) await this.#openStore(dataKey);
    return first;
  }

  /**
   * After a pull: takes away the bundles of who may not work here any more, or whose PIN was made anew elsewhere. Nothing else goes.
   * @param {{id: string, pin_set_at?: string}[]} staff the list of the last whole pull
   */
  async dropStale(staff) {
    const known = new Map(staff.map((member) => [member.id, member]));
    const gone = await this.#parts.store.write(["bundle"], async (change) => {
      const stale = (await change.all("bundle")).filter(({ staff: id, pin_set_at }) => !known.has(id) || (known.get(id).pin_set_at ?? "") > pin_set_at);
      await Promise.all(stale.map((bundle) => change.delete("bundle", bundle.staff)));
      return stale.map((bundle) => bundle.staff);
    });
    if (gone.includes(this.#parts.author.current?.id)) this.lock();
  }

  async #firstKeys({ staff, pin, newPin, again = false }) {
    await this.ensureKey();
    const [recovery, pair, own] = await Promise.all([this.#meta("recovery"), newKeyPair(), this.#dataKeyOf(staff, pin)]);
    const wish = { staff, pin, new_pin: newPin, key: pair.point, recovery: own ? "" : (recovery?.text ?? "") };
    const { status, answer, wait } = await askServer(this.#parts.fetch, "POST", "/tablet/sign-in", wish);
    if (status !== 201 || !answer?.certificate) {
      const refusal = problemOf(status, answer, wait);
      // Begun anew once: a server that has lost its own key would refuse every new store too
      const anew = !again && refusal.problem === "no_key" && (await this.#parts.beginAnew());
      return anew ? this.#firstKeys({ staff, pin, newPin, again: true }) : outcomeOf(refusal);
    }
    const dataKey = own ?? (answer.data_key ? fromBase64(answer.data_key) : null);
    if (!dataKey) return outcomeOf({ problem: "no_key" });
    const keys = { dataKey, secret: pair.secret };
    const bundle = await this.#newBundle({ answer, pair, pin: newPin || pin, keys });
    await this.#parts.store.write(["meta", "bundle"], async (change) => {
      const kept = (await change.get("meta", "certificates"))?.value ?? [];
      await change.put("meta", { key: "certificates", value: [...kept, answer.certificate] });
      await change.put("bundle", bundle);
    });
    return { ...outcomeOf(), bundle, keys };
  }

  async #tryPin(staff, pin) {
    const { store, clock } = this.#parts;
    const counting = store.write(["meta", "bundle"], async (change) => {
      const [bundle, tablet] = [await change.get("bundle", staff), await change.get("meta", "tablet")];
      if (bundle?.tablet !== tablet?.value.id) return outcomeOf({ problem: "no_bundle" });
      if (bundle.tries >= MOST_TRIES) return change.delete("bundle", staff).then(() => outcomeOf({ problem: "removed" }));
      const wait = secondsToWait(bundle, clock.wall());
      if (wait > 0) return outcomeOf({ problem: "wait", wait });
      await change.put("bundle", counted(bundle, clock.wall()));
      return null;
    });
    const refused = await counting.catch((error) => this.#countHere(staff, error));
    if (refused) return refused;
    const bundle = await store.get("bundle", staff);
    try {
      const keys = await openBundle(bundle, pin);
      const forgiven = store.write(["bundle"], (change) => change.put("bundle", { ...bundle, tries: 0, wait_until: 0 }));
      await forgiven.catch(onlyNotSaved); // the right PIN opens, though it cannot be written down
      this.#uncounted.delete(staff);
      return { ...outcomeOf(), bundle, keys };
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      return this.#wrong(bundle);
    }
  }

  // On a full disk a try cannot be counted before it is made. Three are let pass until the page goes: whoever knows the PIN comes in.
  async #countHere(staff, error) {
    onlyNotSaved(error);
    const bundle = await this.#parts.store.get("bundle", staff);
    const tries = (this.#uncounted.get(staff) ?? 0) + 1;
    this.#uncounted.set(staff, tries);
    return bundle && tries <= TRIES_WHEN_FULL && bundle.tries + tries <= MOST_TRIES ? null : outcomeOf({ problem: "full" });
  }

  async #wrong({ staff, tries, wait_until }) {
    const { store, clock } = this.#parts;
    if (tries < MOST_TRIES) return outcomeOf({ problem: "wrong", wait: secondsToWait({ wait_until }, clock.wall()), left: MOST_TRIES - tries });
    await store.write(["bundle"], (change) => change.delete("bundle", staff));
    return outcomeOf({ problem: "removed" });
  }

  // Who typed last comes in: a slow answer takes the tablet from nobody who came since, and opens none that was put away meanwhile.
  async #letIn(tried) {
    const turn = (this.#turn += 1);
    const { bundle, keys, ...outcome } = await tried;
    if (!outcome.ok) return outcome;
    return (await this.#enter(bundle, keys, turn)) ? outcome : outcomeOf({ problem: "overtaken" });
  }

  async #enter(bundle, keys, turn) {
    const { author } = this.#parts;
    const [sign, plateKey] = await Promise.all([signer(keys.secret, bundle.key), this.#meta(PLATE_KEY)]);
    await this.#openStore(keys.dataKey);
    wipe(keys);
    const { id, name } = await openPlate(plateKey, bundle);
    if (turn !== this.#turn) return false;
    author.enter({ id, name, sign });
    return true;
  }

  async #openStore(dataKey) {
    const { store, onKey } = this.#parts;
    if (store.unlocked) return;
    const [key, recovery] = await Promise.all([importKey(dataKey), this.#meta("recovery")]);
    store.unlock(key, recovery);
    await store.encryptOld();
    onKey();
  }

  async #newBundle({ answer, pair, pin, keys }) {
    const [plateKey, tablet] = await Promise.all([this.#plateKey(), this.#meta("tablet")]);
    const { staff, certificate, pin_set_at } = answer;
    const plate = await sealPlate(plateKey, staff, answer);
    return makeBundle({ staff, tablet: tablet.id, pin, ...keys, key: pair.key, point: pair.point, certificate, pin_set_at, plate, iterations: this.#parts.iterations });
  }

  async #plateKey() {
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return this.#parts.store.write(["meta"], async (change) => {
      const kept = await change.get("meta", PLATE_KEY);
      if (!kept) await change.put("meta", { key: PLATE_KEY, value: fresh });
      return kept?.value ?? fresh;
    });
  }

  // A bundle made under an earlier enrolment opens the same data key, though the server that made the blob may be gone.
  async #dataKeyOf(staff, pin) {
    const bundle = await this.#parts.store.get("bundle", staff);
    return bundle ? openBundle(bundle, pin).then(({ dataKey }) => dataKey, () => null) : null;
  }

  // Those of an earlier enrolment are not offered: their signing keys belong to another tablet.
  async #bundles() {
    const [bundles, tablet] = await Promise.all([this.#parts.store.all("bundle"), this.#meta("tablet")]);
    return bundles.filter((bundle) => bundle.tablet === tablet?.id);
  }

  async #meta(key) {
    return (await this.#parts.store.get("meta", key))?.value;
  }
}

function outcomeOf({ problem = "", wait = 0, left = 0 } = {}) {
  return { ok: problem === "", problem, wait, left };
}

function onlyNotSaved(error) {
  if (error?.name !== "NotSaved") throw error;
}

// Raw keys do not stay in memory longer than they are used.
function wipe({ dataKey, secret }) {
  dataKey.fill(0);
  secret.fill(0);
}
