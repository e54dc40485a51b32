import { expect, it } from 'vitest';
import { judge, read, type Measured } from './verdict';

const through = { sent: 400, lost: 0, roundTripMs: 40 };
const good: Measured = { sound: through, picture: through, carries: 1_000_000 };

it('a call holds where sound and picture get through', () => {
  expect(judge(good)).toBe('good');
  expect(judge({ ...good, carries: null })).toBe('good');
});

it.each<[string, Partial<Measured>]>([
  ['the picture loses much', { picture: { ...through, lost: 40 } }],
  ['the picture comes late', { picture: { ...through, roundTripMs: 600 } }],
  ['of the picture nothing is heard back', { picture: { ...through, roundTripMs: null } }],
  ['there is no picture', { picture: null }],
  ['the network carries little', { carries: 120_000 }],
])('there is sound alone where %s', (_, worse) => {
  expect(judge({ ...good, ...worse })).toBe('sound_only');
});

it.each<[string, Partial<Measured>]>([
  ['the sound loses much', { sound: { ...through, lost: 100 } }],
  ['the sound comes late', { sound: { ...through, roundTripMs: 1_400 } }],
  ['of the sound nothing is heard back', { sound: { ...through, roundTripMs: null } }],
  ['nothing was sent', { sound: { ...through, sent: 0 } }],
  ['there is no sound', { sound: null }],
])('there is no call where %s', (_, worse) => {
  expect(judge({ ...good, ...worse })).toBe('no_connection');
});

it('statistics of several encodings are one picture, and the slowest of their reports counts', () => {
  const measured = read([
    { type: 'outbound-rtp', kind: 'audio', packetsSent: 300 },
    { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: -2, roundTripTime: 0.03 },
    { type: 'outbound-rtp', kind: 'video', packetsSent: 100 },
    { type: 'outbound-rtp', kind: 'video', packetsSent: 200 },
    { type: 'remote-inbound-rtp', kind: 'video', packetsLost: 3, roundTripTime: 0.05 },
    { type: 'remote-inbound-rtp', kind: 'video', packetsLost: 4 },
    { type: 'candidate-pair', availableOutgoingBitrate: 700_000 },
    { type: 'candidate-pair' },
    { type: 'codec' },
  ]);
  expect(measured).toEqual({
    sound: { sent: 300, lost: 0, roundTripMs: 30 },
    picture: { sent: 300, lost: 7, roundTripMs: 50 },
    carries: 700_000,
  });
});

it('without a report nothing is known of the way, and what is not sent has none', () => {
  const measured = read([{ type: 'outbound-rtp', kind: 'audio', packetsSent: 300 }]);
  expect(measured).toEqual({
    sound: { sent: 300, lost: 0, roundTripMs: null },
    picture: null,
    carries: null,
  });
});
