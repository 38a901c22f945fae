// A form travels without the attributes that follow from its keys: names, ids, and what points to ids. Here it gets them.

/** @param {HTMLElement} root a form, or a row just made */
export function dress(root) {
  for (const section of root.querySelectorAll("[data-section]")) dressSection(section);
  for (const row of [root, ...root.querySelectorAll("[data-row-name]")]) if (row.dataset.rowName) dressRow(row);
  for (const holder of root.querySelectorAll("[data-question]")) dressQuestion(holder);
}

function dressSection(section) {
  const heading = section.querySelector("h2");
  section.id = `section-${section.dataset.section}`;
  heading.id = `heading-${section.dataset.section}`;
  section.setAttribute("aria-labelledby", heading.id);
}

function dressRow(row) {
  const key = row.querySelector("[data-question]").dataset.question.split(".").slice(0, 2).join(".");
  const remove = row.querySelector("[data-remove]");
  row.querySelector(".repeat-title").id = `row-${key}`;
  row.setAttribute("aria-labelledby", `row-${key}`);
  if (!remove) return;
  remove.id = `remove-${key}`;
  remove.setAttribute("aria-labelledby", `remove-${key} row-${key}`);
}

function dressQuestion(holder) {
  const key = holder.dataset.question;
  const first = holder.firstElementChild;
  const isGroup = first.matches("fieldset");
  const field = isGroup ? null : holder.querySelector("input, select, textarea");
  if (isGroup) {
    for (const input of first.querySelectorAll(":scope > .choices input")) input.name = key;
  } else if (field) {
    Object.assign(field, { id: `input-${key}`, name: key });
    first.htmlFor = field.id;
  }
  const hint = [...(isGroup ? first : holder).children].find((child) => child.matches(".question-hint"));
  if (!hint) return;
  hint.id = `hint-${key}`;
  (isGroup ? first : field)?.setAttribute("aria-describedby", hint.id);
}
