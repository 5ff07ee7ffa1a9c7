// Loaded into every Node.js that cargo-leptos starts (NODE_OPTIONS in scripts/build.sh). wasm-opt, started anew for each of
// 240 files, would spend most of its time on compiling itself: scripts/optimise.mjs does its work for all of them.
const { basename } = require("node:path");

if (basename(process.argv[1] ?? "") === "wasm-opt") process.exit(0);
