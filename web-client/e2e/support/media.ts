/**
 * What really arrives, measured beside the page and not by it: every connection and websocket that a page
 * makes is kept, so that a test can read the browser's own counters and cut the wire.
 */
import { expect, type Page } from '@playwright/test';

/** The browser's counters of one receive line, all growing from 0. */
export interface Line {
  mid: string;
  kind: 'audio' | 'video';
  packets: number;
  framesDecoded: number;
  audioEnergy: number;
  /** Rows of the last picture. */
  frameHeight: number;
  /** How often the browser asked for a key frame, because it could not go on without. */
  keyFrameRequests: number;
  /** When the last packet came, Unix milliseconds. */
  lastPacketAtMs: number;
}

interface Kept {
  connections: RTCPeerConnection[];
  sockets: WebSocket[];
  /** Whether new websockets go to an address that refuses them. */
  cut: boolean;
  /** Whether connections and tracks stay as they are although the page closes and stops them. */
  held: boolean;
  /** The port of 127.0.0.1 that media goes to instead of the service's. */
  through?: number;
}

declare global {
  interface Window {
    kept: Kept;
  }
}

/** Keeps what the page makes; before the page's first navigation. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: Kept = { connections: [], sockets: [], cut: false, held: false };
    window.kept = kept;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        kept.connections.push(this);
      }
      override close(): void {
        if (!kept.held) super.close();
      }
      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        const { type, sdp = '' } = description;
        if (kept.through === undefined) return super.setRemoteDescription(description);
        const elsewhere = sdp
          .replace(/^a=candidate:\S+ \d+ tcp .*\r\n/gim, '')
          .replace(/^(a=candidate:\S+ \d+ udp \d+) \S+ \d+/gim, `$1 127.0.0.1 ${kept.through}`);
        return super.setRemoteDescription({ type, sdp: elsewhere });
      }
    };
    const stop = MediaStreamTrack.prototype.stop;
    MediaStreamTrack.prototype.stop = function (this: MediaStreamTrack) {
      if (!kept.held) stop.call(this);
    };
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(kept.cut ? new URL('/not-there', url) : url, protocols);
        kept.sockets.push(this);
      }
    };
  });
}

/** The receive lines of the connections that are open, those that never received a packet left out. */
export function lines(page: Page): Promise<Line[]> {
  return page.evaluate(async () => {
    const found: Line[] = [];
    const open = window.kept.connections.filter(
      ({ signalingState }) => signalingState !== 'closed',
    );
    for (const connection of open) {
      for (const transceiver of connection.getTransceivers()) {
        if (transceiver.mid === null) continue;
        const report = await transceiver.receiver.getStats();
        report.forEach((entry) => {
          if (entry.type !== 'inbound-rtp' || !entry.packetsReceived) return;
          found.push({
            mid: transceiver.mid as string,
            kind: entry.kind,
            packets: entry.packetsReceived,
            framesDecoded: entry.framesDecoded ?? 0,
            audioEnergy: entry.totalAudioEnergy ?? 0,
            frameHeight: entry.frameHeight ?? 0,
            keyFrameRequests: (entry.pliCount ?? 0) + (entry.firCount ?? 0),
            lastPacketAtMs: entry.lastPacketReceivedTimestamp ?? 0,
          });
        });
      }
    }
    return found;
  });
}

/** Waits until the pictures and the sound of so many others go on arriving. */
export async function expectLiveMediaOf(others: number, ...pages: Page[]): Promise<void> {
  for (const page of pages) {
    const before = await lines(page);
    const grown = async () => {
      const now = await lines(page);
      const growing = (kind: Line['kind'], counter: 'framesDecoded' | 'audioEnergy') =>
        now.filter((line) => line.kind === kind && line[counter] > former(before, line)[counter]);
      return {
        pictures: growing('video', 'framesDecoded').length,
        sounds: growing('audio', 'audioEnergy').length,
      };
    };
    await expect.poll(grown).toEqual({ pictures: others, sounds: others });
  }
}

function former(before: Line[], line: Line): Line {
  const same = before.find(({ mid, kind }) => mid === line.mid && kind === line.kind);
  return same ?? { ...line, packets: 0, framesDecoded: 0, audioEnergy: 0, lastPacketAtMs: 0 };
}

/** The number of media packets that have arrived on the open connections. */
export async function packets(page: Page): Promise<number> {
  return (await lines(page)).reduce((sum, line) => sum + line.packets, 0);
}

/**
 * From here on the page's connections and tracks live on whatever the page does, so that nothing but the
 * service decides whether media flows.
 */
export async function holdMedia(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.kept.held = true;
  });
}

/** Everything that the browser knows of the page's connections, for whoever looks into a failure. */
export function told(page: Page): Promise<unknown[]> {
  return page.evaluate(() =>
    Promise.all(
      window.kept.connections.map(async (connection) => ({
        state: connection.connectionState,
        signaling: connection.signalingState,
        ice: connection.iceConnectionState,
        local: connection.localDescription?.sdp,
        remote: connection.remoteDescription?.sdp,
        // Firefox tells nothing of a connection that is closed.
        statistics: await connection.getStats().then(
          (report) => [...report.values()],
          (error: unknown) => String(error),
        ),
      })),
    ),
  );
}

/** Closes every websocket of the page and lets it open no new one; media is not touched. */
export async function cutWebsockets(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.kept.cut = true;
    for (const socket of window.kept.sockets) socket.close();
  });
}

/** Lets the page hear what the service did not say. */
export async function hear(page: Page, message: object): Promise<void> {
  await page.evaluate((data) => {
    const socket = window.kept.sockets.at(-1);
    socket?.dispatchEvent(new MessageEvent('message', { data }));
  }, JSON.stringify(message));
}

/** Lets the page open websockets again. */
export async function mendWebsockets(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.kept.cut = false;
  });
}

/** Where the service receives this page's media, out of the answer that the page was given. */
export async function mediaAddress(page: Page): Promise<{ address: string; port: number }> {
  const answer = await page.evaluate(() => {
    const open = window.kept.connections.filter(
      ({ signalingState }) => signalingState !== 'closed',
    );
    return open.at(-1)?.remoteDescription?.sdp ?? '';
  });
  const candidate = /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/im.exec(answer);
  if (!candidate?.[1] || !candidate[2]) throw new Error(`no candidate in the answer:\n${answer}`);
  return { address: candidate[1], port: Number(candidate[2]) };
}

/** How the connections that are open reach the service: their own candidates' types (RFC 8445 section 5.1.1). */
export function ways(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found = new Set<string>();
    for (const connection of window.kept.connections) {
      if (connection.signalingState === 'closed') continue;
      const report = await connection.getStats();
      for (const transport of report.values()) {
        const pair = transport.type === 'transport' && transport.selectedCandidatePairId;
        if (pair) found.add(report.get(report.get(pair).localCandidateId).candidateType);
      }
    }
    return [...found];
  });
}
