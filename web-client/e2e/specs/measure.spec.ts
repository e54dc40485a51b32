/** Measures how long people wait: `cargo xtask measure-join`. Asserts nothing; it writes what it found. */
import type { Page } from '@playwright/test';
import { expectInCall, join, seatInmate } from '../support/pages';
import { machine, milliseconds, percentile, publish } from '../support/report';
import { expect, test } from '../support/test';

const JOINS = 20;

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
  const version = (await browsers('chromium')).version();
  const table = [
    `${JOINS} times on ${machine()}, Chromium ${version}, the debug build, everything on one machine over loopback:`,
    '',
    '| From … to the first decoded remote frame | p50 | p95 | longest |',
    '|---|---|---|---|',
    row('the tap on Join', joins),
    row('a reload during the call', returns),
  ].join('\n');
  console.log(table);
  await publish('measure-join', table, ['README.md', 'docs/performance.md']);
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
  const shown = [0.5, 0.95, 1].map((share) => milliseconds(percentile(values, share)));
  return `| ${[name, ...shown].join(' | ')} |`;
}
