/** What phones and the browsers on them do to a page. */
import { phone } from '../support/devices';
import { expectLiveMediaOf } from '../support/media';
import { expectInCall, expectJoinState, join, seatInmate, tapJoin, tile } from '../support/pages';
import { expect, test } from '../support/test';

for (const [what, block] of [
  [
    'refuses',
    () => {
      const get = (): never => {
        throw new DOMException('blocked', 'SecurityError');
      };
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get });
      }
    },
  ],
  [
    'has no',
    () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { value: null });
      }
    },
  ],
] as const) {
  test(`a browser that ${what} storage is no hindrance`, async ({ open, person }) => {
    const service = await open();
    const [inmate, mother] = [await person(), await person()];
    for (const page of [inmate, mother]) await page.addInitScript(block);
    await seatInmate(inmate, service);
    await join(mother, service.link(1));
    await expectLiveMediaOf(1, inmate, mother);
    await mother.goto(service.doors.desk.portal_url);
    await expect(mother.getByRole('heading', { level: 1 })).toBeVisible();
  });
}

const DAY_MS = 86_400_000;

test('a phone whose clock is a day ahead comes back after a reload', async ({ open, person }) => {
  const service = await open();
  const [inmate, mother] = [await person(), await person()];
  await mother.addInitScript((aheadMs) => {
    const now = Date.now;
    Date.now = () => now() + aheadMs;
    const origin = performance.timeOrigin;
    Object.defineProperty(performance, 'timeOrigin', { value: origin + aheadMs });
  }, DAY_MS);
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await mother.reload();
  await expectInCall(mother);
  await expectLiveMediaOf(1, inmate, mother);
});

test('a phone whose clock jumps in mid-call stays in it, and is known after a reload', async ({
  inCall,
}) => {
  const { inmate, mother } = await inCall();
  const jump = (byMs: number): void => {
    const now = Date.now;
    Date.now = () => now() + byMs;
  };
  await mother.evaluate(jump, DAY_MS);
  // Whatever is said now makes the page look at its timers.
  await mother.getByTestId('mute-button').click();
  await expect(mother.getByTestId('mute-button')).toHaveAttribute('aria-pressed', 'true');
  await mother.getByTestId('mute-button').click();
  await expectInCall(mother);
  await expectLiveMediaOf(1, inmate, mother);

  await mother.addInitScript(jump, DAY_MS);
  await mother.reload();
  await expectJoinState(mother, 'ready');
  await mother.getByTestId('join-button').click();
  await expectInCall(mother);
});

test('while a telephone call has the microphone the others see it, and everything comes back by itself', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, mother] = [await person({ locale: 'en' }), await person()];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  const shown = tile(inmate, 1);
  await expect(shown).not.toContainText('Muted');

  // What Safari does: it mutes the tracks and stops what the page plays.
  const former = await mother.getByTestId('self-view').evaluate((element) => {
    const local = element.querySelector('video')?.srcObject as MediaStream;
    for (const each of document.querySelectorAll('audio')) each.pause();
    const tracks = local.getTracks();
    for (const track of tracks) track.dispatchEvent(new Event('mute'));
    return tracks.map(({ id }) => id);
  });
  await expect(shown).toContainText('Muted');
  await expect(shown.locator('video')).toBeHidden();

  await mother.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(shown).not.toContainText('Muted');
  await expect(shown.locator('video')).toBeVisible();
  await expectLiveMediaOf(1, inmate, mother);
  const now = () =>
    mother.evaluate(() => {
      const self = document.querySelector<HTMLVideoElement>('[data-testid="self-view"] video');
      const silent = [...document.querySelectorAll('audio')].filter(
        ({ paused, srcObject }) => paused && srcObject,
      );
      const tracks = (self?.srcObject as MediaStream).getTracks().map(({ id }) => id);
      return { tracks, silent: silent.length };
    });
  await expect.poll(async () => (await now()).silent).toBe(0);
  const { tracks } = await now();
  expect(tracks).toHaveLength(2);
  expect(tracks.filter((id) => former.includes(id))).toEqual([]);
});

test('a phone that waits for its visit stays awake', async ({ open, person }) => {
  const service = await open({ openInSeconds: 3_600 });
  const mother = await person();
  await mother.addInitScript(() => {
    navigator.wakeLock.request = () => {
      document.documentElement.dataset['awake'] = 'yes';
      return Promise.reject(new DOMException('low battery', 'NotAllowedError'));
    };
  });
  await tapJoin(mother, service.link(1));
  await expectJoinState(mother, 'early');
  await expect(mother.locator('html')).toHaveAttribute('data-awake', 'yes');
});

test('who joins with sound only is not offered another camera', async ({ open, person }) => {
  const service = await open();
  const mother = await person();
  await mother.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    // Two cameras, and another app has them.
    devices.getUserMedia = (wanted) =>
      wanted?.video ? Promise.reject(new DOMException('', 'NotReadableError')) : ask(wanted);
    devices.enumerateDevices = () => {
      setTimeout(() => (document.documentElement.dataset['listed'] = 'yes'));
      const camera = { kind: 'videoinput', deviceId: '' } as MediaDeviceInfo;
      return Promise.resolve([camera, camera]);
    };
  });
  await mother.goto(service.link(1));
  await mother.getByTestId('audio-only').click();
  await mother.getByTestId('join-button').click();
  await expectInCall(mother);
  await expect(mother.locator('html')).toHaveAttribute('data-listed', 'yes');
  await expect(mother.getByTestId('flip-button')).toHaveCount(0);
});

test('who is refused at the door is not watched by the own camera any more', async ({
  open,
  person,
}) => {
  const service = await open();
  const [mother, stranger] = [await person(), await person()];
  await join(mother, service.link(1));
  await stranger.goto(service.link(1));
  await expectJoinState(stranger, 'ready');
  const preview = stranger.getByTestId('join-state').locator('video');
  const local = await preview.evaluateHandle((video) => (video as HTMLVideoElement).srcObject);
  await stranger.getByTestId('join-button').click();
  await expectJoinState(stranger, 'used');
  const states = () =>
    local.evaluate((stream) =>
      (stream as MediaStream).getTracks().map(({ readyState }) => readyState),
    );
  await expect.poll(states).toEqual(['ended', 'ended']);
});

test('on a phone held upright the face is near, and a tap shows the whole picture for the rest of the call', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, mother] = [await person(), await person({ ...phone, locale: 'en' })];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  const shown = tile(mother, 0);
  const shape = () =>
    shown.locator('video').evaluate((video) => ({
      fit: getComputedStyle(video).objectFit,
      ratio: Number((video.clientWidth / video.clientHeight).toFixed(2)),
    }));
  await expect.poll(shape).toEqual({ fit: 'cover', ratio: 0.8 });
  const fit = async () => (await shape()).fit;
  await mother.getByRole('button', { name: 'Whole picture' }).click();
  await expect.poll(fit).toBe('contain');

  const { width, height } = phone.viewport;
  await mother.setViewportSize({ width: height, height: width });
  await expect(mother.getByTestId('whole-button')).toHaveCount(0);
  await mother.setViewportSize({ width, height });
  const near = mother.getByRole('button', { name: 'Larger picture' });
  await expect(near).toBeVisible();
  await expect.poll(fit).toBe('contain');
  await near.click();
  await expect.poll(fit).toBe('cover');
});

const LINE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36';

test('in LINE the same link is asked to open outside, once, and then how is said', async ({
  open,
  person,
}) => {
  const service = await open();
  const mother = await person({ ...phone, locale: 'en', userAgent: `${LINE} Line/14.2.0` });
  await mother.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: null }));
  const asked: string[] = [];
  mother.on('framenavigated', (frame) => asked.push(frame.url()));
  const link = service.link(1);
  const outside = link.replace('#', '?openExternalBrowser=1#');
  await mother.goto(link);
  await expect(mother).toHaveURL(outside);
  await expectJoinState(mother, 'in-app');
  await expect(mother.getByTestId('join-state')).toContainText('Open in browser');
  // An app that gives the clipboard to no page: the link is there to be copied by hand.
  await mother.getByRole('button', { name: 'Copy the link' }).click();
  await expect(mother.getByRole('status')).toHaveText(outside);
  const width = await mother.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBe(phone.viewport.width);
  expect(asked).toEqual([link, outside]);

  await mother.getByRole('button', { name: 'Try here anyway' }).click();
  await expectJoinState(mother, 'ready');
});
