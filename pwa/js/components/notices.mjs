// The notices above every screen. Each says what is so and what to do; none takes the screen away, but one: a lost store.

export function notices(app) {
  return {
    updateProblem: "",
    get live() {
      return app.live.state;
    },
    get inForm() {
      return this.live.screen === "form" || this.live.screen === "check";
    },
    get idleWords() {
      return this.live.lockingIn > 0 ? "This tablet is about to lock. Touch it anywhere, or press any key, to stay." : "";
    },
    get showUpdate() {
      return this.live.updateReady && !this.inForm;
    },
    get showIpad() {
      return this.live.place === "ipad_tab";
    },
    get showLow() {
      return this.live.low && this.live.screen === "home";
    },
    get showInstall() {
      return this.live.installOffered && (this.live.screen === "home" || this.live.screen === "tablet");
    },
    async acceptUpdate() {
      const accepted = await app.updates.accept();
      this.updateProblem = accepted ? "" : "A form is open in another tab. Park it first, then update.";
    },
    askInstall() {
      app.install.ask().finally(() => app.live.refreshInstall());
    },
    tryAgain() {
      app.reload();
    },
    closeWiped() {
      this.live.wiped = "";
    },
  };
}
