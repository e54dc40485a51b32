// Measures what the join page loads: every script that its entry reaches, gzipped. At most 40 KB.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 40 * 1024;
const dist = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');

const page = readFileSync(join(dist, 'j.html'), 'utf8');
const waiting = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
  (match) => match[1],
);
const sizes = new Map();
while (waiting.length > 0) {
  const address = waiting.pop();
  if (sizes.has(address)) continue;
  const script = readFileSync(join(dist, address));
  sizes.set(address, gzipSync(script).length);
  for (const [, name] of script
    .toString()
    .matchAll(/["'`](?:\.\/|\/assets\/)([\w.-]+\.js)["'`]/g)) {
    waiting.push(`/assets/${name}`);
  }
}
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
for (const [address, size] of sizes) console.log(`${String(size).padStart(7)}  ${address}`);
console.log(`${String(total).padStart(7)}  of ${MOST_BYTES} bytes, gzipped`);
if (sizes.size === 0 || total > MOST_BYTES) process.exit(1);
