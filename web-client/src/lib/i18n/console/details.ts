/** What is noted beside the steps of the audit trail: its names, and words that only the trail has. */
import type { Answer } from '../../api/schemas';
import { inLanguage } from './pick';
import { scheduleTexts } from './schedule';
import { settingTexts } from './settings';

export type AuditDetail = Answer<'AuditDetail'>;

/** The names, but for those of a facility's figures and of a grid, which their forms have. */
const zhTwNames = {
  seat: '席位',
  generation: '第幾個連結',
  reason: '理由',
  state: '狀態',
  kind: '種類',
  ground: '事由',
  event_on: '喪亡或病危通知日期',
  by: '由誰取消',
  ended_by: '由誰結束',
  was: '原結果',
  was_ended_by: '原由誰結束',
  given_back: '歸還當月次數',
  minutes_given_back: '延長分鐘數',
  starts_at_ms: '開始時間',
  person: '接見人',
  came: '加入同行',
  gone: '退出同行',
  account: '帳號',
  inmate: '收容人',
  application: '申請',
  restriction: '限制接見',
  closure: '停止接見日',
  terminal: '設備',
  terminals: '設備',
  batches: '每梯開始時間',
  from: '自',
  to: '至',
  there: '在新機關的收容人資料',
  minutes: '每天時段',
  visits: '影響的接見',
  added: '新增',
  changed: '變更',
  name: '名稱',
  login: '登入帳號',
  roles: '職務',
  were: '原職務',
  phone: '手機號碼',
  landline: '市話',
  locale: '語言',
  person_name: '姓名',
  national_id: '身分證或居留證統一編號',
  birth_date: '出生日期',
};

const enNames: typeof zhTwNames = {
  seat: 'Seat',
  generation: 'Link number',
  reason: 'Reason',
  state: 'State',
  kind: 'Kind',
  ground: 'Ground',
  event_on: 'Death or news of the illness',
  by: 'Called off by',
  ended_by: 'Ended by',
  was: 'State before',
  was_ended_by: 'Ended by, before',
  given_back: 'Given back to the month',
  minutes_given_back: 'Minutes longer',
  starts_at_ms: 'Begins',
  person: 'Visitor',
  came: 'Now coming along',
  gone: 'No longer coming along',
  account: 'Account',
  inmate: 'Inmate',
  application: 'Application',
  restriction: 'Restriction',
  closure: 'Closure',
  terminal: 'Terminal',
  terminals: 'Terminals',
  batches: 'Batches begin at',
  from: 'From',
  to: 'To',
  there: 'The inmate’s entry there',
  minutes: 'Time of day',
  visits: 'Visits touched',
  added: 'Added',
  changed: 'Changed',
  name: 'Name',
  login: 'Account',
  roles: 'Roles',
  were: 'Roles before',
  phone: 'Mobile number',
  landline: 'Landline',
  locale: 'Language',
  person_name: 'Name of the visitor',
  national_id: 'National id',
  birth_date: 'Date of birth',
};

/** Every name in words. */
export function detailNames(): Record<AuditDetail, string> {
  const figures = settingTexts();
  const grid = scheduleTexts();
  return {
    ...inLanguage({ zhTw: zhTwNames, en: enNames }),
    weekdays: grid.weekdays,
    visit_minutes: grid.length,
    turnaround_minutes: grid.turnaround,
    book_from_days: figures.from,
    book_to_days: figures.to,
    day_opens_minute: figures.opens,
    visits_a_month: figures.quota,
    cancel_before_hours: figures.cancel,
    opens_before_minutes: figures.window,
    give_back_minutes: figures.giveBack,
    no_shows: figures.noShows,
    no_shows_within_months: figures.within,
    no_shows_bar_months: figures.bar,
  };
}

const zhTw = {
  yes: '是',
  no: '否',
  changed: '已變更',
  inmateSeat: '收容人',
  visitorSeat: (number: number) => `接見人 ${number}`,
  roleAt: (role: string, facility: string) => `${role}（${facility}）`,
  colon: '：',
};

const en: typeof zhTw = {
  yes: 'yes',
  no: 'no',
  changed: 'changed',
  inmateSeat: 'Inmate',
  visitorSeat: (number) => `Visitor ${number}`,
  roleAt: (role, facility) => `${role} (${facility})`,
  colon: ': ',
};

export const detailTexts = () => inLanguage({ zhTw, en });
