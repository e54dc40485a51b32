import { expect, it } from 'vitest';
import type { Visit } from '../../../lib/api/visitor';
import { zhTwPortal } from '../../../lib/i18n/portal/zh-tw';
import { nextSteps } from './summary';

const MINUTE_MS = 60_000;
const opens_at_ms = 1_800_000_000_000;
const visit = { opens_at_ms, starts_at_ms: opens_at_ms + 15 * MINUTE_MS } as Visit;
const { doneTest, doneLink, doneLinkNow, doneCancel } = zhTwPortal.booking;

it('what comes next is what really will: no test of the phone on the day itself', () => {
  const steps = (minutes: number) =>
    nextSteps(visit, zhTwPortal, opens_at_ms - minutes * MINUTE_MS);
  expect(steps(3 * 24 * 60)).toEqual([doneTest, doneLink(15), doneCancel]);
  expect(steps(60)).toEqual([doneLink(15), doneCancel]);
  expect(steps(-1)).toEqual([doneLinkNow, doneCancel]);
});
