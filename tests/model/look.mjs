// What stands on a tablet's disk, seen from outside, with every key that ever opened it.

import { openValue, placeOf } from "../../pwa/js/box.mjs";
import { rowKey } from "../../pwa/js/database.mjs";
import { sha256 } from "../../pwa/js/digest.mjs";
import { summary } from "../../pwa/js/outbox.mjs";

/** @returns {Promise<object>} every record that can be read whole, with its receipt; lists, cursor and epoch */
export async function lookAtDisk({ device, keys, opened, pages }) {
  const meta = new Map(device.rows("meta").map(({ key, value }) => [key, value]));
  const records = [];
  for (const stored of device.rows("record")) records.push(await readable("record", stored, keys, opened));
  const reference = await Promise.all(device.rows("reference").map((row) => readable("reference", row, keys, opened)));
  const held = records.filter((row) => row?.whole);
  const waiting = held.filter((row) => row.waiting !== undefined);
  return {
    sealed: held.map((row) => row.sha256),
    broken: records.length - held.length,
    waiting: waiting.map((row) => row.sha256),
    parked: waiting.filter((row) => row.attempt?.meaning === "attention").map((row) => row.sha256),
    numbers: Object.fromEntries(held.map((row) => [row.sha256, row.number])),
    receipts: Object.fromEntries(held.filter((row) => row.receipt).map((row) => [row.sha256, row.receipt])),
    says_nothing_waits: summary(waiting, 0).count === 0,
    tablet: meta.get("tablet")?.id ?? "", service: meta.get("tablet")?.service.id ?? "", chain: meta.get("chain")?.seq ?? 0,
    cursor: meta.get("cursor") ?? "", epoch: meta.get("epoch") ?? "", history: meta.get("history")?.report?.kind ?? "",
    reference: reference.filter((row) => row && row.kind !== "due_settled").map(({ kind, id, ...row }) => [kind, id, JSON.stringify(row)]),
    wiped: meta.has("wiped") && !meta.has("tablet"), anew: meta.has("wiped") && meta.has("tablet"), said: pages[0]?.sync.contact.reason ?? "",
  };
}

async function readable(name, stored, keys, opened) {
  if (!stored.box) return name === "record" ? checked(stored) : stored;
  const place = `${placeOf(name, rowKey(name, stored))} ${stored.box.iv.join()}`;
  if (!opened.has(place)) opened.set(place, await open(name, stored, keys));
  return opened.get(place);
}

async function open(name, stored, keys) {
  for (const key of keys) {
    const row = await openValue(key, placeOf(name, rowKey(name, stored)), stored.box).catch(() => null);
    if (row) return name === "record" ? checked(row) : row;
  }
  return null;
}

async function checked(row) {
  const { tablet, tablet_seq } = JSON.parse(row.body);
  return { ...row, number: [tablet, tablet_seq], whole: (await sha256(row.body)) === row.sha256 };
}
