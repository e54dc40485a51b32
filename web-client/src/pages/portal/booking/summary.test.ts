import { expect, it } from 'vitest';
import type { Visit } from '../../../lib/api/visitor';
import { zhTwPortal } from '../../../lib/i18n/portal/zh-tw';
import { nextSteps, rowsOf } from './summary';

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

it('why one may visit is told as on the form of the agency, and not where no approval holds', () => {
  const reasonOf = (relationship: Visit['relationship']) =>
    rowsOf({ ...visit, batch: null, party: [], relationship } as never, zhTwPortal, 'zh-TW').find(
      ({ name }) => name === '請求接見之相當理由',
    )?.value;
  expect(reasonOf('sibling')).toBe('家屬或最近親屬\n兄弟姊妹');
  expect(reasonOf('lawyer')).toBe('律師');
  expect(reasonOf(null)).toBeUndefined();
});
