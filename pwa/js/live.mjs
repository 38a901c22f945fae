// What every screen shows of the app's state. Alpine makes `state` reactive; this module is the only one that changes it.

import { ago, shortTime, toInstant } from "./instants.mjs";
import { count } from "./words.mjs";
import { summary } from "./outbox.mjs";
import { lookAfterCanary, noteWaiting, tellStoreLost } from "./storage.mjs";

const WITHOUT_ENROLMENT = ["enrol", "tablet"];
const WHILE_LOCKED = ["enrol", "who", "outbox", "tablet"]; // nothing of anybody is on them

export class Live {
  #app;
  #channel = new BroadcastChannel("sightline");
  #listeners = new Map();
  #showing = 0;
  #cameFrom = {};
  #waiting = "";
  tablet = null;
  state = {
    screen: "", parts: {}, path: "", opening: 0, now: Date.now(), lockingIn: 0,
    tabletName: "", serviceName: "", authorId: "", authorName: "", locked: true, cold: true,
    waiting: 0, attention: 0, outboxWords: "", sending: false,
    reached: false, tried: false, busy: false, contactReason: "", signIn: false, revoked: false, heardWords: "Not yet", away: false,
    updateReady: false, installOffered: false, place: "", wiped: "", full: false, low: false, build: "", keep: "", offline: "",
    logWrong: false, logWords: "", blocked: "", blockedFinal: false, announcement: "",
  };

  constructor(app) {
    this.#app = app;
    this.#channel.onmessage = ({ data }) => this.#heard(data);
  }

  /** Fills the state at the start. */
  begin({ canary, tablet, restored, place }) {
    this.tablet = tablet;
    Object.assign(this.state, { place, tabletName: tablet?.name ?? "", serviceName: tablet?.service.name ?? "" });
    const heardAt = this.#app.clock.reading?.wall;
    if (heardAt) this.state.heardWords = ago(heardAt, this.#app.clock.wall());
    this.refreshAuthor();
    this.refreshOutbox().catch(() => {});
    if (canary.wiped) this.state.wiped = lostWords(canary, this.#app.clock.wall());
    if (canary.wiped || !this.tablet) this.#askWhatWasLost(canary.waiting);
    if (restored) this.announce("The form you were in is back as it was.");
  }

  /** Shows a screen, after deciding whether the person may be there yet. */
  async showScreen(route) {
    this.#showing += 1;
    const mine = this.#showing;
    const elsewhere = this.#elsewhere(route);
    if (elsewhere) return this.#app.router.go(elsewhere, { replace: true });
    const screen = this.#mayShow(route.screen) ? route.screen : "who";
    const kept = await this.#app.openForm.leaveUnless({ ...route, screen });
    if (mine !== this.#showing) return undefined;
    if (!kept && !this.state.locked) return this.#app.router.go(this.#app.openForm.path, { replace: true });
    if (screen === this.state.screen && route.path !== this.state.path) {
      this.state.screen = ""; // the same screen for something else: the old one is taken down first
      await this.#app.nextTick();
      if (mine !== this.#showing) return undefined;
    }
    Object.assign(this.state, { ...route, screen, opening: this.state.opening + 1 });
    return undefined;
  }

  /** This browser is another tablet now. Tells the other tabs unless one of them told us. */
  setTablet(tablet, { tell = true } = {}) {
    this.tablet = tablet;
    if (tell) this.#channel.postMessage("tablet");
    Object.assign(this.state, { tabletName: tablet.name, serviceName: tablet.service.name, wiped: "", signIn: false, revoked: false });
  }

  /** This tab has emptied the store: the others begin anew too, for the key they hold opens nothing that is left. */
  tellWiped() {
    this.#channel.postMessage("wiped");
  }

  refreshAuthor() {
    const author = this.#app.author?.current;
    Object.assign(this.state, { authorId: author?.id ?? "", authorName: author?.name ?? "", locked: !author, cold: !this.#app.store.unlocked });
  }

  /**
   * Takes the screen away from who used the tablet. What was typed is being written. The address stays, so that the same person comes
   * back to the same place, even if the page is loaded again meanwhile.
   */
  lock() {
    const author = this.#app.author.current;
    if (!author) return undefined;
    this.#app.openForm.flush();
    this.#app.concernFrom = undefined; // what was to be carried into a concern is not the next person's to read
    this.#cameFrom = { staff: author.id, path: this.state.path };
    const shown = this.state.screen;
    Object.assign(this.state, { screen: "", announcement: "", lockingIn: 0 });
    this.#app.author.leave();
    return WHILE_LOCKED.includes(shown) ? this.#app.router.go("/tablet/who", { replace: true }) : this.#app.router.show();
  }

  /** Somebody has unlocked the tablet. Who was here before goes on where they were; anybody else starts at home. */
  unlocked(staff) {
    const { staff: before = staff, path = "/tablet/" } = this.#cameFrom;
    this.#cameFrom = {};
    if (before !== staff) return this.#app.router.go("/tablet/", { replace: true });
    return this.state.path === "/tablet/who" ? this.#app.router.go(path, { replace: true }) : this.#app.router.show();
  }

  /** Goes to an address, and if the tablet is locked whoever unlocks it goes there. */
  wish(path) {
    if (this.state.locked) this.#cameFrom = { path };
    this.#app.router.go(path);
  }

  /** The tablet is about to lock, in so many seconds; 0: it is not. */
  warn(seconds) {
    this.state.lockingIn = seconds;
  }

  /**
   * Reads the outbox afresh; tells the other tabs unless one of them told us. The screens are told how each record fares, and which
   * records there are too, unless `anew` is false and the same ones wait as before: what lists them reads hundreds.
   */
  async refreshOutbox({ tell = true, anew = true } = {}) {
    const rows = await this.#app.store.all("record", { index: "waiting", clear: true });
    const now = this.#app.clock.wall();
    if (!(await this.#app.store.get("meta", "canary"))) await this.#wipedUnderUs(now);
    const { count, attention, words } = summary(rows, now);
    const cold = count > 0 && !this.#app.store.unlocked;
    Object.assign(this.state, { waiting: count, attention, outboxWords: cold ? `${count} waiting. They will be sent after the first PIN.` : words, sending: (this.#app.push?.inFlight.size ?? 0) > 0 });
    noteWaiting(localStorage, count, toInstant(now));
    if (tell) this.#channel.postMessage("outbox");
    this.#emit("outbox");
    const waiting = rows.map(({ record, version }) => `${record}/${version}`).join();
    if (anew || waiting !== this.#waiting) this.#emit("records");
    this.#waiting = waiting;
  }

  refreshReference() {
    this.#emit("reference");
  }

  /** A pull has ended: what the other tablets hold may have changed, whether or not a list did. */
  refreshTablets() {
    this.#emit("tablets");
  }

  setContact(contact) {
    const now = this.#app.clock.wall();
    Object.assign(this.state, {
      reached: contact.reached, tried: contact.tried, busy: contact.busy, contactReason: contact.reason, signIn: contact.signIn, revoked: contact.revoked,
      away: contact.tried && !contact.reached && !contact.signIn,
      heardWords: contact.heardAt ? ago(contact.heardAt, now) : this.state.heardWords,
    });
  }

  setStorage(news) {
    Object.assign(this.state, news);
  }

  refreshUpdate() {
    this.state.updateReady = this.#app.updates.ready;
  }

  refreshInstall() {
    this.state.installOffered = this.#app.install.offered;
  }

  block(words, final) {
    Object.assign(this.state, { blocked: words, blockedFinal: final });
  }

  /** Says something to who cannot see it appear. */
  announce(words) {
    this.state.announcement = words;
  }

  tick() {
    this.state.now = this.#app.clock.wall();
    this.setContact(this.#app.sync.contact);
    this.refreshOutbox({ tell: false }).catch(() => {});
    this.#app.updates.look(this.state.now);
  }

  /** @param {"outbox"|"records"|"reference"|"tablets"} topic @returns {() => void} stops listening */
  on(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? this.#listeners.set(topic, new Set()).get(topic);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #emit(topic) {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  async #heard(topic) {
    if (topic === "wiped") return this.#app.reload();
    try {
      if (topic === "outbox") await this.refreshOutbox({ tell: false });
      if (topic === "tablet") this.#otherTablet((await this.#app.store.get("meta", "tablet")).value);
    } catch {
      // The next look tells; sealing reads the stored tablet itself.
    }
    return undefined;
  }

  // Nobody has signed in on that one yet, and a key made on this one signs nothing there.
  #otherTablet(tablet) {
    this.setTablet(tablet, { tell: false });
    this.#app.vault.lock();
  }

  // Where a wish leads that cannot be granted.
  #elsewhere({ screen }) {
    if (!this.tablet) return WITHOUT_ENROLMENT.includes(screen) ? "" : "/tablet/enrol";
    return screen === "who" && !this.state.locked ? "/tablet/" : "";
  }

  #mayShow(screen) {
    return !this.state.locked || !this.tablet || WHILE_LOCKED.includes(screen);
  }

  // Before the mark is made afresh: it still says how much waited.
  async #wipedUnderUs(now) {
    const waited = this.state.waiting;
    const canary = await lookAfterCanary(this.#app.store, localStorage, toInstant(now), waited);
    if (this.state.wiped && !canary.wiped) return; // another look at the same moment has said it
    const waiting = Math.max(canary.waiting, waited);
    this.state.wiped = lostWords({ ...canary, waiting }, now);
    this.#askWhatWasLost(waiting);
  }

  // Everything may be gone, the mark too; then only the server remembers this browser. It tells the managers.
  async #askWhatWasLost(waiting) {
    const known = await tellStoreLost(this.#app, waiting).catch(() => null);
    if (known) this.state.wiped = lostWords({ name: known.name, heard: known.heard_at, waiting: known.expected }, this.#app.clock.wall());
  }
}

function lostWords({ name = "", heard = "", since = "", waiting }, now) {
  const at = heard || since;
  const when = at ? `Last ${heard ? "heard" : "used"} ${shortTime(Date.parse(at), now)}; ` : "";
  const lost = waiting > 0 ? `${count(waiting, "record was", "records were")} expected. Tell a manager.` : "it knew of nothing waiting in it.";
  return `This tablet${name && ` (${name})`} lost its local store. ${when}${lost}${heard ? " The managers can see this." : ""}`;
}
