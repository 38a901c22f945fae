// Choosing who you are. The place where a PIN will be asked for.

import { matches } from "../reference.mjs";
import { screen } from "./screen.mjs";

export function who(app) {
  return screen(app, {
    topics: ["reference"],
    staff: [],
    typed: "",
    ageWords: "",
    async load() {
      this.staff = (await app.reference.staff()).map(({ id, name, role = "" }) => ({ id, name, role }));
      this.ageWords = await app.reference.ageWords(app.clock.wall());
    },
    get shown() {
      return this.staff.filter((member) => matches(this.typed, member.name, member.role)).slice(0, 100);
    },
    get nobody() {
      return this.loaded && this.shown.length === 0;
    },
    choose(member) {
      app.author.choose(member);
      const path = app.live.returnTo ?? "/tablet/";
      app.live.returnTo = undefined;
      app.router.go(path, { replace: true });
    },
  });
}
