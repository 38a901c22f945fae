// What is due: the server's list joined with what the records of this tablet cause, less what they settle. Each item stands once.

import { SETTLED } from "./pull.mjs";
import { age, clockTime, shortTime, toInstant, toLocal } from "./instants.mjs";

const SOON = 2 * 60 * 60_000;
const RECENT = 200;

/** The groups of the list, in the order they are shown. */
export const GROUPS = [["late", "Late"], ["now", "Due now"], ["later", "Later today"], ["coming", "Coming up"], ["done", "Done, or not needed"]];

const WHO = { deputy: "For the deputy", manager: "For a manager" };

/**
 * @typedef {object} DueItem
 * @property {string} id @property {string} form @property {string} why @property {string} who @property {string} staff
 * @property {string} unit @property {string} person @property {string} due_at @property {object} answers @property {string} source
 * @property {string} says @property {"late"|"now"|"later"|"coming"|"done"} state
 * @property {object|null} settled the row of the record that settled it @property {object|null} draft one begun for it on this tablet
 */

/**
 * @param {{feed: object[], gone: Set<string>, records: object[], drafts: object[], author: string, now: number, answeredAt: string}} known
 *   feed: due rows of the last pull, for this tablet or for any; gone: ids the server took back; records: rows of this tablet; answeredAt: the server's time of the last pull
 * @returns {DueItem[]} the most pressing first
 */
export function dueItems({ feed, gone, records, drafts, author, now, answeredAt }) {
  const standing = newestVersions(records);
  const newest = standing.filter((row) => !row.withdrawn);
  const withdrawn = new Set(standing.filter((row) => row.withdrawn).map((row) => row.record));
  const asked = feed.filter((item) => !withdrawn.has(item.id.split("/")[0])); // the server has yet to hear of it
  const caused = newest.filter((row) => !agreed(row, answeredAt)).flatMap(causedBy).filter((item) => !gone.has(item.id));
  const all = new Map([...caused, ...asked].map((item) => [item.id, item]));
  const open = new Set(asked.map((item) => item.id));
  const made = newest.toSorted(by("sealed_at")).map((row) => ({ row, item: madeFor(row, asked) }));
  const settled = firstFor(made.filter(({ row, item }) => !(open.has(item) && agreed(row, answeredAt))), "item"); // else the server has heard of it, and asks all the same
  const begun = firstFor(drafts.filter((draft) => !draft.practice), "spawned_by");
  return [...all.values()]
    .filter((item) => !item.staff || item.staff === author)
    .map((item) => withState(item, settled.get(item.id)?.row ?? null, begun.get(item.id) ?? null, now))
    .sort(by("due_at", "id"));
}

/** @returns {Promise<DueItem[]>} the list as it stands on this tablet, for one person */
export async function readDue({ store, reference, clock, author, live }) {
  const [rows, gone, records, drafts, answeredAt] = await Promise.all([
    reference.of("due"), reference.of(SETTLED), recentRecords(store), store.all("draft"), reference.answeredAt(),
  ]);
  const feed = rows.filter((row) => !row.tablet || row.tablet === live.tablet?.id);
  return dueItems({
    feed, gone: new Set(gone.map((row) => row.id)), records, drafts, author: author.current?.id ?? "", now: clock.wall(), answeredAt,
  });
}

/** The records that may still matter to a list: those that wait, and the last two hundred made here. */
export async function recentRecords(store) {
  const [waiting, last] = await Promise.all([store.all("record", { index: "waiting" }), store.all("record", { reverse: true, limit: RECENT })]);
  return [...new Map([...waiting, ...last].map((row) => [`${row.record}/${row.version}`, row])).values()];
}

/** Of each record, its newest version. */
export function newestVersions(records) {
  const newest = new Map();
  for (const row of records) if (!(newest.get(row.record)?.version > row.version)) newest.set(row.record, row);
  return [...newest.values()];
}

/** "Late, was due 14:05", "Due 14:30", "Done 14:05, not yet sent": never colour alone. */
export function dueWords({ state, due_at, settled }, now) {
  if (state === "done") {
    const what = settled.form === "not_needed" ? "Not needed" : "Done";
    return `${what} ${shortTime(Date.parse(settled.sealed_at), now)}${settled.receipt ? "" : ", not yet sent"}`;
  }
  const at = Date.parse(due_at);
  if (state !== "late") return `Due ${shortTime(at, now)}`;
  const by = age(at, now);
  return by === "just now" ? `Late, was due ${clockTime(at)}` : `Late by ${by}, was due ${shortTime(at, now)}`;
}

/** "For the deputy", or "" when it is for whoever is on the floor. */
export function whoWords({ who }) {
  return WHO[who] ?? "";
}

// The server has had a pull's time to say what it makes of the record: from then on its list alone counts. Both times are the
// server's: the tablet's clock may be put back.
function agreed(row, answeredAt) {
  const kept = row.receipt?.status === "stored" || row.receipt?.status === "duplicate";
  return kept && answeredAt > row.receipt.received_at;
}

// What comes round is done by a record made for nothing in particular: of what is open, the latest round. The server says so too.
function madeFor(row, items) {
  if (row.spawned_by) return row.spawned_by;
  const rounds = items.filter(({ id, form, unit, opened_at }) => id.startsWith("schedule/") && form === row.form && (!unit || unit === row.unit) && opened_at <= row.happened_at);
  return rounds.sort(by("opened_at")).at(-1)?.id;
}

function causedBy(row) {
  return (row.spawned ?? []).map((item) => ({
    ...item, staff: "", unit: row.unit ?? "", person: item.answers.person ?? row.person ?? "", opened_at: row.sealed_at, source: row.record, says: "",
  }));
}

function withState(item, settled, draft, now) {
  const due = Date.parse(item.due_at) || now; // a time nobody can read is not a reason to leave it out
  return { ...item, due_at: toInstant(due), settled, draft: settled ? null : draft, state: settled ? "done" : stateAt(due, now) };
}

function stateAt(due, now) {
  if (due < now) return "late";
  if (due <= now + SOON) return "now";
  return dayOf(due) === dayOf(now) ? "later" : "coming";
}

function dayOf(wall) {
  return toLocal(toInstant(wall)).slice(0, 10);
}

function firstFor(rows, member) {
  const first = new Map();
  for (const row of rows) if (row[member] && !first.has(row[member])) first.set(row[member], row);
  return first;
}

function by(...members) {
  return (a, b) => {
    for (const member of members) if (a[member] !== b[member]) return a[member] < b[member] ? -1 : 1;
    return 0;
  };
}
