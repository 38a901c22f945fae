// The bar at the top of every screen: who, and what waits to be sent.

export function bar(app) {
  return {
    get live() {
      return app.live.state;
    },
    get personWords() {
      return this.live.authorName || "Choose who you are";
    },
    get personLabel() {
      return this.live.authorName ? `${this.live.authorName}. Change person` : "Choose who you are";
    },
    get outboxState() {
      if (this.live.attention > 0) return "attention";
      return this.live.waiting > 0 ? "waiting" : "empty";
    },
    get outboxWords() {
      return this.live.sending ? `Sending. ${this.live.outboxWords}` : this.live.outboxWords;
    },
    changePerson() {
      app.live.returnTo = "/tablet/";
      app.router.go("/tablet/who");
    },
  };
}
