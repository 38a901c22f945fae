// Reads {definitions, cases} from standard input; says of each case what is shown of a form before and after one answer was changed, and
// what the part that hangs on this answer shows. Run by test_hanging.py.

import { partHanging } from "../../pwa/js/hanging.mjs";
import { judgeDraft } from "../../pwa/js/rulebook.mjs";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { definitions, cases } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const shown = (definition, raw, context) => judgeDraft(definition, raw, context).judgement.visible;
const found = cases.map(({ name, raw, context, key, value }) => {
  const whole = definitions[name];
  const part = partHanging(whole, key);
  const after = { ...raw, [key]: value };
  return {
    before: shown(whole, raw, context),
    after: shown(whole, after, context),
    part: part && { questions: part.sections.flatMap((section) => section.questions.map(({ id }) => id)), shown: shown(part, after, context) },
  };
});
process.stdout.write(JSON.stringify(found));
