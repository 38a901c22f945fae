// A new PIN for who uses the tablet now.

import { screen } from "./screen.mjs";
import { withPinSteps } from "./pin_steps.mjs";

export function pin(app) {
  return screen(app, withPinSteps(app, {
    needsNew: true,
    changed: false,
    load() {},
    get typing() {
      return !this.changed;
    },
    pinWords() {
      return "Your PIN now";
    },
    attempt(pins) {
      return app.vault.changePin(pins);
    },
    done() {
      this.changed = true;
      app.live.announce("Your PIN is changed.");
    },
  }));
}
