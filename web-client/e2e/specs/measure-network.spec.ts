/**
 * Measures what bad networks do to a visitor's call: `cargo xtask measure-network`. Asserts nothing; it
 * writes what it found. The inmate's terminal has a good network; the visitor's media goes through a relay.
 */
import type { Page } from '@playwright/test';
import { Network } from '../support/network';
import {
  concealment,
  framesPerSecond,
  notes,
  picturesBackAt,
  soundBackAt,
  takeNotes,
} from '../support/notes';
import { expectLiveMediaOf } from '../support/media';
import { expectInCall, join, seatInmate, tapJoin } from '../support/pages';
import { machine, milliseconds, percent, percentile, publish } from '../support/report';
import { expect, test } from '../support/test';

const JOINS = 20;
const CHANGES = 10;
/** Who has seen nobody after so long has given up. */
const PATIENCE_MS = 15_000;
/** How long a sound that never comes back is waited for. */
const LATEST_MS = 20_000;
const LOSSY = 'loss=0.3,delay=50ms';

type Row = [network: string, measured: string, aim: string, found: string];
const rows: Row[] = [];

test.describe.configure({ mode: 'default' });

test('joining over a network that loses a third @network', async ({ open, person, network }) => {
  const waits: number[] = [];
  for (let round = 0; round < JOINS; round += 1) {
    const service = await open();
    const [inmate, mother] = [await person(), await person()];
    await seatInmate(inmate, service);
    const between = await network(inmate);
    await between.carry(mother);
    await between.impair(LOSSY);
    await tapJoin(mother, service.link(1));
    waits.push(await firstFrame(mother));
    await mother.context().close();
    await inmate.context().close();
    await between.stop();
    await service.stop();
  }
  const came = waits.filter((wait) => wait !== Infinity).length;
  note('joins that succeed', `${JOINS} of ${JOINS}`, `${came} of ${JOINS}`);
  const found = [0.5, 0.95].map((share) => told(percentile(waits, share))).join(' / ');
  note('from Join to the first remote frame, p50 / p95', '– / 3 s', found);

  function note(measured: string, aim: string, found: string): void {
    rows.push(['30 % loss each way, 100 ms round trip', measured, aim, found]);
  }
});

test('a minute over a network that loses a third @network', async ({ open, person, network }) => {
  const call = await settled(open, person, network);
  await call.between.impair(LOSSY);
  // The congestion control of a call that was good before finds its level first.
  await rest(10_000);
  const from = Date.now();
  await rest(60_000);
  for (const [who, page] of call.both) {
    const taken = await notes(page, from);
    const { all, audible } = concealment(taken);
    rows.push([
      '30 % loss each way, 100 ms round trip',
      `sound concealed over 60 s, heard by ${who} (without silence)`,
      '8 %',
      `${percent(all)} (${percent(audible)})`,
    ]);
    const rate = framesPerSecond(taken).toFixed(1);
    rows.push(['', `pictures a second, seen by ${who}`, '–', rate]);
  }
});

test('a network of 150 kbit/s for half a minute, then 2 Mbit/s @network', async ({
  open,
  person,
  network,
}) => {
  const name = '150 kbit/s each way for 30 s';
  const call = await settled(open, person, network);
  await call.between.impair('rate=2mbit,delay=25ms');
  await rest(10_000);
  const from = Date.now();
  await call.between.impair('rate=150kbit,delay=25ms');
  await rest(30_000);
  for (const [who, page] of call.both) {
    const taken = await notes(page, from);
    const later = taken.filter(({ atMs }) => atMs >= from + 10_000);
    const { all, audible } = concealment(taken);
    const settledShare = concealment(later).all;
    const found = `${percent(all)} (${percent(audible)}); ${percent(settledShare)} after 10 s`;
    rows.push([name, `sound concealed, heard by ${who} (without silence)`, '5 %', found]);
    const rate = framesPerSecond(later).toFixed(1);
    rows.push(['', `pictures a second after 10 s, seen by ${who}`, '5, or off', rate]);
  }
  const off = await call.mother.locator('[data-testid="tile"][data-paused="true"]').count();
  rows.push(['', 'the visitor is told that the picture is paused', '–', off > 0 ? 'yes' : 'no']);
  await call.between.impair('rate=2mbit,delay=25ms');
  const healed = Date.now();
  await rest(LATEST_MS);
  for (const [who, page] of call.both) {
    const taken = await notes(page, healed);
    const back = picturesBackAt(taken, 5);
    const found = back === null ? 'not within 20 s' : milliseconds(back - healed);
    rows.push([
      'then 2 Mbit/s',
      `until a whole second with 5 pictures has passed, seen by ${who}`,
      '10 s',
      found,
    ]);
  }
});

test('another address in mid-call @network', async ({ open, person, network }) => {
  const call = await settled(open, person, network);
  await call.between.impair('delay=25ms');
  const gaps = { visitor: [] as number[], inmate: [] as number[] };
  for (let change = 0; change < CHANGES; change += 1) {
    await rest(5_000);
    const from = Date.now();
    await call.between.rebind();
    await rest(5_000);
    for (const [who, page] of call.both) {
      const back = soundBackAt(await notes(page, from - 200), from + 100, 80);
      const waits = { 'was never away': 0, 'not back': Infinity };
      // A silence that ended before the change was not of its making.
      gaps[who].push(typeof back === 'number' ? Math.max(0, back - from) : waits[back]);
    }
  }
  for (const [who, found] of Object.entries(gaps)) {
    const lost = found.filter((wait) => wait === Infinity).length;
    const waits = [0.5, 0.95].map((share) => told(percentile(found, share))).join(' / ');
    const shown = lost > 0 ? `${waits}; ${lost} of ${CHANGES} not within 5 s` : waits;
    const measured = `until sound is back, heard by the ${who}, p50 / p95 of ${CHANGES}`;
    rows.push(['another address (NAT rebinding), 50 ms round trip', measured, '– / 1 s', shown]);
  }
});

test('ten seconds without any network @network', async ({ open, person, network }) => {
  const call = await settled(open, person, network);
  await call.between.impair('loss=1');
  await rest(10_000);
  await call.between.impair('delay=25ms');
  const end = Date.now();
  await rest(LATEST_MS);
  for (const [who, page] of call.both) {
    const back = soundBackAt(await notes(page, end - 10_500), end, 3_000);
    const outcome = back === 'not back' ? 'not within 20 s' : back;
    const found = typeof outcome === 'number' ? milliseconds(outcome - end) : outcome;
    rows.push(['10 s of nothing', `after it, until sound is back, heard by ${who}`, '3 s', found]);
  }
});

test.afterAll(async ({ browsers }) => {
  const version = (await browsers('chromium')).version();
  const table = [
    `Chromium ${version} on ${machine()} at the end, the debug build, both people in it; media of the visitor through \`loadtest relay\`:`,
    '',
    '| Network | Measured | Aim | Found |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
  console.log(table);
  if (process.env['E2E_TAG'] === '@network') {
    await publish('measure-network', table, ['docs/performance.md']);
  }
});

interface Call {
  mother: Page;
  between: Network;
  both: ['visitor' | 'inmate', Page][];
}

/** A visitor and an inmate who see and hear each other, over a network that does no harm yet. */
async function settled(
  open: () => Promise<import('../support/service').Service>,
  person: () => Promise<Page>,
  network: (inTheCall: Page) => Promise<Network>,
): Promise<Call> {
  const service = await open();
  const [inmate, mother] = [await person(), await person()];
  await seatInmate(inmate, service);
  const between = await network(inmate);
  await between.carry(mother);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  for (const page of [inmate, mother]) await takeNotes(page);
  await rest(8_000);
  return {
    mother,
    between,
    both: [
      ['visitor', mother],
      ['inmate', inmate],
    ],
  };
}

/** A wait in ms, which is infinite where nothing came. */
const told = (wait: number): string => (wait === Infinity ? 'never' : milliseconds(wait));

/** From the tap on Join to the first picture, ms; infinite: none came. */
async function firstFrame(page: Page): Promise<number> {
  const measured = () =>
    page.evaluate(async () => (await window.openvisit.diagnostics()).firstFrameMs);
  try {
    await expect.poll(measured, { timeout: PATIENCE_MS }).not.toBeNull();
    await expectInCall(page);
    return (await measured()) ?? Infinity;
  } catch {
    return Infinity;
  }
}

/** Time that is measured, not waited for. */
function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
