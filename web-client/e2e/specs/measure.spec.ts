/** Measures how long people wait: `cargo xtask measure-join`. Asserts nothing; it writes what it found. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectInCall, join, seatInmate } from '../support/pages';
import { expect, test } from '../support/test';

const JOINS = 20;
const root = path.resolve(import.meta.dirname, '../../..');
const REPORTS = ['README.md', 'docs/performance.md'].map((name) => path.join(root, name));
const BEGIN = '<!-- measure-join begins -->';
const END = '<!-- measure-join ends -->';

test('the wait from Join, and from a reload, to the first remote frame @measure', async ({
  open,
  person,
  browsers,
}) => {
  const joins: number[] = [];
  const returns: number[] = [];
  for (let round = 0; round < JOINS; round += 1) {
    const own = await open();
    const [inmate, mother] = [await person(), await person()];
    await seatInmate(inmate, own);
    await join(mother, own.link(1));
    joins.push(await firstFrame(mother));
    const before = Date.now();
    await mother.reload();
    await expectInCall(mother);
    returns.push((await firstRemoteFrameAt(mother)) - before);
    await mother.context().close();
    await inmate.context().close();
    await own.stop();
  }
  const version = (await browsers('chromium', true)).version();
  const table = [
    `${JOINS} times on ${cpus().length} cores, Chromium ${version}, the debug build, everything on one machine over loopback:`,
    '',
    '| From … to the first decoded remote frame | p50 | p95 | longest |',
    '|---|---|---|---|',
    row('the tap on Join', joins),
    row('a reload during the call', returns),
  ].join('\n');
  console.log(table);
  for (const report of REPORTS) await writeBetweenMarkers(report, table);
});

async function firstFrame(page: Page): Promise<number> {
  const measured = () =>
    page.evaluate(async () => (await window.openvisit.diagnostics()).firstFrameMs);
  await expect.poll(measured).not.toBeNull();
  return Number(await measured());
}

/** When the browser decoded the first frame since the page was loaded, Unix milliseconds. */
function firstRemoteFrameAt(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = async () => {
          for (const connection of window.kept.connections) {
            const report = await connection.getStats();
            for (const entry of report.values()) {
              if (entry.type === 'inbound-rtp' && entry.framesDecoded > 0)
                return resolve(Date.now());
            }
          }
          requestAnimationFrame(() => void look());
        };
        void look();
      }),
  );
}

function row(name: string, values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  const shown = [at(0.5), at(0.95), at(1)].map((value) => `${Math.round(value)} ms`);
  return `| ${[name, ...shown].join(' | ')} |`;
}

async function writeBetweenMarkers(report: string, text: string): Promise<void> {
  const page = await readFile(report, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${report} has no markers`);
  await writeFile(report, `${before}${BEGIN}\n${text}\n${END}${after}`);
}
