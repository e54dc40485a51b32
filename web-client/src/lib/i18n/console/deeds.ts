/** Who did what to a thing, short, as it stands beside the thing. */
import type { Answer } from '../../api/schemas';
import { inLanguage } from './pick';
import { stepText, type AuditStep } from './steps';

type Verbs = Partial<Record<AuditStep, string>>;

const zhTw = {
  list: '處理紀錄',
  line: (did: string, who: string, when: string) => `${did}：${who} · ${when}`,
  by: { visitor: '接見人', service: '系統' },
  verbs: {
    account_suspended: '暫停使用',
    account_reinstated: '恢復使用',
    address_corrected: '更正電子郵件',
    identity_corrected: '更正個人資料',
    closure_added: '新增',
    closure_lifted: '取消停止',
    restricted: '登錄',
    restriction_lifted: '解除',
    exception_added: '新增',
    visit_moved: '移到其他設備',
    visit_flagged: '標示為確認中',
    visit_cleared: '確認照常進行',
    removed_from_party: '移出接見人',
    visit_cancelled: '取消',
    terminated: '終止',
    visit_corrected: '更正結果',
  } as Verbs,
};

const en: typeof zhTw = {
  list: 'Who did what',
  line: (did, who, when) => `${did}: ${who} · ${when}`,
  by: { visitor: 'a visitor', service: 'the system' },
  verbs: {
    account_suspended: 'Suspended',
    account_reinstated: 'Opened again',
    address_corrected: 'Email address corrected',
    identity_corrected: 'Personal details corrected',
    closure_added: 'Added',
    closure_lifted: 'Lifted',
    restricted: 'Entered',
    restriction_lifted: 'Lifted',
    exception_added: 'Added',
    visit_moved: 'Moved to another terminal',
    visit_flagged: 'Flagged',
    visit_cleared: 'Cleared',
    removed_from_party: 'Visitor taken out',
    visit_cancelled: 'Cancelled',
    terminated: 'Ended',
    visit_corrected: 'Outcome corrected',
  },
};

export const deedTexts = () => inLanguage({ zhTw, en });

/** What was done, in a word; a step without one as the audit trail has it. */
export const didText = ({ step }: Answer<'Deed'>): string =>
  deedTexts().verbs[step] ?? stepText(step);

/** Who did it. */
export const doerText = ({ by, staff_name }: Answer<'Deed'>): string =>
  by === 'staff' ? (staff_name ?? '') : deedTexts().by[by];
