// A tablet that was taken out of use, or whose store opens for nobody who works here: what is in it is brought to the server first,
// then the store is emptied.

import { STORES } from "./database.mjs";
import { askServer } from "./sign_in.mjs";
import { broughtHere, handIn, sendBrought } from "./copies.mjs";
import { toInstant } from "./instants.mjs";
import { WAITING, waitingCopy } from "./export.mjs";

const AT_ONCE = 50;
/** The meta row that stays in an emptied store: {at, waiting, drafts, told}. */
export const WIPED = "wiped";

export class TakenOut {
  #parts;
  #rescued = "";

  /** @param {{store: object, fetch: typeof fetch, clock: object, onWiped: () => void}} parts store: the encrypted store */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * What the server's word means here: a lost tablet is emptied as soon as nothing waits, a retired one when there are no drafts either.
   * Nobody may be there to type a PIN: then what waits goes as a copy that the server can open.
   * @param {"now"|"when_done"|""} wish @returns {Promise<boolean>} whether the store was emptied
   */
  async follow(wish) {
    if (wish !== "now" && wish !== "when_done") return false;
    const { store } = this.#parts;
    if (!(await sendBrought(this.#parts))) return false; // what was brought here from another tablet
    const [waiting, drafts] = await Promise.all([store.count("record", WAITING), store.count("draft")]);
    if (waiting > 0 && (store.unlocked || !(await this.#rescue(waiting)))) return false; // with a key in memory they are sent as always
    if (wish === "when_done" && drafts > 0) return false;
    if (!(await this.#empty(waiting, drafts))) return false;
    await this.tell();
    this.#parts.onWiped();
    return true;
  }

  /**
   * The server does not open this store for whoever signs in now: it is of a tablet that was reported lost, or of another service. Nobody loses
   * by a new one once the server has confirmed every record, the sent ones too; a draft is nowhere else, so with one all stays.
   * @returns {Promise<boolean>} whether it is empty now, for a new key
   */
  async beginAnew() {
    const { store } = this.#parts;
    const count = await store.count("record");
    if ((await store.count("draft")) || !(await this.#rescue(count, {}))) return false;
    return store.rows.write(Object.keys(STORES), async (change) => {
      if ((await change.all("record")).length !== count || (await change.all("draft")).length) return false;
      for (const name of ["record", "reference", "bundle"]) await change.clear(name);
      for (const key of ["recovery", "cursor"]) await change.delete("meta", key);
      await change.put("meta", { key: WIPED, value: { told: true } }); // what another tab still writes with the old key is not saved
      return true;
    });
  }

  /** Tells the server that the store was emptied, until it has heard. */
  async tell() {
    const { store, fetch } = this.#parts;
    const wiped = (await store.get("meta", WIPED))?.value;
    if (!wiped || wiped.told) return;
    const { status } = await askServer(fetch, "POST", "/tablet/wiped", { waiting: 0, drafts: wiped.drafts });
    if (status === 204) await store.write(["meta"], (change) => change.put("meta", { key: WIPED, value: { ...wiped, told: true } }));
  }

  // The rows stay as they are: nobody can write them now, and offering them twice is harmless.
  async #rescue(count, wish = WAITING) {
    const parts = this.#parts;
    let last = "";
    for (let from = 0; from < count; from += AT_ONCE) {
      const { file, waiting } = await waitingCopy(parts, from, from + AT_ONCE, wish);
      if (waiting.length < Math.min(AT_ONCE, count - from)) return false; // a row that is not encrypted yet is in no copy
      last = `${count} ${waiting.at(-1)?.sha256}`;
      if (last === this.#rescued) return true;
      if (waiting.length === 0 || !(await handIn(parts.fetch, file)).safe) return false;
    }
    this.#rescued = last;
    return true;
  }

  // Unless somebody has saved or begun something meanwhile.
  #empty(waiting, drafts) {
    const { store, clock } = this.#parts;
    const at = toInstant(clock.wall());
    return store.rows.write(Object.keys(STORES), async (change) => {
      const now = [await change.all("record", WAITING), await change.all("draft")];
      if (now[0].length !== waiting || now[1].length !== drafts || (await broughtHere(change)).length > 0) return false;
      for (const name of Object.keys(STORES)) await change.clear(name);
      await change.put("meta", { key: "canary", value: { born: at } });
      await change.put("meta", { key: WIPED, value: { at, drafts, told: false } });
      return true;
    });
  }
}
