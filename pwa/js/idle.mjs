// Locks a tablet that nobody touches, and one that is put away. A sleeping tablet runs no timers, so what counts is the time on
// both clocks since the last touch, looked at each second and on waking.

const LOOK_EVERY = 1_000;
/** WCAG 2.2.1: who is warned has at least 20 seconds to say that they are still there, with a simple act. */
export const WARNING_SECONDS = 20;
export const LOCK_SECONDS = 120;
const TOUCHES = ["pointerdown", "keydown", "input", "wheel", "touchmove"];

/** Does `work` again and again while the page is shown; while it is hidden there is no timer. */
export function whileShown(page, timers, work, ms) {
  let timer = null;
  const again = () => {
    timers.clear(timer);
    if (page.document.visibilityState === "hidden") return;
    timer = timers.set(() => {
      work();
      again();
    }, ms);
  };
  page.document.addEventListener("visibilitychange", again);
  again();
}

export class Idle {
  #parts;
  #last;
  #warned = false;

  /**
   * @param {{clock: object, timers: object, seconds: () => number, inUse: () => boolean, onWarn: (left: number) => void,
   *   onCalm: () => void, onLock: () => void}} parts seconds: until an untouched tablet locks; onWarn: each second while it is about to;
   *   onCalm: somebody was there after all
   */
  constructor(parts) {
    this.#parts = parts;
    this.touched();
  }

  /** Listens to the page, and looks each second while it is shown: what is hidden is locked at once. */
  watch(page) {
    for (const name of TOUCHES) page.addEventListener(name, () => this.touched(), { capture: true, passive: true });
    page.document.addEventListener("visibilitychange", () => this.#seen(page.document.visibilityState));
    for (const name of ["pagehide", "freeze"]) page.addEventListener(name, () => this.#putAway());
    page.addEventListener("pageshow", () => this.look());
    whileShown(page, this.#parts.timers, () => this.look(), LOOK_EVERY);
  }

  touched() {
    const late = this.#parts.inUse() && this.#last && this.#left() <= 0;
    if (late) return this.#lock(); // the first touch after a long sleep comes before any timer
    this.#last = this.#parts.clock.mark();
    if (this.#warned) this.#calm();
    return undefined;
  }

  look() {
    if (!this.#parts.inUse()) return this.touched();
    const left = this.#left();
    if (left <= 0) return this.#lock();
    if (left > WARNING_SECONDS) return undefined;
    this.#warned = true;
    return this.#parts.onWarn(left);
  }

  // The longer of both counts: the monotonic clock may stand still while the tablet sleeps, the wall clock may be put back.
  #left() {
    const { wall, monotonic } = this.#parts.clock.mark();
    const passed = Math.max(wall - this.#last.wall, monotonic - this.#last.monotonic);
    return Math.ceil(this.#parts.seconds() - passed / 1000);
  }

  #seen(state) {
    if (state === "hidden") this.#putAway();
    else this.look();
  }

  // Also while it is locked: a PIN may be under way.
  #putAway() {
    this.#calm();
    this.#parts.onLock();
  }

  #lock() {
    this.#calm();
    if (this.#parts.inUse()) this.#parts.onLock();
  }

  #calm() {
    this.#warned = false;
    this.#parts.onCalm();
  }
}
