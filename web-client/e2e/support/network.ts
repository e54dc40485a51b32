/**
 * A bad network between a page and the service: the load tester's relay, in the place of the service's own
 * address. It is for media alone; the websocket goes its own way.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { program } from './service';

export class Network {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: AsyncIterator<string>,
    private readonly port: number,
  ) {}

  /** A network that does no harm yet, to where the service hears media. */
  static async to({ address, port }: { address: string; port: number }): Promise<Network> {
    const relay = path.join(path.dirname(program()), 'loadtest');
    const child = spawn(relay, ['relay', '--to', `${address}:${port}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { listen } = (await answered(answers)) as { listen: string };
    return new Network(child, answers, Number(listen.split(':').at(-1)));
  }

  /** The page's media goes over this network from its next navigation on. */
  async carry(page: Page): Promise<void> {
    await page.addInitScript((port) => {
      window.kept.through = port;
    }, this.port);
  }

  /** What the network does from now on, such as `loss=0.3,delay=50ms`; each way. */
  async impair(how: string): Promise<void> {
    await this.order(`impair ${how}`);
  }

  /** The page appears at the service under another address, as a phone that leaves the Wi-Fi. */
  async rebind(): Promise<void> {
    await this.order('rebind');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }

  private async order(line: string): Promise<void> {
    this.child.stdin?.write(`${line}\n`);
    const answer = await answered(this.answers);
    if (typeof answer === 'object' && answer && 'error' in answer) {
      throw new Error(`the relay did not ${line}: ${String(answer.error)}`);
    }
  }
}

async function answered(answers: AsyncIterator<string>): Promise<unknown> {
  const next = await answers.next();
  if (next.done) throw new Error('the relay has ended');
  return JSON.parse(next.value);
}
