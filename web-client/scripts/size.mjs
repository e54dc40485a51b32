// Measures what the join page loads before the call: every script that its entry imports, and the largest
// of the languages, of which it loads one. Gzipped, at most 40 KB. What it loads beside that, while the
// person looks at the preview, is at most 8 KB.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 40 * 1024;
const MOST_BESIDE_BYTES = 8 * 1024;
const LANGUAGE = /\/(?:zh-tw|en|vi|id|th)-[^/]+$/;
const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');

const read = (address) => readFileSync(join(dist, address), 'utf8');
const sizeOf = (address) => gzipSync(read(address)).length;
const addresses = (text, pattern) =>
  [...text.matchAll(pattern)].map((match) => `/assets/${match[1]}`);

/** Every script that is loaded from these on, without those in `known`, and what they may load later. */
function walk(entries, known) {
  const loaded = new Set();
  const later = new Set();
  const waiting = [...entries];
  while (waiting.length > 0) {
    const address = waiting.pop();
    if (loaded.has(address) || known.has(address)) continue;
    loaded.add(address);
    const script = read(address);
    waiting.push(...addresses(script, /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g));
    addresses(script, /import\(["'`]\.\/([\w.-]+\.js)["'`]\)/g).forEach((each) => later.add(each));
  }
  return { loaded, later };
}

function report(scripts, most) {
  const total = scripts.reduce((sum, address) => sum + sizeOf(address), 0);
  for (const address of scripts) console.log(`${String(sizeOf(address)).padStart(7)}  ${address}`);
  console.log(`${String(total).padStart(7)}  of ${most} bytes, gzipped`);
  return total <= most;
}

const entries = addresses(read('j.html'), /(?:src|href)="\/assets\/([^"]+\.js)"/g);
const { loaded, later } = walk(entries, new Set());
const languages = [...later].filter((address) => LANGUAGE.test(address));
const largest = languages.toSorted((one, other) => sizeOf(other) - sizeOf(one)).slice(0, 1);
const beside = walk(
  [...later].filter((address) => !LANGUAGE.test(address)),
  loaded,
);
const isSmall = report([...loaded, ...largest], MOST_BYTES);
const isSmallBeside = report([...beside.loaded], MOST_BESIDE_BYTES);
const isWhole = loaded.size >= 3 && languages.length === 5 && beside.loaded.size > 0;
if (!isWhole || !isSmall || !isSmallBeside) process.exit(1);
