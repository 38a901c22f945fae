// The open improvement actions of this service, as of the last pull.

import { longDate } from "../instants.mjs";
import { matches } from "../reference.mjs";
import { screen } from "./screen.mjs";

export function actions(app) {
  return screen(app, {
    topics: ["reference"],
    rows: [],
    typed: "",
    ageWords: "",
    async load() {
      this.rows = (await app.reference.actions()).map(({ id, title, expected = "", owner_name = "", due = "" }) => ({
        id, title, expected, words: [owner_name, due && `due ${longDate(due)}`].filter(Boolean).join(", "),
      }));
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get shown() {
      return this.rows.filter((row) => matches(this.typed, row.title, row.expected, row.words)).slice(0, 100);
    },
    get empty() {
      return this.loaded && this.shown.length === 0;
    },
  });
}
