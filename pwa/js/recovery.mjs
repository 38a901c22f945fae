// When the browser kills the store under the page (PLATFORM.md, section 4): hold the screen, set the draft aside, load the page
// once more, put the draft back. It is set aside in its box, as it would stand in the store, and put back without being opened.

import { IN_CLEAR } from "./database.mjs";
import { fromBase64, toBase64 } from "./bytes.mjs";

const ASIDE = "sightline-draft-aside";
const RELOADS = "sightline-reloads";
const MOST_RELOADS = 3; // in a row: each time the store dies again before it has answered once

export class Recovery {
  #aside;
  #reload;
  #lost = false;

  /**
   * @param {{aside: Storage, reload: () => void, block: (words: string, final: boolean) => void,
   *   unsavedDraft: () => object|null, sealed: (draft: object) => Promise<object>}} parts aside: what outlives the page, see aside.mjs; sealed: the draft's row as the store keeps it
   */
  constructor({ aside, reload, block, unsavedDraft, sealed }) {
    this.#aside = aside;
    this.#reload = reload;
    this.block = block;
    this.unsavedDraft = unsavedDraft;
    this.sealed = sealed;
  }

  /** Called when only a reload can help. Written after the failure: what was written before it does not survive. */
  async storeLost() {
    this.#lost = true;
    const reloads = Number(this.#aside.getItem(RELOADS) ?? 0);
    const again = reloads < MOST_RELOADS;
    this.#aside.setItem(RELOADS, String(reloads + 1));
    if (again) this.block("Reconnecting storage. Please wait a moment.", false);
    else this.block("The tablet cannot reach its own storage. Close this app fully and open it again. If that does not help, make space on the tablet. What was saved is still here.", true);
    await this.setAside().catch(() => {}); // without a box it is not set aside: nothing of it may stand there in clear
    if (again) this.#reload();
  }

  /** The browser kept the page and shows it again: it let go of store and locks when it was left, and begins anew with what was not written then. */
  async comeBack() {
    this.#lost = true;
    await this.setAside().catch(() => {});
    this.#reload();
  }

  /** Once the store is lost: keeps the unsaved draft outside it. Called again as the page goes, for what was typed meanwhile. */
  async setAside() {
    for (let draft = this.#unsaved(); draft; ) {
      const { id, version, changed_at } = draft;
      const { box } = await this.sealed(draft);
      this.#aside.setItem(ASIDE, JSON.stringify({ id, version, changed_at, box: { iv: toBase64(box.iv), data: toBase64(box.data) } }));
      draft = this.#unsaved();
      if (draft?.changed_at === changed_at) return;
    }
  }

  /**
   * After the reload, once the store has answered.
   * @param {object} rows the store beneath the encrypted one
   * @returns {Promise<string>} the id of the draft that was put back, or ""
   */
  async putBack(rows) {
    const text = this.#aside.getItem(ASIDE);
    this.#aside.removeItem(RELOADS);
    if (!text) return "";
    const { version, ...aside } = JSON.parse(text);
    const old = aside.box ? null : { version, ...aside }; // an earlier build set it aside, in clear
    const row = old ?? { ...aside, box: { iv: fromBase64(aside.box.iv), data: fromBase64(aside.box.data) } };
    await rows.write(["draft", "record", "meta"], async (change) => {
      const sealed = await change.get("record", [row.id, version]);
      const kept = await change.get("draft", row.id);
      if (sealed || kept?.changed_at > row.changed_at) return; // or handed over, which is a change too
      await change.put("draft", row);
      if (old) await change.put("meta", { key: IN_CLEAR, value: true });
    });
    this.#aside.removeItem(ASIDE);
    return row.id;
  }

  #unsaved() {
    return this.#lost ? this.unsavedDraft() : null;
  }
}
