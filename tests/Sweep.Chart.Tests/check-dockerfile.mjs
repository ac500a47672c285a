// Prints what a linter has to say of a Dockerfile, as JSON:  node check-dockerfile.mjs TOOLS DOCKERFILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [tools, file] = process.argv.slice(2);
const { validate } = createRequire(join(tools, "node_modules", "x.js"))("dockerfile-utils");
console.log(JSON.stringify(validate(readFileSync(file, "utf8")).map(({ message, range }) => `${range.start.line + 1}: ${message}`)));
