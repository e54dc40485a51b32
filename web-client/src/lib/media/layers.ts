/** What to send: sound as small as speech may be, and simulcast layers of a picture of a given size. */

/**
 * Opus carries speech in full at 24 kbit/s. Redundancy (RFC 2198) doubles it and headers add as much again,
 * and three such streams share a weak phone's network.
 */
export const SOUND: RTCRtpEncodingParameters[] = [{ maxBitrate: 24_000 }];

const CEILINGS = { q: 160_000, h: 450_000, f: 1_700_000 };
const TWO_FROM_WIDTH = 480;
const THREE_FROM_WIDTH = 960;

/** The encodings of a picture for `addTransceiver`, low to high. A small picture is sent once, without a rid. */
export function encodings(width: number): RTCRtpEncodingParameters[] {
  if (width >= THREE_FROM_WIDTH) {
    return [
      { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: CEILINGS.q },
      { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: CEILINGS.h },
      { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: CEILINGS.f },
    ];
  }
  if (width >= TWO_FROM_WIDTH) {
    return [
      { rid: 'q', scaleResolutionDownBy: 2, maxBitrate: CEILINGS.q },
      { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: CEILINGS.h },
    ];
  }
  return [{ maxBitrate: CEILINGS.q }];
}
