// node scripts/shorten-imports.mjs DIRECTORY: gives what fanfare.wasm imports from fanfare.js short names, in both files.
// wasm-bindgen names them by their signature's hash, which no compression makes smaller: 4 kB of what browsers fetch.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [wasmFile, jsFile] = ["fanfare.wasm", "fanfare.js"].map((name) => join(process.argv[2], name));
const IMPORTS = 2;
const FROM = "./fanfare_bg.js";

const wasm = readFileSync(wasmFile);
let at = 8; // behind magic number and version

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
}

function encoded(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

function text() {
  const length = number();
  at += length;
  return wasm.toString("utf8", at - length, at);
}

const withLength = (bytes) => Buffer.concat([encoded(bytes.length), bytes]);

// The description behind a name: what kind of thing it is, and its type.
function description() {
  const start = at;
  const kind = wasm[at++];
  if (kind === 0) number();
  else if (kind === 3) at += 2;
  else throw new Error(`an import of kind ${kind}, which is unheard of here`);
  return wasm.subarray(start, at);
}

const short = new Map();
const name = (long) => {
  if (!short.has(long)) short.set(long, `$${short.size.toString(36)}`);
  return short.get(long);
};

function imports() {
  const count = number();
  const parts = [encoded(count)];
  for (let i = 0; i < count; i++) {
    const [module, field] = [text(), text()];
    const ours = module === FROM;
    parts.push(withLength(Buffer.from(module)), withLength(Buffer.from(ours ? name(field) : field)), description());
  }
  return Buffer.concat(parts);
}

const sections = [wasm.subarray(0, at)];
while (at < wasm.length) {
  const start = at;
  const id = wasm[at++];
  const end = number() + at;
  if (id === IMPORTS) sections.push(Buffer.from([id]), withLength(imports()));
  else sections.push(wasm.subarray(start, end));
  if (id === IMPORTS && at !== end) throw new Error("the imports do not fill their section");
  at = end;
}

const used = new Set();
const script = readFileSync(jsFile, "utf8").replace(/\b__wb[A-Za-z0-9_]+/g, (word) => {
  if (!short.has(word)) return word;
  used.add(word);
  return short.get(word);
});
const missing = [...short.keys()].filter((word) => !used.has(word));
if (missing.length > 0) throw new Error(`fanfare.js does not have ${missing.join(", ")}`);
writeFileSync(wasmFile, Buffer.concat(sections));
writeFileSync(jsFile, script);
