import assert from "node:assert/strict";
import test from "node:test";
import { Idle, whileShown } from "../../pwa/js/idle.mjs";
import { pad } from "../../pwa/js/components/pad.mjs";
import { FakeTime } from "./fakes.mjs";

/** A tablet in somebody's hands: its clocks, its page, and what it was told. */
function tablet({ seconds = 120 } = {}) {
  const now = { wall: 1_000_000, monotonic: 0 };
  const page = Object.assign(new EventTarget(), { document: Object.assign(new EventTarget(), { visibilityState: "visible" }) });
  const told = { warned: [], calm: 0, locks: 0 };
  const use = { inUse: true };
  const work = [];
  const idle = new Idle({
    clock: { mark: () => ({ ...now }) }, timers: { set: (job) => work.push(job), clear: () => {} }, seconds: () => seconds, inUse: () => use.inUse,
    onWarn: (left) => told.warned.push(left), onCalm: () => { told.calm += 1; },
    onLock: () => {
      told.locks += 1;
      use.inUse = false;
    },
  });
  idle.watch(page);
  const sleep = (wall, monotonic = wall) => {
    now.wall += wall * 1000;
    now.monotonic += monotonic * 1000;
  };
  const tick = (seconds) => {
    for (let second = 0; second < seconds; second += 1) {
      sleep(1);
      work.shift()();
    }
  };
  const show = (state) => {
    page.document.visibilityState = state;
    page.document.dispatchEvent(new Event("visibilitychange"));
  };
  return { told, use, page, tick, sleep, show, touch: (name = "pointerdown") => page.dispatchEvent(new Event(name)) };
}

test("a tablet nobody touches warns for twenty seconds, then locks once", () => {
  const { told, tick } = tablet();
  tick(99);
  assert.deepEqual(told.warned, []);
  tick(20);
  assert.deepEqual([told.warned.at(0), told.warned.at(-1), told.locks], [20, 1, 0]);
  tick(30);
  assert.equal(told.locks, 1);
});

test("any touch or key while it warns takes the warning away and starts anew", () => {
  for (const name of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    const { told, tick, touch } = tablet();
    tick(110);
    touch(name);
    assert.equal(told.calm, 1, name);
    tick(99);
    assert.equal(told.locks, 0);
    tick(21);
    assert.equal(told.locks, 1);
  }
});

test("a tablet that slept is locked before it takes the first touch, whichever clock stood still", () => {
  for (const asleep of [[300, 0], [0, 300], [-86_400, 300]]) {
    const { told, sleep, touch } = tablet();
    sleep(...asleep);
    touch();
    assert.equal(told.locks, 1, asleep);
  }
  const woken = tablet();
  woken.sleep(300, 0);
  woken.page.dispatchEvent(new Event("pageshow"));
  assert.equal(woken.told.locks, 1);
});

test("a page that is hidden, frozen or left locks at once, also when it may come back from the browser's memory", () => {
  const hidden = tablet();
  hidden.show("hidden");
  assert.equal(hidden.told.locks, 1);
  for (const name of ["pagehide", "freeze"]) {
    const { told, page } = tablet();
    page.dispatchEvent(new Event(name));
    assert.equal(told.locks, 1, name);
  }
});

test("a locked tablet that is put away is told so too, for somebody's PIN may be under way", () => {
  const { told, use, show } = tablet();
  use.inUse = false;
  show("hidden");
  show("visible");
  assert.equal(told.locks, 1);
});

test("a locked tablet does not lock again, and counts afresh for who unlocks it", () => {
  const { told, use, tick } = tablet();
  use.inUse = false;
  tick(500);
  assert.deepEqual([told.locks, told.warned], [0, []]);
  use.inUse = true;
  tick(99);
  assert.deepEqual([told.locks, told.warned], [0, []]);
});

test("what is done while a page is shown has no timer while it is hidden, and one when it is shown again", async () => {
  const time = new FakeTime();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  let done = 0;
  whileShown({ document }, time, () => { done += 1; }, 20_000);
  const show = (state) => {
    document.visibilityState = state;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  await time.advance(60_000);
  assert.equal(done, 3);
  show("hidden");
  assert.deepEqual(time.pending, []);
  await time.advance(3_600_000);
  assert.equal(done, 3);
  show("visible");
  show("visible");
  assert.deepEqual(time.pending, [20_000]);
  await time.advance(20_000);
  assert.equal(done, 4);
});

/** The pad as the screen around it sees it. */
function keys(around = {}) {
  const told = [];
  const descriptors = Object.getOwnPropertyDescriptors(pad());
  const made = Object.defineProperties({ padOff: false, ...around, $dispatch: (name, value) => told.push([name, value]) }, descriptors);
  const type = (key, more = {}) => made.keyed({ key, target: { closest: () => null }, ...more });
  return { made, told, type, tap: (id) => made.press(made.keys.find((key) => key.id === id)) };
}

test("six digits are told once and forgotten", () => {
  const { made, told, tap, type } = keys();
  for (const digit of "280") tap(digit);
  assert.equal(made.said, "3 digits of 6");
  for (const digit of "461") type(digit);
  assert.deepEqual(told, [["pin", "280461"]]);
  assert.equal(made.digits, "");
  assert.equal(made.said, "");
});

test("digits can be rubbed out, one or all", () => {
  const { made, told, tap, type } = keys();
  for (const digit of "12345") tap(digit);
  tap("erase");
  type("Backspace");
  assert.equal(made.digits, "123");
  tap("clear");
  tap("erase");
  assert.equal(made.digits, "");
  assert.deepEqual(told, []);
});

test("no key counts while a PIN is tried, nor a digit typed into a field or with a command key", () => {
  const { made, type, tap } = keys({ padOff: true });
  tap("1");
  type("2");
  made.padOff = false;
  type("3", { ctrlKey: true });
  type("4", { target: { closest: () => ({}) } });
  type("a");
  type("F1");
  assert.equal(made.digits, "");
});

test("what a screen reader is told never holds a digit of the PIN itself", () => {
  const { made, tap } = keys();
  tap("9");
  tap("9");
  assert.equal(made.said, "2 digits of 6");
});
