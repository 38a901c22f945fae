// When the browser kills the store under the page (PLATFORM.md, section 4): hold the screen, set the draft aside, load the page
// once more, put the draft back.

const ASIDE = "sightline-draft-aside";
const RELOADS = "sightline-reloads";
const MOST_RELOADS = 1;

export class Recovery {
  #session;
  #reload;
  #lost = false;

  /**
   * @param {{session: Storage, reload: () => void, block: (words: string, final: boolean) => void,
   *   unsavedDraft: () => object|null}} parts
   */
  constructor({ session, reload, block, unsavedDraft }) {
    this.#session = session;
    this.#reload = reload;
    this.block = block;
    this.unsavedDraft = unsavedDraft;
  }

  /** Called when only a reload can help. Written after the failure: what was written before it does not survive. */
  storeLost() {
    this.#lost = true;
    this.setAside();
    const reloads = Number(this.#session.getItem(RELOADS) ?? 0);
    if (reloads >= MOST_RELOADS) {
      this.block("The tablet cannot reach its own storage. Close this app fully and open it again. If that does not help, make space on the tablet. What was saved is still here.", true);
      return;
    }
    this.block("Reconnecting storage. Please wait a moment.", false);
    this.#session.setItem(RELOADS, String(reloads + 1));
    this.#reload();
  }

  /** Once the store is lost: keeps the unsaved draft outside it. Called again as the page goes, for what was typed meanwhile. */
  setAside() {
    const draft = this.#lost ? this.unsavedDraft() : null;
    if (draft) this.#session.setItem(ASIDE, JSON.stringify(draft));
  }

  /**
   * After the reload, once the store has answered.
   * @param {object} store
   * @returns {Promise<string>} the id of the draft that was put back, or ""
   */
  async putBack(store) {
    const text = this.#session.getItem(ASIDE);
    this.#session.removeItem(RELOADS);
    if (!text) return "";
    const draft = JSON.parse(text);
    await store.write(["draft", "record"], async (change) => {
      const sealed = await change.get("record", [draft.id, draft.version]);
      const kept = await change.get("draft", draft.id);
      const isOlder = kept && (kept.changed_at > draft.changed_at || kept.author !== draft.author); // or handed over
      if (!sealed && !isOlder) await change.put("draft", draft);
    });
    this.#session.removeItem(ASIDE);
    return draft.id;
  }
}
