// What the tablet knows about time: its wall clock, a clock that only goes forward, and how far it is from the server's.

/**
 * @typedef {{offset: number, bound: number, wall: number, monotonic: number, boot: string}} Reading
 *   offset and bound in ms: server time is the tablet's wall clock plus offset, give or take bound.
 */

export class Clock {
  /**
   * @param {{wall: () => number, monotonic: () => number, boot: string, reading?: Reading|null}} parts
   *   boot names one page load: monotonic readings compare only within it.
   */
  constructor({ wall, monotonic, boot, reading = null }) {
    this.wall = () => Math.round(wall());
    this.monotonic = () => Math.round(monotonic());
    this.boot = boot;
    this.reading = reading;
  }

  /** @returns {{wall: number, monotonic: number}} to be taken just before a request goes out. */
  mark() {
    return { wall: this.wall(), monotonic: this.monotonic() };
  }

  /**
   * Learns the distance from the server's clock, as Cristian's rule has it: the answer was made half a round trip ago.
   * The longer of both clocks counts: the monotonic one may stand still while the tablet sleeps.
   * @param {{wall: number, monotonic: number}} sent what mark() gave before the request
   * @param {number} serverWall the server's time in the answer, ms since 1970
   * @returns {Reading}
   */
  learn(sent, serverWall) {
    const here = this.mark();
    const bound = Math.ceil(Math.max(0, here.monotonic - sent.monotonic, here.wall - sent.wall) / 2);
    this.reading = { offset: Math.round(serverWall + bound - here.wall), bound, ...here, boot: this.boot };
    return this.reading;
  }

  /**
   * What a sealed body carries. The claim and the estimate stand side by side; neither corrects the other.
   * @returns {{wall: number, monotonic: number, boot: string, offset: number[]}} offset is [] or [offset, bound, age] in ms
   */
  stamp() {
    return { ...this.mark(), boot: this.boot, offset: this.#estimate() };
  }

  #estimate() {
    if (!this.reading) return [];
    const { offset, bound, wall, monotonic, boot } = this.reading;
    const age = boot === this.boot ? this.monotonic() - monotonic : this.wall() - wall;
    return age < 0 ? [] : [offset, bound, age];
  }
}
