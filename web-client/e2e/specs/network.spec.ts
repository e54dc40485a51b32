import type { Page } from '@playwright/test';
import { expectLiveMediaOf, hear, lines } from '../support/media';
import { expectConnected, expectInCall, join, seatInmate, tile } from '../support/pages';
import { expect, test } from '../support/test';

test('a call goes on over a network that loses a tenth and changes its address', async ({
  open,
  person,
  network,
}) => {
  const service = await open();
  const [inmate, mother] = [await person(), await person()];
  await seatInmate(inmate, service);
  const between = await network(inmate);
  await between.carry(mother);
  await mother.addInitScript(knowsNoRedundancy);
  await between.impair('loss=0.1,delay=25ms,jitter=5ms');
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  await expect.poll(() => soundWithinSound(inmate), { timeout: 60_000 }).toBeGreaterThan(0);

  const connections = await made(mother);
  await between.rebind();
  await expectLiveMediaOf(1, inmate, mother);
  await expectInCall(mother);
  await expectConnected(inmate, 1);
  expect(await made(mother)).toBe(connections);
});

test('nobody sends a picture that nobody sees', async ({ inCall }) => {
  const { inmate, mother } = await inCall();

  await show(mother, false);
  await expect.poll(() => activeEncodings(inmate)).toBe(0);
  const before = await lines(mother);
  const grown = async () =>
    (await lines(mother)).map(({ kind, packets }, index) => [
      kind,
      packets > (before[index]?.packets ?? 0),
    ]);
  await expect.poll(grown).toContainEqual(['audio', true]);

  await show(mother, true);
  await expect.poll(() => activeEncodings(inmate)).toBeGreaterThan(0);
  await expectLiveMediaOf(1, inmate, mother);
});

for (const [locale, words] of [
  ['zh-TW', '先暫停畫面'],
  ['en', 'the picture is paused'],
] as const) {
  test(`a picture that is held back says why (${locale})`, async ({ open, person }) => {
    const service = await open();
    const [inmate, mother] = [await person(), await person({ locale })];
    await seatInmate(inmate, service);
    await join(mother, service.link(1));
    await expectLiveMediaOf(1, mother);
    await hear(mother, { type: 'pictures', paused: [0] });
    await expect(tile(mother, 0).getByRole('status')).toContainText(words);
    await hear(mother, { type: 'pictures', paused: [] });
    await expect(tile(mother, 0).getByRole('status')).toHaveCount(0);
  });
}

/** The browser knows no redundant audio (RFC 2198), as not all do: Opus protects its sound by itself then. */
function knowsNoRedundancy(): void {
  for (const side of [RTCRtpSender, RTCRtpReceiver]) {
    const all = side.getCapabilities.bind(side);
    side.getCapabilities = (kind) => {
      const told = all(kind);
      return (
        told && { ...told, codecs: told.codecs.filter((each) => each.mimeType !== 'audio/red') }
      );
    };
  }
}

/**
 * How many packets of sound came that hold the one before them once more: in-band FEC (RFC 6716 section
 * 2.1.7), which the sender's Opus adds once it is told of loss.
 */
function soundWithinSound(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let found = 0;
    for (const connection of window.kept.connections) {
      for (const line of (await connection.getStats()).values()) {
        if (line.type === 'inbound-rtp' && line.kind === 'audio') found += line.fecPacketsReceived;
      }
    }
    return found;
  });
}

/** How many PeerConnections the page has made so far. */
function made(page: Page): Promise<number> {
  return page.evaluate(() => window.kept.connections.length);
}

/** The page comes into the foreground or goes from it, as far as it can tell. */
async function show(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !shown);
}

/** How many encodings of its picture the page sends. */
function activeEncodings(page: Page): Promise<number> {
  return page.evaluate(() => {
    const senders = window.kept.connections.at(-1)?.getSenders() ?? [];
    const video = senders.find(({ track }) => track?.kind === 'video');
    return video?.getParameters().encodings.filter(({ active }) => active).length ?? -1;
  });
}
