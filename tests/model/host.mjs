// Several tablets in one Node, driven by lines of JSON: a question on each line in, an answer or a request to the server on each line out.

import { createInterface } from "node:readline";
import { Device } from "./device.mjs";
import { Page } from "./page.mjs";
import { lookAtDisk } from "./look.mjs";

const tablets = new Map();
const asked = new Map();
let number = 0;

console.error = () => {}; // the modules say there what they could not read, which is part of the game

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fetchFor(name) {
  return (path, { method = "GET", headers = {}, body = "" } = {}) => new Promise((resolve, reject) => {
    number += 1;
    asked.set(number, { resolve, reject });
    say({ request: number, tablet: name, method, path, headers, body });
  });
}

function answered({ response: of, lost, status, body, slept }, tablet) {
  const { resolve, reject } = asked.get(of);
  asked.delete(of);
  if (slept && tablet) move(tablet, slept);
  if (lost) return reject(new TypeError("Failed to fetch"));
  return resolve({ status, ok: status >= 200 && status < 300, redirected: false, headers: new Headers(), json: async () => JSON.parse(body), text: async () => body });
}

function move({ time }, ms) {
  time.wall += ms;
  if (ms > 0) time.monotonic += ms;
}

const ACTS = {
  create: ({ name, wall }) => void tablets.set(name, { name, device: new Device(), keys: new Set(), opened: new Map(), time: { wall, monotonic: 1000 }, pages: [] }),
  forget: () => tablets.clear(),
  start: (tablet, { staff, pin }) => opened(tablet, 0, staff, pin),
  second_tab: (tablet, { staff, pin }) => opened(tablet, 1, staff, pin),
  close_tab: (tablet) => {
    const [page] = tablet.pages.splice(1, 1);
    page?.die();
    if (page) tablet.device.locks.leave(page);
  },
  unlock: ({ pages }, { staff, pin }) => pages[0].unlock(staff, pin),
  enrol: async ({ pages }, { code, staff, pin }) => {
    const { tablet } = await pages[0].enrol(code);
    if (tablet) await pages[0].unlock(staff, pin);
    return Boolean(tablet);
  },
  seal: async (tablet, wish) => brief(await tabOf(tablet, wish).seal(wish)),
  withdraw: async (tablet, wish) => brief(await tabOf(tablet, wish).withdraw(wish)),
  copy: ({ pages }) => pages[0].copy(),
  bring: async ({ pages }, { text }) => void (await pages[0].bring(text)),
  sync: (tablet, wish) => tabOf(tablet, wish).pass(wish),
  kill: ({ device, pages }, { power, kept }) => {
    device.kill(power, kept);
    pages.length = 0;
  },
  kill_at: ({ device }, wish) => device.killAt(wish),
  disarm: ({ device }) => device.disarm(),
  wipe: ({ device }) => device.wipe(),
  full: ({ device }, { full }) => void (device.full = full),
  move_clock: (tablet, { ms }) => move(tablet, ms),
  look: (tablet) => lookAtDisk(tablet),
};

function brief(row) {
  return row && { sha256: row.sha256, body: row.body, record: row.record, version: row.version };
}

function tabOf({ pages }, { tab = 0 }) {
  return pages[tab] ?? pages[0];
}

async function opened(tablet, place, staff, pin) {
  if (place === 0) tablet.pages.length = 0;
  const page = new Page({ ...tablet, fetch: fetchFor(tablet.name) });
  tablet.pages[place] = page;
  await page.begin();
  return page.unlock(staff, pin);
}

// A tablet that is killed while it acts answers "killed"; an act that fails says why.
async function act({ id, act: name, tablet: of, ...wish }) {
  const tablet = tablets.get(of);
  try {
    const work = Promise.resolve(tablet ? ACTS[name](tablet, wish) : ACTS[name]({ name: of, ...wish }));
    const pages = tablet?.pages ?? [];
    const done = await Promise.race([work.then((value) => ({ value })), ...pages.map((page) => page.ended.then((why) => ({ why })))]);
    say({ id, ...(done.why && name !== "kill" && name !== "close_tab" ? { killed: true } : { value: done.value ?? null }) });
  } catch (error) {
    say({ id, failed: `${error?.name}: ${error?.message}` });
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const said = JSON.parse(line);
  if (said.response === undefined) act(said);
  else answered(said, tablets.get(said.tablet));
});
process.on("unhandledRejection", (error) => say({ id: 0, failed: `nobody looked after this: ${error?.stack ?? error}` }));
