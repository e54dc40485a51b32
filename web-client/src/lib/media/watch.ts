/** Watches what comes in: when the first picture came, which pictures stand still, and whether sound does. */
import type { Incoming } from './peer';

const LOOK_EVERY_MS = 1_000;
/** A picture without a new frame for so many looks stands still. */
const FROZEN_LOOKS = 3;

export interface SeatDiagnostics {
  seat: number;
  framesDecoded: number;
  audioEnergy: number;
}

/** Asks the browser what has been decoded of each seat. */
export async function diagnose(incoming: readonly Incoming[]): Promise<SeatDiagnostics[]> {
  return Promise.all(
    incoming.map(async (each) => ({
      seat: each.seat,
      framesDecoded: await inbound(each.videoReceiver, 'framesDecoded'),
      audioEnergy: await inbound(each.audioReceiver, 'totalAudioEnergy'),
    })),
  );
}

/** Looks once a second and says which seats' pictures stand still that were moving before. */
export class PictureWatch {
  private readonly frames = new Map<number, { decoded: number; still: number }>();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(incoming: readonly Incoming[], frozen: (seats: ReadonlySet<number>) => void) {
    this.timer = setInterval(() => {
      void diagnose(incoming).then((seats) => frozen(this.look(seats)));
    }, LOOK_EVERY_MS);
  }

  /** One look. */
  look(seats: readonly SeatDiagnostics[]): Set<number> {
    const frozen = new Set<number>();
    for (const { seat, framesDecoded } of seats) {
      const before = this.frames.get(seat);
      const still = before && before.decoded === framesDecoded ? before.still + 1 : 0;
      this.frames.set(seat, { decoded: framesDecoded, still });
      if (framesDecoded > 0 && still >= FROZEN_LOOKS) frozen.add(seat);
    }
    return frozen;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Sound comes fifty times a second; without any for so long, something is wrong with the way. */
const STALLED_MS = 400;
const LISTEN_EVERY_MS = 100;

/** Says when no sound comes any more, of anybody, that came a moment before; once for each time. */
export class SoundWatch {
  private latest = 0;
  private flowsSince = 0;
  private heardAt = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(incoming: readonly Incoming[], stalled: () => void) {
    const sources = () =>
      incoming.flatMap((each) => each.audioReceiver?.getSynchronizationSources() ?? []);
    this.timer = setInterval(() => {
      const latest = Math.max(0, ...sources().map(({ timestamp }) => timestamp));
      if (this.look(latest, performance.now())) stalled();
    }, LISTEN_EVERY_MS);
  }

  /** One look, at when the latest sound was played and at the time, ms. A hasty one sees nothing new. */
  look(latest: number, now: number): boolean {
    if (latest > this.latest) {
      if (!this.flowsSince) this.flowsSince = now;
      this.latest = latest;
      this.heardAt = now;
    }
    const flowed = this.heardAt - this.flowsSince > STALLED_MS;
    if (!this.flowsSince || now - this.heardAt < STALLED_MS) return false;
    this.flowsSince = 0;
    return flowed;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

async function inbound(
  receiver: RTCRtpReceiver | null,
  name: 'framesDecoded' | 'totalAudioEnergy',
): Promise<number> {
  if (!receiver) return 0;
  let value = 0;
  (await receiver.getStats()).forEach((stats: Record<string, unknown>) => {
    if (stats['type'] === 'inbound-rtp') value = Number(stats[name] ?? 0);
  });
  return value;
}
