// The keys for a PIN. There is no field: what is typed stands nowhere in the page, so no browser keeps it, no keyboard learns it and
// no screen reader says it. A keyboard works too, wherever the focus is.

import { count } from "../words.mjs";

const LENGTH = 6;
const ERASE = { id: "erase", words: "⌫", label: "Clear the last digit" };
const KEYS = [..."123456789"].map(digitKey).concat({ id: "clear", words: "Clear", label: "Clear all digits" }, digitKey("0"), ERASE);

/** Tells the screen around it `pin`, with the six digits; that one says by `padOff` when no key counts, and by `padLabel` whose PIN it is. */
export function pad() {
  return {
    digits: "",
    keys: KEYS,
    get dots() {
      return [...Array(LENGTH).keys()].map((id) => ({ id, full: id < this.digits.length }));
    },
    get said() {
      return this.digits ? `${count(this.digits.length, "digit")} of ${LENGTH}` : "";
    },
    press({ id }) {
      if (this.padOff) return undefined;
      if (id === "clear") this.digits = "";
      else if (id === "erase") this.digits = this.digits.slice(0, -1);
      else this.digits += id;
      return this.digits.length === LENGTH ? this.full() : undefined;
    },
    full() {
      const { digits } = this;
      this.digits = "";
      this.$dispatch("pin", digits);
    },
    keyed(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return undefined;
      if (/^[0-9]$/.test(event.key)) return this.press(digitKey(event.key));
      return event.key === "Backspace" ? this.press(ERASE) : undefined;
    },
  };
}

/** Puts the focus on the pad once it is shown: a screen reader then says whose PIN is asked for. */
export function focusPad(screen) {
  screen.$nextTick(() => document.querySelector(".pad")?.focus());
}

function digitKey(digit) {
  return { id: digit, words: digit, label: digit };
}
