/** The tablet's side of the twin test: reads [[check, ...arguments]] from standard input, writes what each check says. */

import { provesConsistency, provesInclusion } from "../../pwa/js/merkle.mjs";

const CHECKS = { provesConsistency, provesInclusion };
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const found = [];
for (const [check, ...given] of JSON.parse(Buffer.concat(chunks).toString("utf8"))) found.push(await CHECKS[check](...given));
process.stdout.write(JSON.stringify(found));
