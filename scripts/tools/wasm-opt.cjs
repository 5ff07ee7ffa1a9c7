// Loaded into every Node.js that cargo-leptos starts (NODE_OPTIONS in scripts/build.sh). wasm-opt is a WebAssembly program
// itself and is started for each of about 150 files: for a small one most of its time goes into optimising the optimiser.
const { statSync } = require("node:fs");
const { basename } = require("node:path");

const SMALL = 200_000; // bytes
if (basename(process.argv[1] ?? "") === "wasm-opt" && statSync(process.argv.at(-1)).size < SMALL) {
  require("node:v8").setFlagsFromString("--liftoff-only");
}
