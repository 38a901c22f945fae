// What every screen that asks for a PIN has in common: the PIN, and where a new one is needed that one twice; a try at a time;
// the wait after wrong ones.

import { count } from "../words.mjs";
import { focusPad } from "./pad.mjs";
import { problemWords } from "../sign_in.mjs";

const DIFFER = "The two are not the same. Choose the new PIN again.";
const NEW_NEEDED = ["must_change", "weak"];

/**
 * Adds to a screen what it needs around a pad.
 * @param {object} app
 * @param {{attempt: (pins: {pin: string, newPin: string}) => Promise<object>, done: () => void, refused?: (outcome: object) => void,
 *   pinWords: () => string}} own attempt tries what was typed; done after a good try; pinWords says whose PIN is asked for
 * @returns {object} the screen's parts
 */
export function withPinSteps(app, own) {
  return Object.defineProperties(pinSteps(app), Object.getOwnPropertyDescriptors(own));
}

function pinSteps(app) {
  return {
    phase: "pin",
    needsNew: false,
    pin: "",
    newPin: "",
    problem: "",
    busy: false,
    wait: 0,
    get padOff() {
      return this.busy || this.wait > 0;
    },
    get phaseWords() {
      return { pin: this.pinWords(), new: "Choose a new PIN", again: "The same new PIN again" }[this.phase];
    },
    get padLabel() {
      return `${this.phaseWords}. Six digits. Type them, or use the keys.`;
    },
    get stateWords() {
      if (this.busy) return "One moment.";
      return this.wait > 0 ? `Wait ${count(this.wait, "second")}.` : "";
    },
    entered({ detail: digits }) {
      this.problem = "";
      if (this.phase === "pin") this.pin = digits;
      if (this.phase === "pin" && this.needsNew) return this.ask("new");
      if (this.phase === "new") return this.ask("again", { newPin: digits });
      if (this.phase === "again" && digits !== this.newPin) return this.ask("new", { newPin: "", problem: DIFFER });
      return this.act();
    },
    async act() {
      this.busy = true;
      const outcome = await this.attempt({ pin: this.pin, newPin: this.newPin }).catch(failed);
      this.busy = false;
      if (outcome.ok) return this.done(); // also when this screen was left meanwhile: the tablet is unlocked now
      return this.gone ? undefined : this.refuse(outcome);
    },
    refuse(outcome) {
      const chooseNew = NEW_NEEDED.includes(outcome.problem);
      this.needsNew ||= chooseNew;
      this.ask(chooseNew ? "new" : "pin", { newPin: "", problem: problemWords(outcome), ...(chooseNew ? {} : { pin: "" }) });
      if (outcome.wait > 0) this.waitFor(outcome.wait);
      this.refused?.(outcome);
    },
    ask(phase, more = {}) {
      Object.assign(this, { phase, ...more });
      if (phase !== "pin") app.live.announce(`${this.phaseWords}. Six digits.`);
      focusPad(this);
    },
    startOver() {
      Object.assign(this, { phase: "pin", needsNew: false, pin: "", newPin: "", problem: "", wait: 0 });
    },
    waitFor(seconds) {
      const from = app.clock.monotonic();
      this.wait = seconds;
      const timer = setInterval(() => {
        const left = Math.ceil(seconds - (app.clock.monotonic() - from) / 1000);
        if (left <= 0 || this.gone || this.wait === 0) clearInterval(timer);
        if (left > 0 || this.wait === 0) return this.wait && (this.wait = left);
        this.wait = 0;
        return app.live.announce("You can try again now.");
      }, 250);
    },
  };
}

function failed(error) {
  console.error(error);
  return { ok: false, problem: "failed" };
}
