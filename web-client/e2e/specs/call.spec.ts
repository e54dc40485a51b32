import type { Page } from '@playwright/test';
import { expectLiveMediaOf, lines, type Line } from '../support/media';
import { expectConnected, expectEnded, join, leave, seatInmate, tile } from '../support/pages';
import { expect, test } from '../support/test';

declare global {
  interface Window {
    speak: (aloud: boolean) => void;
  }
}

const SPEAKING = /\bspeaking\b/;

/** So many rows has a picture that is more than the smallest of three layers. */
const LARGE = 300;

test('four people see and hear one another, one of them in Firefox', async ({ open, person }) => {
  const service = await open();
  const inmate = await person();
  const [mother, brother] = [await person(), await person()];
  const sister = await person({ engine: 'firefox' });
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await join(brother, service.link(2));
  await join(sister, service.link(3));

  await expectLiveMediaOf(3, inmate, mother, brother, sister);
  await expectConnected(inmate, 1, 2, 3);
  await expectConnected(mother, 0, 2, 3);
  await expectConnected(brother, 0, 1, 3);
  await expectConnected(sister, 0, 1, 2);
  await expect(mother.getByTestId('self-view')).toBeVisible();
  await expect(mother.getByTestId('time-left')).toBeVisible();

  const counted = await mother.evaluate(() => window.openvisit.diagnostics());
  expect(counted.seats.map(({ seat }) => seat).sort()).toEqual([0, 2, 3]);
  expect(counted.seats.every(({ framesDecoded }) => framesDecoded > 0)).toBe(true);
});

test('a picture goes to the tile of the person whom it shows, also one in H.264', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, mother] = [await person(), await person()];
  await inmate.addInitScript(sendsH264);
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  for (const [page, seat] of [
    [inmate, 1],
    [mother, 0],
  ] as const) {
    const picture = tile(page, seat).locator('video');
    const width = () => picture.evaluate((video: HTMLVideoElement) => video.videoWidth);
    await expect.poll(width).toBeGreaterThan(0);
    const time = await picture.evaluate((video: HTMLVideoElement) => video.currentTime);
    const now = () => picture.evaluate((video: HTMLVideoElement) => video.currentTime);
    await expect.poll(now).toBeGreaterThan(time);
  }
  expect(await pictureCodecs(inmate)).toEqual(['video/VP8']);
  expect(await pictureCodecs(mother)).toEqual(['video/H264']);
});

test('a larger tile gets a larger picture and a smaller one a smaller, without a break at the switch', async ({
  inCall,
}) => {
  const { inmate } = await inCall();
  const picture = async () => {
    const shown = (await lines(inmate)).filter(({ kind }) => kind === 'video');
    expect(shown).toHaveLength(1);
    return shown[0] as Line;
  };
  const rows = async () => (await picture()).frameHeight;
  await inmate.setViewportSize({ width: 1920, height: 1080 });
  await expect.poll(rows).toBeGreaterThanOrEqual(LARGE);
  const before = await picture();
  for (const [size, isReached] of [
    [{ width: 400, height: 300 }, (height: number) => height < LARGE],
    [{ width: 1920, height: 1080 }, (height: number) => height >= LARGE],
  ] as const) {
    await inmate.setViewportSize(size);
    await expect.poll(async () => isReached(await rows())).toBe(true);
    const { framesDecoded } = await picture();
    await expect.poll(async () => (await picture()).framesDecoded).toBeGreaterThan(framesDecoded);
  }
  expect((await picture()).keyFrameRequests).toBe(before.keyFrameRequests);
});

test('who speaks is shown to the others, for as long as they do, and to who comes meanwhile', async ({
  inCall,
  person,
}) => {
  const { service, inmate, mother } = await inCall();
  const seenByMother = tile(mother, 0);
  const seenByInmate = tile(inmate, 1);
  for (const page of [inmate, mother]) await page.evaluate(takeVoice);
  await expect(seenByMother).not.toHaveClass(SPEAKING);
  await expect(seenByInmate).not.toHaveClass(SPEAKING);

  await inmate.evaluate(() => window.speak(true));
  await expect(seenByMother).toHaveClass(SPEAKING);
  await expect(seenByInmate).not.toHaveClass(SPEAKING);
  const brother = await person();
  await join(brother, service.link(2));
  await expect(tile(brother, 0)).toHaveClass(SPEAKING);
  await brother.evaluate(takeVoice);

  // The other answers: the floor is theirs once nobody else is as loud.
  await mother.evaluate(() => window.speak(true));
  await inmate.evaluate(() => window.speak(false));
  await expect(seenByInmate).toHaveClass(SPEAKING);
  await expect(seenByMother).not.toHaveClass(SPEAKING);

  await mother.evaluate(() => window.speak(false));
  await expect(seenByInmate).not.toHaveClass(SPEAKING);
});

test('who mutes or turns the camera off is shown so to the others', async ({ open, person }) => {
  const service = await open();
  const [inmate, mother] = [await person({ locale: 'en' }), await person({ locale: 'en' })];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  const shown = tile(inmate, 1);
  await expect(shown).not.toContainText('Muted');

  await mother.getByTestId('mute-button').click();
  await expect(mother.getByTestId('mute-button')).toHaveAttribute('aria-pressed', 'true');
  await expect(shown).toContainText('Muted');
  await mother.getByTestId('mute-button').click();
  await expect(shown).not.toContainText('Muted');

  await mother.getByTestId('camera-button').click();
  await expect(shown.locator('video')).toBeHidden();
  const [before] = (await lines(inmate)).filter(({ kind }) => kind === 'video');
  await mother.getByTestId('camera-button').click();
  await expect(shown.locator('video')).toBeVisible();
  const frames = async () =>
    (await lines(inmate)).find(({ kind }) => kind === 'video')?.framesDecoded ?? 0;
  await expect.poll(frames).toBeGreaterThan((before?.framesDecoded ?? 0) + 5);
});

for (const [kind, prepare] of [
  ['a phone', (page: Page) => page.addInitScript(thirdCameraLooksAway)],
  [
    'a desktop, which does not know which way cameras look,',
    (page: Page) => page.addInitScript(secondCameraIsAway),
  ],
] as const) {
  test(`the other camera of ${kind} can be chosen during the call`, async ({ open, person }) => {
    const service = await open();
    const [inmate, mother] = [await person(), await person()];
    await prepare(mother);
    await seatInmate(inmate, service);
    await join(mother, service.link(1));
    const camera = () =>
      mother.getByTestId('self-view').evaluate((element: Element) => {
        const video = element.querySelector('video') ?? (element as HTMLVideoElement);
        return (video.srcObject as MediaStream).getVideoTracks()[0]?.getSettings().deviceId;
      });
    const first = await camera();
    await mother.getByTestId('flip-button').click();
    await expect.poll(async () => [undefined, first].includes(await camera())).toBe(false);
    await expectLiveMediaOf(1, inmate, mother);
  });
}

test('leaving asks once, and the person may come back', async ({ open, person }) => {
  const service = await open();
  const [inmate, mother] = [await person(), await person()];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectConnected(inmate, 1);

  await mother.getByTestId('leave-button').click();
  await expect(mother.getByTestId('leave-confirm')).toBeVisible();
  await mother.keyboard.press('Escape');
  await expect(mother.getByTestId('leave-confirm')).toBeHidden();
  await expectLiveMediaOf(1, inmate, mother);

  // What is said after the call has come before it: then the network may be gone.
  await mother.route('**/assets/**', (route) => route.abort());
  await leave(mother);
  await expectEnded(mother, 'left');
  await expect(mother.getByTestId('ended').locator('code')).toHaveCount(0);
  await expect(tile(inmate, 1)).not.toHaveAttribute('data-connected', 'true');
  await mother.getByTestId('ended').getByTestId('come-back').click();
  await expectConnected(inmate, 1);
  await expectLiveMediaOf(1, inmate, mother);
});

/**
 * The made-up cameras do not say which way they look, as a phone's do: the third looks away. (The second
 * gives depth pictures, which are not sent.)
 */
function thirdCameraLooksAway(): void {
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted = {}) => {
    const { video } = wanted;
    if (typeof video !== 'object' || video.facingMode !== 'environment') return open(wanted);
    const cameras = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    return open({ ...wanted, video: { deviceId: { exact: cameras[2]?.deviceId ?? '' } } });
  };
}

/** Chromium's second made-up camera measures depth, which is no picture. */
function secondCameraIsAway(): void {
  const devices = navigator.mediaDevices;
  const list = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () => {
    const all = await list();
    const depth = all.filter(({ kind }) => kind === 'videoinput')[1];
    return all.filter((each) => each !== depth);
  };
}

/** Of the codecs that were agreed on, pictures go out in H.264. */
function sendsH264(): void {
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (source, how = {}) {
    const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
    const codec = codecs.find(({ mimeType, sdpFmtpLine }) =>
      `${mimeType};${sdpFmtpLine}`.includes('packetization-mode=1;profile-level-id=42e01f'),
    );
    const { sendEncodings } = how;
    if (!codec || !sendEncodings || typeof source === 'string' || source.kind !== 'video') {
      return add.call(this, source, how);
    }
    const inH264 = sendEncodings.map((encoding) => ({ ...encoding, codec }));
    return add.call(this, source, { ...how, sendEncodings: inH264 });
  };
}

/** What the pictures that a page receives are coded in. */
function pictureCodecs(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    for (const connection of window.kept.connections) {
      const report = await connection.getStats();
      for (const line of report.values()) {
        if (line.type !== 'inbound-rtp' || line.kind !== 'video' || !line.framesDecoded) continue;
        found.push(report.get(line.codecId).mimeType);
      }
    }
    return found;
  });
}

/** In the place of the microphone: a tone while the test says so, silence at first. */
async function takeVoice(): Promise<void> {
  const context = new AudioContext();
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  const microphone = context.createMediaStreamDestination();
  loudness.gain.value = 0;
  tone.connect(loudness).connect(microphone);
  tone.start();
  await context.resume();
  const [voice] = microphone.stream.getAudioTracks();
  const senders = window.kept.connections.flatMap((connection) => connection.getSenders());
  const voices = senders.filter(({ track }) => track?.kind === 'audio');
  for (const sender of voices) await sender.replaceTrack(voice ?? null);
  window.speak = (aloud) => {
    loudness.gain.value = aloud ? 0.5 : 0;
  };
}
