// Typesets with KaTeX: a JSON list of equations comes in, a list of {html} or {error} goes out.
const fs = require("node:fs");
const katex = require(process.argv[2]);

function typeset({ tex, display }) {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, strict: "error" }) };
  } catch (error) {
    return { error: error.message };
  }
}

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(typeset)));
