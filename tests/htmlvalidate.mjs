// Validates the pages that are named on the standard input, and writes what is wrong with each as
// JSON. The command of html-validate does the same, but reads its settings anew for every page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [command, settings] = process.argv.slice(2);
const { HtmlValidate, StaticConfigLoader } = createRequire(command)("html-validate");
const config = JSON.parse(readFileSync(settings, "utf-8"));

class Once extends StaticConfigLoader {
  getConfigFor(handle) {
    return (this.resolved ??= super.getConfigFor(handle));
  }
}

const validator = new HtmlValidate(new Once(config));
const found = {};
for (const page of JSON.parse(readFileSync(0, "utf-8"))) {
  const { results } = validator.validateFileSync(page);
  found[page] = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, line, column, message }) => ({ ruleId, line, column, message })));
}
process.stdout.write(JSON.stringify(found));
