/** Bad input at every door that the outside can reach, while a call goes on. */
import { createSocket } from 'node:dgram';
import type { Page } from '@playwright/test';
import { expectLiveMediaOf, mediaAddress } from '../support/media';
import { expectInCall, join, seatInmate } from '../support/pages';
import type { Service } from '../support/service';
import { expect, test } from '../support/test';

interface Answer {
  codes: string[];
  closed: number;
}

const DEVICE_KEY = 'A'.repeat(22);

function hello(token: string, offer: string): string {
  const credential = { kind: 'link', token, device_key: DEVICE_KEY };
  const hello = { type: 'hello', version: 1, credential, offer };
  return JSON.stringify({ ...hello, locale: 'en', mic: true, camera: true });
}

/** Says `messages` at the service's websocket; what came back until it was closed. */
function say(page: Page, service: Service, messages: (string | number[])[]): Promise<Answer> {
  const url = `${service.doors.base_url.replace('http', 'ws')}/ws`;
  return page.evaluate(
    ([address, spoken]) =>
      new Promise<Answer>((resolve) => {
        const socket = new WebSocket(address, 'openvisit.v1');
        const codes: string[] = [];
        socket.onopen = () => {
          for (const message of spoken) {
            socket.send(typeof message === 'string' ? message : new Uint8Array(message));
          }
        };
        socket.onmessage = ({ data }) => {
          const { type, code } = JSON.parse(String(data)) as { type: string; code?: string };
          if (type === 'error' && code) codes.push(code);
        };
        socket.onclose = ({ code }) => resolve({ codes, closed: code });
      }),
    [url, messages] as const,
  );
}

test('garbage at the websocket is named, counted, and disturbs nobody', async ({
  open,
  person,
}) => {
  const service = await open();
  const [inmate, mother, stranger] = [await person(), await person(), await person()];
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  await stranger.goto(service.doors.base_url);

  const bad = { codes: ['bad_message'], closed: 4400 };
  expect(await say(stranger, service, ['{"type":'])).toEqual(bad);
  expect(await say(stranger, service, ['[]'])).toEqual(bad);
  expect(await say(stranger, service, [hello('x', 'v=0').replace('}', ',"extra":1}')])).toEqual(
    bad,
  );
  expect(await say(stranger, service, ['{"type":"leave"}'])).toEqual({
    codes: ['hello_expected'],
    closed: 4400,
  });
  expect(await say(stranger, service, [[1, 2, 3]])).toEqual({ ...bad, closed: 1003 });
  const huge = await say(stranger, service, ['x'.repeat(200_000)]);
  expect([1009, 1006]).toContain(huge.closed);
  const many = Array.from({ length: 200 }, (_, id) => JSON.stringify({ type: 'ping', id }));
  expect((await say(stranger, service, many)).closed).toBeGreaterThanOrEqual(4400);

  const token = service.link(2).split('#')[1] ?? '';
  const garbled = await say(stranger, service, [hello(token, 'v=0\r\nthis is not SDP')]);
  expect(garbled).toEqual({ codes: ['offer_not_usable'], closed: 4415 });
  const other = token.startsWith('A') ? 'B' : 'A';
  const forged = await say(stranger, service, [hello(`${other}${token.slice(1)}`, 'v=0')]);
  expect(forged.closed).toBe(4401);
  const cut = await say(stranger, service, [hello(token.slice(0, 20), 'v=0')]);
  expect(cut).toEqual({ codes: ['link_incomplete'], closed: 4401 });

  const refusals = (code: string) =>
    service.metric('openvisit_signaling_refusals_total', `code="${code}"`);
  expect(await refusals('bad_message')).toBeGreaterThanOrEqual(5);
  expect(await refusals('offer_not_usable')).toBe(1);
  expect(await refusals('link_incomplete')).toBe(1);

  await expectLiveMediaOf(1, inmate, mother);
  await expectInCall(mother);
  // The offer was at fault and not the link, which its device key may still use.
  const brother = await person();
  await brother.addInitScript(() => {
    // The device key is the only thing drawn from 16 bytes; left at 0 it is DEVICE_KEY.
    const draw = crypto.getRandomValues.bind(crypto);
    crypto.getRandomValues = (array) => (array?.byteLength === 16 ? array : draw(array));
  });
  await join(brother, service.link(2));
});

test('a foreign page cannot open the websocket', async ({ open }) => {
  const service = await open();
  const knock = (origin?: string) =>
    fetch(`${service.doors.base_url}/ws`, { headers: origin ? { origin } : {} });
  expect((await knock('https://elsewhere.example')).status).toBe(403);
  expect((await knock(service.doors.base_url)).status).toBe(400);
});

test('junk at the media port reaches nobody', async ({ inCall }) => {
  const { service, inmate, mother } = await inCall();

  const { address, port } = await mediaAddress(mother);
  const refused = () => service.metric('openvisit_sfu_datagrams_refused_total');
  const before = await refused();
  const socket = createSocket('udp4');
  const kinds = [[0x00, 0x01, 0x00, 0x00], [0x16, 0xfe, 0xfd], [0x80, 0x60], [0x80, 0xc8], [0xff]];
  const junk = kinds.flatMap((head) =>
    [head.length, 40, 700, 1_400].map((length) =>
      Buffer.concat([Buffer.from(head), Buffer.alloc(length, 0x5a)]),
    ),
  );
  for (let round = 0; round < 50; round += 1) {
    for (const datagram of junk) {
      await new Promise((sent) => socket.send(datagram, port, address, sent));
    }
  }
  socket.close();
  await expect.poll(refused).toBeGreaterThan(before);
  await expectLiveMediaOf(1, inmate, mother);
});
