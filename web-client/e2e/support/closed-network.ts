/**
 * A network that lets nothing through but TCP to some ports of this machine: no UDP, no TCP to the media. A
 * browser in it runs in a network namespace of its own, from which sockets in a folder are the only way out.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { executable, launch } from './browsers';

export class ClosedNetwork {
  private constructor(
    readonly browser: Browser,
    private readonly folder: string,
    private readonly doors: Server[],
  ) {}

  /** A browser from which only these ports of 127.0.0.1 can be reached. */
  static async around(ports: readonly number[]): Promise<ClosedNetwork> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-closed-'));
    const sockets = path.join(folder, 'doors');
    await mkdir(sockets);
    const doors = await Promise.all(ports.map((port) => door(path.join(sockets, `${port}`), port)));
    const inside = path.join(import.meta.dirname, 'closed-network.mjs');
    const start = path.join(folder, 'chromium');
    const own = process.getuid?.() === 0 ? '--net' : '--map-root-user --net';
    const command = [process.execPath, inside, sockets, executable('chromium')];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    await writeFile(start, `#!/bin/sh\nexec unshare ${own} ${quoted} "$@"\n`, { mode: 0o755 });
    const browser = await launch('chromium', { executablePath: start, loopback: true });
    return new ClosedNetwork(browser, folder, doors);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    for (const each of this.doors) each.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Whoever comes to the socket is brought to the port. */
async function door(socket: string, port: number): Promise<Server> {
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    const close = (): void => [from, to].forEach((each) => each.destroy());
    from.pipe(to).pipe(from);
    [from, to].forEach((each) => each.on('error', close).on('close', close));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}
