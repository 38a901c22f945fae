// On the way to an immediate concern. If its form cannot be opened, this screen says whom to call.

import { beginConcern } from "../begin.mjs";
import { onCallRows } from "../concern.mjs";
import { screen } from "./screen.mjs";

export function concern(app) {
  return screen(app, {
    problem: "",
    rows: [],
    async load() {
      const from = app.concernFrom ?? {};
      app.concernFrom = undefined;
      try {
        const id = await beginConcern(app, from);
        if (!this.gone) app.router.go(`/tablet/form/${id}`, { replace: true });
      } catch (error) {
        this.problem = error.name === "FormMissing" ? "The form for it is not on this tablet yet." : "The tablet could not save a new form.";
        this.rows = onCallRows(await app.reference.onCall());
      }
    },
    get noList() {
      return this.problem !== "" && this.rows.length === 0;
    },
  });
}
