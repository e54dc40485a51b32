/** A network that lets neither UDP nor TCP through to the media: the relay is the only way. */
import { expectLiveMediaOf, ways } from '../support/media';
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

test('Firefox finds the same way, and finds it again', async ({ openWithRelay, person }) => {
  const { service, relay } = await openWithRelay();
  const pages = Number(new URL(service.doors.base_url).port);
  const inmate = await person();
  const mother = await person({ engine: 'firefox', only: [pages, relay.port] });
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  expect(await ways(mother)).toEqual(['relay']);

  await mother.reload();
  await expectInCall(mother);
  await expectConnected(inmate, 1);
  await expectLiveMediaOf(1, inmate, mother);
  expect(await ways(mother)).toEqual(['relay']);
});

test('a connection that fails in Firefox before it knows of the relay is made anew, and both are seen', async ({
  openWithRelay,
  person,
}) => {
  const { service } = await openWithRelay();
  const inmate = await person();
  const mother = await person({ engine: 'firefox', relayOnly: true });
  await seatInmate(inmate, service);
  await join(mother, service.link(1));
  await expectLiveMediaOf(1, inmate, mother);
  expect(await ways(mother)).toEqual(['relay']);
});
