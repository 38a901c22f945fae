// The bar at the top of every screen: who, what waits to be sent, and the way to raise a concern.

import { CONCERN_FORM, concernFromForm, raiseConcern } from "../concern.mjs";

export function bar(app) {
  return {
    get live() {
      return app.live.state;
    },
    get personLabel() {
      return `${this.live.authorName}. Lock, or change person`;
    },
    get outboxState() {
      if (this.live.attention > 0) return "attention";
      return this.live.waiting > 0 ? "waiting" : "empty";
    },
    get outboxWords() {
      return this.live.sending ? `Sending. ${this.live.outboxWords}` : this.live.outboxWords;
    },
    raise() {
      if (this.live.locked) return app.live.wish("/tablet/concern");
      const { open } = app.openForm;
      if (open?.draft.form === CONCERN_FORM && !open.draft.practice) return this.showConcern();
      return raiseConcern(app, open ? concernFromForm(open, app.openForm.path) : {});
    },
    // One is being raised already: the button leads to its first question.
    showConcern() {
      app.live.announce("You are raising a concern now.");
      if (this.live.screen !== "form") return app.router.go(app.openForm.path);
      return document.querySelector('[data-question="what"]')?.scrollIntoView({ block: "center" });
    },
    // Changing person is locking: who comes next chooses their name.
    lock() {
      app.vault.lock();
    },
  };
}
