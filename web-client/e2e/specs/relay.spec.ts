/** A network that lets neither UDP nor TCP through to the media: the relay is the only way. */
import type { Page } from '@playwright/test';
import { expectLiveMediaOf } from '../support/media';
import { expectConnected, expectInCall, join, seatInmate } from '../support/pages';
import { expect, test } from '../support/test';

test('where nothing but the pages and the relay can be reached, the call goes by the relay', async ({
  openWithRelay,
  person,
}) => {
  const { service, relay } = await openWithRelay();
  const pages = Number(new URL(service.doors.base_url).port);
  const inmate = await person();
  const mother = await person({ only: [pages, relay.port] });
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  expect(await ways(mother)).toEqual(['relay']);
  expect(await ways(inmate), 'who can, goes straight').not.toContain('relay');

  await mother.reload();
  await expectInCall(mother);
  await expectConnected(inmate, 1);
  await expectLiveMediaOf(1, inmate, mother);
  expect(await ways(mother)).toEqual(['relay']);
});

/** How the connections that are open reach the service: their own candidates' types (RFC 8445 section 5.1.1). */
function ways(page: Page): Promise<string[]> {
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
