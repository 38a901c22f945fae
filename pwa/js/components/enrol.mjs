// Enrolling this tablet with the code a manager gives, typed or brought by the camera.

import { CONDITIONS, codeIn, enrol as sendCode } from "../enrolment.mjs";
import { screen } from "./screen.mjs";

export function enrol(app) {
  return screen(app, {
    code: "",
    encrypted: false,
    locks: false,
    problem: "",
    unmet: "",
    busy: false,
    load() {
      this.code ||= codeIn(location.hash);
      if (location.hash) history.replaceState({}, "", location.pathname); // a code in the address bar would be shown and kept
    },
    get inTab() {
      return app.live.state.place !== "installed";
    },
    async send() {
      if (this.busy) return;
      Object.assign(this, { problem: "", unmet: "" });
      if (this.code.trim() === "") return this.fail("Type the code first.");
      if (!this.encrypted || !this.locks) return this.notYet();
      this.busy = true;
      const { tablet, problem } = await sendCode({ fetch: app.fetch, store: app.store, locks: app.locks, code: this.code, conditions: CONDITIONS });
      this.busy = false;
      if (!tablet) return this.fail(problem);
      app.live.setTablet(tablet);
      app.live.announce(`This tablet is now ${tablet.name}.`);
      app.author.leave(); // before anything is saved: a key made on the tablet before signs nothing on this one
      await app.sync.now();
      app.router.go("/tablet/who", { replace: true });
    },
    fail(words) {
      this.problem = words;
      this.$nextTick(() => this.$refs.code.focus());
    },
    notYet() {
      this.unmet = "Both must be true before this tablet may hold records. Tick them when they are.";
      this.$nextTick(() => (this.encrypted ? this.$refs.locks : this.$refs.encrypted).focus());
    },
  });
}
