// Asks “Can I email” about HTML files; prints what a mail program does not know, as JSON.
import fs from "node:fs";
import { createRequire } from "node:module";

const [modules, ...files] = process.argv.slice(2);
const { doIUseEmail } = createRequire(`${modules}/`)("@jsx-email/doiuse-email");
const emailClients = ["gmail.*", "outlook.*", "apple-mail.*"];
const found = {};
for (const file of files) {
  const { errors = [] } = doIUseEmail(fs.readFileSync(file, "utf8"), { emailClients });
  found[file] = errors;
}
console.log(JSON.stringify(found));
