// The tablet app, put together. Reads from top to bottom as the story of a start.

import { Aside } from "./aside.mjs";
import { Author } from "./author.mjs";
import { Clock } from "./clock.mjs";
import { EncryptedStore } from "./encrypted_store.mjs";
import { Store } from "./database.mjs";
import { Forms } from "./forms.mjs";
import { Idle, LOCK_SECONDS, whileShown } from "./idle.mjs";
import { InstallPrompt, currentPlace } from "./install.mjs";
import { toInstant } from "./instants.mjs";
import { Live } from "./live.mjs";
import { OpenForm } from "./open_form.mjs";
import { Pull } from "./pull.mjs";
import { Push } from "./push.mjs";
import { Recovery } from "./recovery.mjs";
import { Reference } from "./reference.mjs";
import { killSwitchIsOn } from "./registration.mjs";
import { Router } from "./router.mjs";
import { askToKeep, lookAfterCanary } from "./storage.mjs";
import { endEnrolment } from "./enrolment.mjs";
import { Sync } from "./sync.mjs";
import { TakenOut, WIPED } from "./taken_out.mjs";
import { Updates } from "./updates.mjs";
import { Vault } from "./vault.mjs";
import { keepBallast, makeRoom } from "./room.mjs";
import { registerComponents } from "./components/index.mjs";
import { headerOf, historyWords, lookAt } from "./witness.mjs";
import { locksUntil } from "./hold.mjs";
import { newIdentifier } from "./identifiers.mjs";
import { noticeRestart } from "./drill.mjs";
import { prune } from "./pruning.mjs";
import { readHealth } from "./health.mjs";
import { broughtHere, sendBrought } from "./copies.mjs";
import { hasRested, isParked, tellParked } from "./parked.mjs";

const timers = { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer) };
const ask = (...request) => globalThis.fetch(...request);

const HOUR = 3_600_000;
const LITTLE_SPACE_MB = 200; // as server/fleet/fleet.py has it (tests/pwa/test_little_space.py)
let prunedAt = 0;

const gone = new AbortController();
const clock = new Clock({ wall: () => Date.now(), monotonic: () => performance.now(), boot: newIdentifier() });
const app = { clock, timers, fetch: ask, locks: locksUntil(navigator.locks, gone.signal), build: "unknown", reload: () => location.reload(), nextTick: () => globalThis.Alpine.nextTick() };

app.recovery = new Recovery({
  aside: new Aside(sessionStorage, history),
  reload: () => app.reload(),
  block: (words, final) => {
    for (const part of document.querySelectorAll("main, .bar")) part.inert = true; // what is typed from here on would go with the page
    app.live.block(words, final);
  },
  unsavedDraft: () => app.openForm.unsavedDraft(),
  sealed: (draft) => app.store.sealed("draft", draft),
});
app.store = new EncryptedStore(new Store({ onLost: () => app.recovery.storeLost(), onFull: () => onFull(), onRoom: () => app.live.setStorage({ full: false }) }));
app.reference = new Reference(app.store);
app.forms = new Forms({ fetch: ask, caches: globalThis.caches ?? null, words: () => app.reference.words() });
app.live = new Live(app);
app.author = new Author(() => app.live.refreshAuthor());
app.vault = new Vault({
  store: app.store, fetch: ask, locks: app.locks, clock, author: app.author,
  onLock: () => app.live.lock(), onKey: () => afterFirstKey(), beginAnew: () => beginAnew(),
});
app.openForm = new OpenForm(app);
const witness = {
  headers: () => headerOf(app.store),
  look: (answer, headers) => lookAt({ store: app.store, fetch: ask }, answer, Number(headers["Sightline-Checkpoint"] ?? 0)).then(showLog),
};
const health = () => app.health ?? null;
app.push = new Push({
  store: app.store, fetch: ask, clock, build: () => app.build, health, witness,
  onProgress: () => app.live.refreshOutbox({ anew: false }), onAnswer: ({ reading }) => rememberClock(reading),
});
app.pull = new Pull({ store: app.store, fetch: ask, clock, build: () => (app.build === "unknown" ? "" : app.build), health, witness, onLearned: rememberClock });
app.sync = new Sync({
  push: app.push, pull: app.pull, store: app.store, clock, locks: app.locks, timers,
  enrolled: async () => Boolean(app.live.tablet), opened: () => app.vault.ensureKey(),
  onContact: (contact) => app.live.setContact(contact),
  onPulled: (changed) => afterPull(changed),
  onRevoked: (wipe) => app.takenOut.follow(wipe),
  waits: () => waits(),
});
app.updates = new Updates({
  container: navigator.serviceWorker, locks: app.locks,
  reload: () => Promise.resolve(app.openForm.flush()).finally(() => location.reload()), onReady: () => app.live.refreshUpdate(), killed: () => killSwitchIsOn(ask),
});
app.idle = new Idle({
  clock, timers, seconds: () => app.lockSeconds(clock.wall()) ?? LOCK_SECONDS, inUse: () => !app.live.state.locked,
  onWarn: (left) => app.live.warn(left), onCalm: () => app.live.warn(0), onLock: () => app.vault.lock(),
});
app.lockSeconds = () => undefined;
app.takenOut = new TakenOut({ store: app.store, fetch: ask, clock, onWiped: () => afterWipe() });
app.install = new InstallPrompt(globalThis, () => app.live.refreshInstall());
app.router = new Router({ page: globalThis, onRoute: (route) => app.live.showScreen(route) });

for (const name of ["pagehide", "freeze"]) addEventListener(name, putAway);
addEventListener("pageshow", ({ persisted }) => persisted && app.recovery.comeBack());
app.ready = start();
app.ready.then(afterStart, (error) => {
  if (error.name === "StoreLost") return; // recovery has said so, and knows whether loading again may help
  app.live.block("Sightline could not start. Close it fully and open it again. What was saved is still here.", true);
  throw error;
});
document.addEventListener("alpine:init", () => registerComponents(globalThis.Alpine, app));

async function start() {
  await endEnrolment(app);
  const [canary, reading, tablet, log] = await Promise.all([
    lookAfterCanary(app.store, localStorage, toInstant(clock.wall())),
    app.store.get("meta", "clock"),
    app.store.get("meta", "tablet"),
    historyWords(app.store),
    noticeRestart(app, performance.getEntriesByType("navigation")[0]?.type === "reload").catch(() => {}), // before anything is sent
  ]);
  clock.reading = reading?.value ?? null;
  const restored = await app.recovery.putBack(app.store.rows); // the store has answered
  sessionStorage.removeItem("sightline-author"); // where an earlier build kept who used the tablet
  showLog(log);
  app.live.begin({ canary, tablet: tablet?.value ?? null, restored, place: currentPlace() });
  if (!tablet && (await app.store.get("meta", WIPED))) app.live.setStorage({ wiped: "This tablet was taken out of use, and its store has been cleared. What was saved on it was sent first." });
  app.router.show();
  watchThePage();
}

// What nobody waits for: the worker, the promise to keep the store, the first pass.
async function afterStart() {
  app.sync.start();
  app.live.setStorage({ keep: await askToKeep(navigator.storage) });
  await app.takenOut.tell();
  await lookAtSpace();
  app.updates.onInstalled = noteBuild;
  app.live.setStorage({ offline: await app.updates.start() });
  await noteBuild();
}

async function noteBuild() {
  app.build = await app.updates.build();
  app.live.setStorage({ build: app.build });
}

// The store is tried before anyone types into a woken page.
function watchThePage() {
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "hidden") app.openForm.flush();
    else if (await app.store.answers()) app.live.tick();
  });
  whileShown(globalThis, timers, () => app.live.tick(), 20_000);
  app.idle.watch(globalThis);
}

// What is typed is written before the page can be taken away. One that the browser keeps for a "back" holds on to nothing meanwhile.
function putAway({ persisted }) {
  app.recovery.setAside();
  app.openForm.flush();
  if (!persisted) return;
  gone.abort();
  app.store.rows.leave();
}

async function afterPull(changed) {
  await app.vault.dropStale(await app.reference.staff());
  const hashes = (await app.reference.forms()).map((form) => form.hash);
  await app.forms.gather(hashes);
  await app.reference.timescales(); // the server judges by these, whatever form is open
  app.lockSeconds = await app.reference.lockSeconds();
  if (changed) await followOwnRow();
  if (changed) app.live.refreshReference();
  app.live.refreshTablets();
  navigator.serviceWorker?.controller?.postMessage({ type: "KILL_SWITCH" });
  await tellParked(app);
  await sendBrought(app);
  app.live.refreshOutbox({ tell: false }).catch(() => {});
  await keepHouse();
}

// A write did not fit. What makes room is let go of, as long as there is any; the screen says so when there is none.
async function onFull() {
  const made = await makeRoom(app.store.rows).catch(() => false);
  if (!made) app.live.setStorage({ full: true });
  return made;
}

// A manager may have renamed this tablet or moved it to another unit.
async function followOwnRow() {
  const { tablet } = app.live;
  const own = (await app.reference.of("tablet")).find((row) => row.id === tablet?.id);
  if (!own || (own.name === tablet.name && own.unit === tablet.unit)) return;
  const value = { ...tablet, name: own.name, unit: own.unit };
  await app.store.write(["meta"], (change) => change.put("meta", { key: "tablet", value }));
  app.live.setTablet(value);
}

async function lookAtSpace() {
  app.health = await readHealth(app, navigator.storage);
  app.live.setStorage({ low: app.health.free < LITTLE_SPACE_MB });
}

// Once an hour: what is proven kept and old leaves the tablet.
async function keepHouse() {
  await lookAtSpace();
  if (clock.wall() - prunedAt < HOUR) return;
  prunedAt = clock.wall();
  if ((await prune({ store: app.store, fetch: ask })) > 0) app.live.refreshOutbox({ tell: false });
  await keepBallast(app.store, navigator.storage).catch(() => {});
}

// What waits can be sent now, and counted in full.
function afterFirstKey() {
  app.live.refreshAuthor();
  app.live.refreshOutbox({ tell: false, anew: false }).catch(() => {});
  app.reference.lockSeconds().then((read) => { app.lockSeconds = read; });
  app.sync.now();
}

// Whether anything here could be sent now. What the server refused rests, and a copy that it refused waits for a person.
async function waits() {
  if (!app.store.unlocked) return false;
  const [rows, copies] = await Promise.all([app.store.all("record", { index: "waiting", clear: true }), broughtHere(app.store)]);
  return rows.some((row) => !isParked(row) || hasRested(row, clock.wall())) || copies.some(({ reason }) => !reason);
}

// A key in memory opens nothing any more: then only a page loaded anew goes on.
async function beginAnew() {
  if (!(await app.takenOut.beginAnew())) return false;
  const cold = !app.store.unlocked;
  app.live.tellWiped();
  if (!cold) app.reload();
  return cold;
}

function afterWipe() {
  app.live.tellWiped();
  app.reload();
}

function showLog({ ok, words }) {
  app.live.setStorage({ logWrong: !ok, logWords: words });
}

function rememberClock(reading) {
  app.store.write(["meta"], (change) => change.put("meta", { key: "clock", value: reading }), { strict: false }).catch(() => {});
}
