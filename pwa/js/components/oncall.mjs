// Whom to call, as of the last pull.

import { onCallRows } from "../concern.mjs";
import { screen } from "./screen.mjs";

export function oncall(app) {
  return screen(app, {
    topics: ["reference"],
    rows: [],
    ageWords: "",
    async load() {
      this.rows = onCallRows(await app.reference.onCall());
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get empty() {
      return this.loaded && this.rows.length === 0;
    },
  });
}
