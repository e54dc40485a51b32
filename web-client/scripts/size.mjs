// Measures what the join page loads: every script that its entry imports, and the largest of the files
// of which it loads one, the languages. Gzipped, at most 40 KB.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 40 * 1024;
const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');

const read = (address) => readFileSync(join(dist, address), 'utf8');
const sizeOf = (address) => gzipSync(read(address)).length;
const addresses = (text, pattern) =>
  [...text.matchAll(pattern)].map((match) => `/assets/${match[1]}`);

const loaded = new Set();
const chosen = new Set();
const waiting = addresses(read('j.html'), /(?:src|href)="\/assets\/([^"]+\.js)"/g);
while (waiting.length > 0) {
  const address = waiting.pop();
  if (loaded.has(address)) continue;
  loaded.add(address);
  const script = read(address);
  waiting.push(...addresses(script, /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g));
  addresses(script, /import\(["'`]\.\/([\w.-]+\.js)["'`]\)/g).forEach((each) => chosen.add(each));
}
const largest = Math.max(0, ...[...chosen].map(sizeOf));
const total = [...loaded].reduce((sum, address) => sum + sizeOf(address), largest);
for (const address of loaded) console.log(`${String(sizeOf(address)).padStart(7)}  ${address}`);
console.log(`${String(largest).padStart(7)}  one of ${[...chosen].join(', ')}`);
console.log(`${String(total).padStart(7)}  of ${MOST_BYTES} bytes, gzipped`);
if (loaded.size < 3 || chosen.size < 2 || total > MOST_BYTES) process.exit(1);
