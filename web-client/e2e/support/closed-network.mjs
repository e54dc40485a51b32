/**
 * Inside of a network namespace of its own: opens the doors that there are, and runs a browser.
 *
 *     unshare --net node closed-network.mjs FOLDER STEER PROGRAM ARGUMENTS…
 *
 * Nothing is in the namespace but a loopback interface. For each socket in `FOLDER/out`, named by a port, TCP to that
 * port of 127.0.0.1 comes out at the other end of the socket. No UDP gets anywhere.
 *
 * STEER is the port at which the browser is to be steered, for one that is steered over TCP: whoever comes to the
 * socket `FOLDER/in` is brought there. For any other browser it is 0.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';

const [folder, steer, program, ...options] = process.argv.slice(2);
const loopback = (port) => ({ host: '127.0.0.1', port: Number(port) });

/** Brings whoever comes to `from` on to `to`. */
function lead(from, to) {
  const server = createServer((comer) => {
    const other = connect(to);
    const close = () => [comer, other].forEach((each) => each.destroy());
    comer.pipe(other).pipe(comer);
    [comer, other].forEach((each) => each.on('error', close).on('close', close));
  });
  return new Promise((resolve) => server.listen(from, resolve));
}

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const out = path.join(folder, 'out');
await Promise.all(
  readdirSync(out).map((port) => lead(loopback(port), { path: path.join(out, port) })),
);
if (steer !== '0') await lead({ path: path.join(folder, 'in') }, loopback(steer));

// Playwright lets the one kind choose its port and asks to be told; it speaks to the other over the descriptors 3 and 4.
const chosen = options.map((option) =>
  option === '--remote-debugging-port=0' ? `--remote-debugging-port=${steer}` : option,
);
const browser = spawn(program, chosen, { stdio: ['inherit', 'inherit', 'inherit', 3, 4] });
browser.on('exit', (code) => process.exit(code ?? 1));
