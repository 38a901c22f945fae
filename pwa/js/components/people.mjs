// The people this service supports: initials and place only.

import { matches } from "../reference.mjs";
import { screen } from "./screen.mjs";

export function people(app) {
  return screen(app, {
    topics: ["reference"],
    rows: [],
    typed: "",
    ageWords: "",
    async load() {
      const units = new Map((await app.reference.units()).map((unit) => [unit.id, unit.name]));
      this.rows = (await app.reference.people()).map(({ id, initials, place, unit }) => ({ id, initials, words: [place, units.get(unit)].filter(Boolean).join(", ") }));
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get shown() {
      return this.rows.filter((row) => matches(this.typed, row.initials, row.words)).slice(0, 100);
    },
    get empty() {
      return this.loaded && this.shown.length === 0;
    },
  });
}
