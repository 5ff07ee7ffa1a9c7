// node scripts/precompress.mjs DIRECTORY [quick]: writes FILE.br and FILE.gz beside every file there that gets smaller,
// so that the server sends them as they are; prints what a browser transfers. With 'quick' it takes seconds and they are larger.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [root, how] = process.argv.slice(2);
const [brotliQuality, gzipLevel] = how === "quick" ? [2, 1] : [constants.BROTLI_MAX_QUALITY, 9];
const shrinks = new Set([".js", ".wasm", ".css", ".svg", ".html", ".json", ".txt", ".webmanifest"]);
let total = 0;
const rows = [];

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const plain = readFileSync(file);
  let size = plain.length;
  if (shrinks.has(extname(file))) {
    const brotli = brotliCompressSync(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_LGWIN]: 22,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    });
    if (brotli.length < size) {
      writeFileSync(`${file}.br`, brotli);
      writeFileSync(`${file}.gz`, gzipSync(plain, { level: gzipLevel }));
      size = brotli.length;
    }
  }
  total += size;
  rows.push([relative(root, file), plain.length, size]);
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(11);
rows.sort((a, b) => b[2] - a[2]);
for (const [name, plain, size] of rows) console.error(`${kilobytes(plain)} ->${kilobytes(size)}  ${name}`);
console.error(`whole site, brotli:    ${kilobytes(total)}`);
