// Enrolling this tablet with the code a manager gives.

import { enrol as sendCode } from "../enrolment.mjs";
import { screen } from "./screen.mjs";

export function enrol(app) {
  return screen(app, {
    code: "",
    problem: "",
    busy: false,
    load() {},
    async send() {
      if (this.busy) return;
      if (this.code.trim() === "") return this.fail("Type the code first.");
      this.busy = true;
      const { tablet, problem } = await sendCode({ fetch: app.fetch, store: app.store, locks: app.locks, code: this.code });
      this.busy = false;
      if (!tablet) return this.fail(problem);
      app.live.setTablet(tablet);
      app.live.announce(`This tablet is now ${tablet.name}.`);
      await app.sync.now();
      app.author.leave();
      app.router.go("/tablet/who", { replace: true });
    },
    fail(words) {
      this.problem = words;
      this.$nextTick(() => this.$refs.code.focus());
    },
  });
}
