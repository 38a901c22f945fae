// What the benches of the tablet ask of a page: put into every page before its own scripts, ours and the peers'.
globalThis.bench = {
  /** After the next frame was drawn; milliseconds since the page began. */
  painted: () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  })),
  frame: () => new Promise(requestAnimationFrame),
  isShown: (selector) => Boolean(document.querySelector(selector)?.getClientRects().length),
  /** When something is drawn. */
  async shown(selector) {
    while (!bench.isShown(selector)) await bench.frame();
    return bench.painted();
  },
  /** When the first standard took "No", which shows that it asks for facts. One that is not yet heard is tapped again. */
  async firstTap() {
    const option = (value) => document.querySelector(`[name="q_1"][value="${value}"]`);
    for (;;) {
      if (option("not_met")) for (const value of ["met", "not_met"]) option(value).click();
      await bench.frame();
      if (bench.isShown('[data-question="q_1_facts"]') && option("not_met").checked) return bench.painted();
    }
  },
  /** Milliseconds from what a person does (trusted events of this kind) until the next frame was drawn. */
  took: [],
  listen(kind) {
    let waits = false;
    addEventListener(kind, async (event) => {
      if (!event.isTrusted || waits) return;
      waits = true;
      const [start, end] = [event.timeStamp, await bench.painted()];
      performance.measure("answer", { start, end });
      bench.took.push(end - start);
      waits = false;
    }, true);
  },
  takeTook: () => bench.took.splice(0),
  /** Milliseconds that one more row of the repeat takes. */
  async addRow() {
    const rows = () => document.querySelectorAll("[data-rows] > *").length;
    const before = rows();
    const from = performance.now();
    document.querySelector("[data-add]").click();
    while (rows() === before) await bench.frame();
    return await bench.painted() - from;
  },
};
