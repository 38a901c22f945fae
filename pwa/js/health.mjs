// How this tablet is, in a few numbers that go along with every request, for the manager's page of tablets.

const MB = 1_000_000;

/**
 * What the header `Sightline-Health` says. Rounded: the server writes it down whenever it changes.
 * @param {{keep?: string, usage?: number, quota?: number, reading?: {offset: number, bound: number}|null, people?: number,
 *   drafts?: number, witness?: number}} known what is not known is left out
 *   keep: what askToKeep said · people: whose PIN opens it · witness: size of the last checkpoint verified
 */
export function healthOf({ keep, usage, quota, reading, people, drafts, witness }) {
  const free = quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
  return Object.fromEntries(Object.entries({
    keep,
    used: usage === undefined ? undefined : Math.ceil(usage / MB),
    free: free === undefined ? undefined : Math.floor(free / (100 * MB)) * 100,
    skew: reading ? skewOf(reading) : undefined,
    people,
    drafts,
    witness,
  }).filter(([, value]) => value !== undefined && value !== null));
}

/** Reads the same of this tablet. @param {object} app @param {StorageManager|undefined} manager */
export async function readHealth({ store, clock, live }, manager) {
  const [{ usage, quota } = {}, people, drafts, checkpoints] = await Promise.all([
    manager?.estimate?.().catch(() => ({})), store.count("bundle"), store.count("draft"), store.get("meta", "checkpoints"),
  ]);
  const witness = Number(checkpoints?.value.at(-1)?.text.split("\n")[1] ?? 0);
  return healthOf({ keep: live.state.keep || undefined, usage, quota, reading: clock.reading, people, drafts, witness });
}

// Server time less the tablet's, in seconds; what lies within the uncertainty is no skew.
function skewOf({ offset, bound }) {
  return Math.abs(offset) <= bound + 1000 ? 0 : Math.round(offset / 5000) * 5;
}
