/** Words for what the law and the service name, which several sections say. */
import type { Answer } from '../../api/schemas';
import { inLanguage } from './pick';

const zhTw = {
  /** Instead of what is not known any more. */
  erased: '已刪除',
  relationship: {
    spouse: '配偶',
    parent: '父母',
    child: '子女',
    grandparent: '祖父母',
    grandchild: '孫子女',
    sibling: '兄弟姊妹',
    other_relative: '其他血親',
    in_law: '姻親',
    lawyer: '律師',
    defender: '辯護人',
    other: '其他',
  } as Record<string, string>,
  applicationState: {
    draft: '填寫中',
    submitted: '待審核',
    in_review: '審核中',
    needs_more: '待補件',
    approved: '已核准',
    refused: '未核准',
    revoked: '已廢止',
    withdrawn: '已撤回',
    stale: '已失效',
  } as Record<string, string>,
  document: { identity: '身分證明', relationship: '關係證明', photo: '照片' } as Record<
    string,
    string
  >,
  service: { on_site: '現場接見', remote: '遠距接見', mobile: '行動接見' } as Record<
    string,
    string
  >,
  inmateState: { present: '在監（所）', transferred: '已移監', released: '已出監（所）' } as Record<
    string,
    string
  >,
  visitState: {
    held: '保留中',
    confirmed: '已預約',
    flagged: '機關確認中',
    in_session: '進行中',
    completed: '已完成',
    terminated: '已終止',
    technical_failure: '技術中斷',
    cancelled: '已取消',
    no_show: '未出席',
  } as Record<string, string>,
  ground: {
    ordinary: '一般',
    lawyer: '律師、辯護人接見',
    bereavement: '親屬喪亡',
    critical_illness: '親屬病危',
    consular: '領事探視',
    disaster: '重大災害',
    humanitarian: '人道考量',
    special: '其他特殊情形',
  } as Record<string, string>,
  by: { visitor: '接見人', inmate: '收容人', facility: '機關', system: '系統' } as Record<
    string,
    string
  >,
  cause: {
    inmate_transferred: '收容人移監',
    inmate_released: '收容人出監（所）',
    approval_ended: '接見資格已終止',
    restricted: '限制接見',
    suspended: '接見人的帳號暫停使用',
    no_adult: '沒有成年人同行',
  } as Record<Answer<'Cause'>, string>,
};

const en: typeof zhTw = {
  erased: 'erased',
  relationship: {
    spouse: 'Spouse',
    parent: 'Parent',
    child: 'Child',
    grandparent: 'Grandparent',
    grandchild: 'Grandchild',
    sibling: 'Sibling',
    other_relative: 'Other relative',
    in_law: 'In-law',
    lawyer: 'Lawyer',
    defender: 'Defender',
    other: 'Other',
  },
  applicationState: {
    draft: 'Draft',
    submitted: 'Waiting',
    in_review: 'In review',
    needs_more: 'More needed',
    approved: 'Approved',
    refused: 'Refused',
    revoked: 'Revoked',
    withdrawn: 'Withdrawn by the applicant',
    stale: 'No longer valid',
  },
  document: { identity: 'Identity', relationship: 'Relationship', photo: 'Photo' },
  service: { on_site: 'On-site visits', remote: 'Remote visits', mobile: 'Video visits' },
  inmateState: { present: 'Present', transferred: 'Transferred', released: 'Released' },
  visitState: {
    held: 'On hold',
    confirmed: 'Confirmed',
    flagged: 'Needs a look',
    in_session: 'In session',
    completed: 'Completed',
    terminated: 'Ended by staff',
    technical_failure: 'Technical failure',
    cancelled: 'Cancelled',
    no_show: 'Missed',
  },
  ground: {
    ordinary: 'Ordinary',
    lawyer: 'Lawyer or defender',
    bereavement: 'Bereavement',
    critical_illness: 'Critical illness in the family',
    consular: 'Consular visit',
    disaster: 'Disaster',
    humanitarian: 'Humanitarian',
    special: 'Another special case',
  },
  by: {
    visitor: 'The visitor',
    inmate: 'The inmate',
    facility: 'The facility',
    system: 'The system',
  },
  cause: {
    inmate_transferred: 'The inmate was transferred',
    inmate_released: 'The inmate was released',
    approval_ended: 'An approval has ended',
    restricted: 'A restriction on visits',
    suspended: 'The account of a visitor is suspended',
    no_adult: 'No adult is left in the party',
  },
};

export const words = () => inLanguage({ zhTw, en });
