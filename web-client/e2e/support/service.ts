/**
 * The real program with a made-up visit, one for each test, on free ports and with a database of its own.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { dateOf } from './days';

const execute = promisify(execFile);

/** What the program prints when it is ready. Times are RFC 3339. */
export interface Doors {
  base_url: string;
  visitor_links: [string, string, string];
  terminal_url: string;
  officer_url: string;
  metrics_url: string;
  outbox_url: string;
  visit: { opens_at: string; starts_at: string; ends_at: string };
  /** Where one books, whom one can visit, and who decides. */
  desk: {
    portal_url: string;
    administrator_url: string;
    terminal_url: string;
    facility: string;
    inmate_name: string;
    inmate_number: string;
  };
}

/** What would have been sent, as far as tests read it. */
interface Message {
  recipient: string;
  body: string;
}

export interface Plan {
  /** How long the visit lasts; fractions are fine. */
  minutes?: number;
  /** The visit opens only after so many seconds. */
  openInSeconds?: number;
  /** Where the people are told that a relay is. */
  relay?: string;
}

export class Service {
  private constructor(
    readonly doors: Doors,
    private child: ChildProcess,
    private readonly data: string,
  ) {}

  static async start(plan: Plan = {}): Promise<Service> {
    const data = await mkdtemp(path.join(tmpdir(), 'openvisit-e2e-'));
    const options = ['--port', '0', '--data', data, '--minutes', String(plan.minutes ?? 30)];
    if (plan.openInSeconds !== undefined) options.push('--open-in', String(plan.openInSeconds));
    if (plan.relay !== undefined) options.push('--relay', plan.relay);
    const { child, doors } = await run(options);
    return new Service(doors, child, data);
  }

  /** The machine fails: the program is gone without a word, and starts again at the same address. */
  async fail(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
    const { port } = new URL(this.doors.base_url);
    this.child = (await run(['--port', port, '--data', this.data])).child;
  }

  /** The link in the newest message to somebody, once it has one. With `page`: one that leads to that address. */
  async sentLink(recipient: string, page = '/'): Promise<string> {
    const until = Date.now() + 150_000;
    for (;;) {
      const answer = await fetch(`${this.doors.base_url}/api/demo/outbox`);
      const { messages } = (await answer.json()) as { messages: Message[] };
      const links = messages
        .filter((message) => message.recipient === recipient)
        .map(({ body }) => /https?:\/\/\S+/.exec(body)?.[0]);
      const link = links.find((each) => each?.includes(page));
      if (link) return link;
      if (Date.now() > until) throw new Error(`nobody has sent ${recipient} a link`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** The day of the visit; midnight may come before a test has seen it. */
  get date(): string {
    return dateOf(Date.parse(this.doors.visit.starts_at));
  }

  /** The end of the visit, Unix milliseconds; browsers and service share this machine's clock. */
  get endsAtMs(): number {
    return Date.parse(this.doors.visit.ends_at);
  }

  link(seat: 1 | 2 | 3): string {
    const link = this.doors.visitor_links[seat - 1];
    if (link === undefined) throw new Error(`there is no link for seat ${seat}`);
    return link;
  }

  /** Adds an administrator by the command line, as an operator does. Gives back the temporary password. */
  async administrator(login: string, name: string): Promise<string> {
    const options = ['admin', 'create-administrator', '--login', login, '--name', name];
    const { stdout } = await execute(program(), options, {
      env: {
        ...process.env,
        OPENVISIT_STORE__URL: `sqlite:${path.join(this.data, 'demo.sqlite')}`,
        OPENVISIT_KEYS__FILE: path.join(this.data, 'keys.json'),
      },
    });
    return stdout.trim().split('\n')[0] ?? '';
  }

  /** The configuration of coturn, by the command line, for a relay at this address. */
  async relayConfiguration(url: string): Promise<string> {
    const { stdout } = await execute(program(), ['relay', 'config'], {
      env: {
        ...process.env,
        OPENVISIT_RELAY__URLS: `["${url}"]`,
        OPENVISIT_RELAY__BIND: '["127.0.0.1"]',
        OPENVISIT_RELAY__SECRET_FILE: path.join(this.data, 'relay.secret'),
      },
    });
    return stdout;
  }

  /** The value of one metric, summed over its labels; 0 where it was never counted. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(this.doors.metrics_url)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
    const own = lines.filter((line) => ['{', ' '].includes(line.charAt(name.length)));
    return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Asks the program to stop and waits until it has. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const hard = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(hard);
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

/** The program that is tested. */
export function program(): string {
  return fromEnvironment('E2E_PROGRAM', '../../target/debug/openvisit');
}

async function run(options: string[]): Promise<{ child: ChildProcess; doors: Doors }> {
  const webRoot = fromEnvironment('E2E_WEB_ROOT', '../dist');
  const child = spawn(program(), ['demo', '--json', '--web-root', webRoot, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const lines = createInterface({ input: child.stdout });
  const ready = once(lines, 'line').then(([line]) => JSON.parse(String(line)) as Doors);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the service ended with ${String(code)}:\n${log.join('\n')}`);
  });
  const doors = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  return { child, doors };
}

function fromEnvironment(name: string, otherwise: string): string {
  return process.env[name] ?? path.resolve(import.meta.dirname, '..', otherwise);
}
