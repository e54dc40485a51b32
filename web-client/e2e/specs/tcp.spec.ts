/** A network that lets no UDP through. */
import type { Page } from '@playwright/test';
import type { Engine } from '../support/browsers';
import { expectLiveMediaOf } from '../support/media';
import { join, seatInmate } from '../support/pages';
import { expect, test } from '../support/test';

/** The page never learns of a UDP candidate, and the service sends nothing unasked. */
async function withoutUdp(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        const { type, sdp = '' } = description;
        const byTcp = sdp.replace(/^a=candidate:\S+ \d+ udp .*\r\n/gim, '');
        return super.setRemoteDescription({ type, sdp: byTcp });
      }
    };
  });
}

/** How the connections that are open reach the service: the protocols of their selected pairs. */
function protocols(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found = new Set<string>();
    for (const connection of window.kept.connections) {
      if (connection.signalingState === 'closed') continue;
      const report = await connection.getStats();
      for (const pair of report.values()) {
        if (pair.type !== 'candidate-pair' || !pair.nominated || pair.state !== 'succeeded')
          continue;
        found.add(report.get(pair.remoteCandidateId).protocol);
      }
    }
    return [...found];
  });
}

for (const engine of ['chromium', 'firefox'] satisfies Engine[]) {
  test(`where no UDP gets through, the call goes by TCP (${engine})`, async ({ open, person }) => {
    const service = await open();
    const [inmate, mother] = [await person(), await person({ engine })];
    await withoutUdp(mother);
    await seatInmate(inmate, service);
    await join(mother, service.link(1));
    await expectLiveMediaOf(1, inmate, mother);
    expect(await protocols(mother)).toEqual(['tcp']);
    expect(await protocols(inmate)).toEqual(['udp']);
    expect(await service.metric('openvisit_sfu_tcp_connections')).toBeGreaterThanOrEqual(1);
    expect(await service.metric('openvisit_sfu_tcp_frames_dropped_total')).toBe(0);
  });
}
