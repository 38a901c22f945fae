/**
 * The real tablet's witness on answers of the real server: reads {key, answers: [{asked, answer}]} from standard input,
 * looks at each in turn, and writes what it says and what it would tell. Run by tests/server/test_witness.py.
 */

import { lookAt } from "../../pwa/js/witness.mjs";
import { MemoryStore, answer, put } from "./fakes.mjs";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { key, answers } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const store = new MemoryStore();
await put(store, "meta", { key: "server_keys", value: { signing_key: key } });
const told = [];
const fetch = async (_address, { body }) => {
  told.push(JSON.parse(body));
  return answer(204, "");
};
const states = [];
for (const each of answers) states.push(await lookAt({ store, fetch }, each.answer, each.asked));
process.stdout.write(JSON.stringify({ states, told }));
