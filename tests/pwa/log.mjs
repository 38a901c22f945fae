// A server's log in memory, for tests of the tablet: leaves, a key of its own, checkpoints and proofs as sync/ makes them.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

const hash = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

export class FakeLog {
  constructor(leaves = 0, { name = "a".repeat(32), epoch = "e1" } = {}) {
    this.leaves = [];
    this.name = name;
    this.epoch = epoch;
    this.at = "2026-11-21T14:07:00Z";
    this.keys = generateKeyPairSync("ed25519");
    this.grow(leaves);
  }

  /** The public key as an enrolment gives it. */
  get key() {
    return this.keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  }

  grow(count, says = "leaf") {
    for (let more = 0; more < count; more += 1) this.leaves.push(hash(Buffer.from([0]), Buffer.from(`${says} ${this.leaves.length}`)));
    return this;
  }

  /** The same log with another past from the leaf `from` on. */
  rewritten(from, size = this.leaves.length, says = "another") {
    const other = new FakeLog(0, { name: this.name, epoch: this.epoch });
    other.keys = this.keys;
    other.leaves = this.leaves.slice(0, from);
    return other.grow(size - from, says);
  }

  get size() {
    return this.leaves.length;
  }

  checkpoint() {
    const text = `sightline-log/${this.name}\n${this.size}\n${root(this.leaves).toString("hex")}\n${this.epoch}\n${this.at}\n`;
    return { text, signature: sign(null, Buffer.from(text), this.keys.privateKey).toString("base64") };
  }

  /** What a push or pull answers to a tablet that has verified `asked` leaves. */
  answer(asked = 0) {
    const consistency = asked > 0 && asked < this.size ? extension(asked, this.leaves, true) : [];
    return { checkpoint: this.checkpoint(), consistency: consistency.map((node) => node.toString("hex")) };
  }

  inclusion(position, size = this.size) {
    return path(position, this.leaves.slice(0, size)).map((node) => node.toString("hex"));
  }

  leaf(position) {
    return this.leaves[position].toString("hex");
  }
}

// Word for word as RFC 6962 defines them, section 2.1.
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const middle = split(leaves.length);
  return hash(Buffer.from([1]), root(leaves.slice(0, middle)), root(leaves.slice(middle)));
}

function path(position, leaves) {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  return position < middle
    ? [...path(position, leaves.slice(0, middle)), root(leaves.slice(middle))]
    : [...path(position - middle, leaves.slice(middle)), root(leaves.slice(0, middle))];
}

function extension(old, leaves, whole) {
  if (old === leaves.length) return whole ? [] : [root(leaves)];
  const middle = split(leaves.length);
  return old <= middle
    ? [...extension(old, leaves.slice(0, middle), whole), root(leaves.slice(middle))]
    : [...extension(old - middle, leaves.slice(middle), false), root(leaves.slice(0, middle))];
}

function split(count) {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
