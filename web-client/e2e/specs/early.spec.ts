import { expectLiveMediaOf } from '../support/media';
import { expectInCall, expectJoinState, expectTerminal, tapJoin } from '../support/pages';
import { expect, test } from '../support/test';

test('who is early waits and goes straight in when the visit opens, without a second tap', async ({
  open,
  person,
}) => {
  // Browsers first: they take a while to start, and the visit does not wait for them.
  const [inmate, mother] = [await person(), await person()];
  const service = await open({ openInSeconds: 15 });
  await inmate.goto(service.doors.terminal_url);
  await tapJoin(mother, service.link(1));
  await expectJoinState(mother, 'early');
  await expect(inmate.getByTestId('terminal')).toHaveAttribute('data-state', /^(idle|soon)$/);

  await expectInCall(mother);
  await expectTerminal(inmate, 'call');
  await expectLiveMediaOf(1, inmate, mother);
});
