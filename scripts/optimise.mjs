// node scripts/optimise.mjs DIRECTORY: makes the WebAssembly there small to transfer, each core some of the files.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

// the largest first, so that all cores end at about the same time
function files(directory) {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".wasm"))
    .map((name) => join(directory, name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

function share(directory) {
  const open = files(directory);
  for (let i = 0; i < Math.min(availableParallelism(), open.length); i++) {
    const worker = new Worker(new URL(import.meta.url));
    const next = () => (open.length > 0 ? worker.postMessage(open.shift()) : worker.terminate());
    worker.on("message", next);
    worker.on("error", (error) => {
      throw error;
    });
    next();
  }
}

async function work() {
  // the splitting leaves names of locals in a form that binaryen reads over
  const error = console.error;
  console.error = (...words) => /unknown name subsection/.test(words[0]) || error(...words);
  const { default: binaryen } = await import("binaryen");
  const { Features } = binaryen;
  // what the compiler takes for granted in browsers
  const features =
    Features.MutableGlobals | Features.SignExt | Features.NontrappingFPToInt | Features.BulkMemory |
    Features.BulkMemoryOpt | Features.ReferenceTypes | Features.Multivalue;
  // What counts is how small it travels, and code that repeats itself is larger but travels smaller: what the shrink levels
  // merge stays apart, a function with one caller is not put into it (353 -> 331 kB), and what is alike stands together by its
  // name (-8 kB).
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  binaryen.setOneCallerInlineMaxSize(0);
  parentPort.on("message", (file) => {
    const module = binaryen.readBinary(readFileSync(file), features);
    module.optimize();
    module.runPasses(["reorder-functions-by-name", "strip-debug", "strip-producers", "strip-target-features"]);
    writeFileSync(file, module.emitBinary());
    module.dispose();
    parentPort.postMessage(file);
  });
}

if (isMainThread) share(process.argv[2]);
else await work();
