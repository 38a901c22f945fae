// Adding a row, taking one away, putting it back, saying that there is none.

import { firstShown, layRows, offerUndo, say } from "./repeats.mjs";
import { rowDefaults } from "./prefill.mjs";
import { nextRow, rowNames } from "./rows.mjs";
import { questionAt } from "./rulebook.mjs";

export class RowActs {
  #hands;
  #taken = null; // what the last act took away: {holder, names, row}

  /**
   * @param {{definition: object, raw: () => object, onRows: (raw: object, lay: () => HTMLElement[]) => HTMLElement[]}} hands
   *   onRows stores the inputs, lets the rows be laid, fills and gives back those that are new, and judges
   */
  constructor(hands) {
    this.#hands = hands;
  }

  /** One of add, remove, undo, none ("none" ticked) and rows ("none" unticked). */
  act(name, holder, row) {
    const undo = this.#taken;
    this.forgetTaken();
    const names = rowNames(this.#hands.raw()[holder.dataset.question]);
    if (name === "add") this.#add(holder, names);
    else if (name === "remove") this.#remove(holder, names, row);
    else if (name !== "undo") this.#lay(holder, name === "none" ? ["none"] : []);
    else if (undo) this.#putBack(undo);
  }

  /** The offer to put back stays until the next act of any kind. */
  forgetTaken() {
    if (this.#taken) offerUndo(this.#taken.holder, "");
    this.#taken = null;
  }

  #add(holder, names) {
    const raw = this.#hands.raw();
    const repeat = questionAt(this.#hands.definition, holder.dataset.question);
    const name = nextRow(raw, repeat.id);
    const [row] = this.#lay(holder, [...names, name], rowDefaults(repeat, name));
    say(holder, `${titleOf(row)} added.`);
    firstShown(row)?.focus();
  }

  #remove(holder, names, row) {
    const element = rowElement(holder, row);
    const title = titleOf(element);
    this.#lay(holder, names.filter((name) => name !== row));
    this.#taken = { holder, names, row };
    offerUndo(holder, title);
    holder.querySelector("[data-undo]").focus();
  }

  #putBack({ holder, names, row }) {
    this.#lay(holder, names);
    const element = rowElement(holder, row);
    say(holder, `${titleOf(element)} is back.`);
    firstShown(element)?.focus();
  }

  #lay(holder, names, more = {}) {
    const { id, max_rows } = questionAt(this.#hands.definition, holder.dataset.question);
    return this.#hands.onRows({ ...more, [id]: names }, () => layRows(holder, names, max_rows ?? undefined));
  }
}

function rowElement(holder, name) {
  return holder.querySelector(`[data-row-name="${name}"]`);
}

function titleOf(row) {
  return row.querySelector(".repeat-title").textContent;
}
