/**
 * A network that lets nothing through but TCP to some ports of this machine: no UDP, no TCP to the media. A
 * browser in it runs in a network namespace of its own, from which sockets in a folder are the only way out.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  connect,
  createServer,
  type AddressInfo,
  type NetConnectOpts,
  type Server,
} from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { executable, launch, type Engine } from './browsers';

const loopback = (port: number) => ({ host: '127.0.0.1', port });

export class ClosedNetwork {
  private constructor(
    readonly browser: Browser,
    private readonly folder: string,
    private readonly doors: Server[],
  ) {}

  /** A browser from which only these ports of 127.0.0.1 can be reached. */
  static async around(engine: Engine, ports: readonly number[]): Promise<ClosedNetwork> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-closed-'));
    const out = path.join(folder, 'out');
    await mkdir(out);
    const doors = await Promise.all(
      ports.map((port) => door({ path: path.join(out, `${port}`) }, loopback(port))),
    );
    let steer = 0;
    if (engine === 'firefox') {
      const server = await door(loopback(0), { path: path.join(folder, 'in') });
      doors.push(server);
      steer = (server.address() as AddressInfo).port;
    }
    const inside = path.join(import.meta.dirname, 'closed-network.mjs');
    const start = path.join(folder, engine);
    const own = process.getuid?.() === 0 ? '--net' : '--map-root-user --net';
    const command = [process.execPath, inside, folder, `${steer}`, executable(engine)];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    await writeFile(start, `#!/bin/sh\nexec unshare ${own} ${quoted} "$@"\n`, { mode: 0o755 });
    const browser = await launch(engine, { executablePath: start, loopback: true });
    return new ClosedNetwork(browser, folder, doors);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    for (const each of this.doors) each.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Whoever comes to `at` is brought on to `to`. */
async function door(at: { path: string } | { host: string; port: number }, to: NetConnectOpts) {
  const server = createServer((from) => {
    const other = connect(to);
    const close = (): void => [from, other].forEach((each) => each.destroy());
    from.pipe(other).pipe(from);
    [from, other].forEach((each) => each.on('error', close).on('close', close));
  });
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return server;
}
