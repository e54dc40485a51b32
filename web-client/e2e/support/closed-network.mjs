/**
 * Inside of a network namespace of its own: opens the doors that there are, and runs a browser.
 *
 *     unshare --net node closed-network.mjs FOLDER PROGRAM ARGUMENTS…
 *
 * Nothing is in the namespace but a loopback interface. For each socket in the folder, named by a port, TCP to
 * that port of 127.0.0.1 comes out at the other end of the socket. No UDP gets anywhere.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';

const [folder, program, ...options] = process.argv.slice(2);

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const listening = readdirSync(folder).map((port) => {
  const server = createServer((inside) => {
    const outside = connect(path.join(folder, port));
    const close = () => [inside, outside].forEach((each) => each.destroy());
    inside.pipe(outside).pipe(inside);
    [inside, outside].forEach((each) => each.on('error', close).on('close', close));
  });
  return new Promise((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
});
await Promise.all(listening);

// Playwright speaks to the browser over the descriptors 3 and 4.
const browser = spawn(program, options, { stdio: ['inherit', 'inherit', 'inherit', 3, 4] });
browser.on('exit', (code) => process.exit(code ?? 1));
