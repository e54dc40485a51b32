/** coturn beside a service, with the configuration that the service's own program prints. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Service } from './service';

export class Relay {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly log: readonly string[],
  ) {}

  /** What it has said so far, for whoever looks into a failure. */
  get said(): string {
    return this.log.join('');
  }

  static url(port: number): string {
    return `turn:127.0.0.1:${port}?transport=tcp`;
  }

  /** A port below those that the system gives out, and that nobody has. */
  static async freePort(): Promise<number> {
    for (;;) {
      const port = 20_000 + Math.floor(Math.random() * 10_000);
      const server = createServer();
      const free = new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
      });
      if (!(await free)) continue;
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }

  static async start(port: number, service: Service): Promise<Relay> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-relay-'));
    const configuration = await service.relayConfiguration(Relay.url(port));
    await writeFile(path.join(folder, 'turnserver.conf'), configuration);
    // As in deploy/openvisit-relay.service: threads that make it at the same time lock each other out.
    await promisify(execFile)('turnadmin', ['--userdb=turndb', '--list'], { cwd: folder });
    const options = ['-c', 'turnserver.conf', '--pidfile=', '--userdb=turndb'];
    const child = spawn('turnserver', options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    }
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`coturn ended with ${String(code)}:\n${log.join('')}`);
    });
    await Promise.race([answers(port), ended]);
    ended.catch(() => undefined);
    return new Relay(port, child, folder, log);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits until somebody listens at the port. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    const is = await open;
    socket.destroy();
    if (is) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
