/** What the service notes beside each of its steps, for tests. */
import type { AuditStep } from '../../../lib/i18n/console/steps';

const TAIPEI = '019e4a10-7c55-7d10-9a01-5f0c2b6d7e01';

/** What is called something. */
export const NAMES = { [TAIPEI]: '臺北監獄' };

export const ONE = '019e4a10-81aa-7b20-8c11-aa00bb11cc22';
const OTHER = '019e4a10-81ab-7b20-8c11-dd33ee44ff55';

/** Steps of which nothing more is noted have none. */
export const EXAMPLES: Record<AuditStep, string[]> = {
  account_registered: [],
  email_verified: [],
  signed_in: [],
  signed_out: [],
  password_changed: [],
  password_reset: [],
  contact_changed: ['{"phone":true,"landline":false,"locale":true}'],
  personal_data_told: [],
  account_suspended: ['{"reason":"帳號可能遭人冒用"}'],
  account_reinstated: [],
  address_corrected: ['{"reason":"本人到場確認身分"}'],
  identity_corrected: [
    '{"birth_date":false,"national_id":true,"person_name":true,"reason":"本人持身分證申請更正"}',
  ],
  identity_not_corrected: ['{"reason":"本人持身分證申請更正"}'],
  account_closed: [],
  account_erased: [],
  account_forgotten: [],
  application_begun: [`{"inmate":"${ONE}"}`],
  application_changed: [],
  application_discarded: [],
  application_submitted: [],
  application_taken: [],
  application_seen: [`{"person":"${ONE}"}`],
  application_needs_more: ['{"reason":"請補上戶籍謄本"}'],
  application_approved: [],
  application_refused: ['{"reason":"文件無法辨識"}'],
  application_revoked: ['{"reason":"關係已終止"}'],
  application_withdrawn: [],
  application_stale: ['{"reason":"inmate_released"}', '{"reason":"inmate_transferred"}'],
  document_added: [`{"application":"${ONE}","kind":"identity"}`],
  document_seen: [`{"application":"${ONE}","kind":"relationship"}`],
  document_removed: [`{"application":"${ONE}"}`],
  document_deleted: [`{"application":"${ONE}"}`],
  companion_invited: [`{"application":"${ONE}"}`],
  companion_agreed: [],
  companion_declined: [],
  companion_withdrawn: [],
  restricted: [`{"inmate":"${OTHER}","kind":"no_contact","person":"${ONE}","reason":"依裁定辦理"}`],
  restriction_lifted: ['{"reason":"裁定已撤銷"}'],
  inmate_added: [],
  inmates_imported: ['{"added":12,"changed":3}'],
  inmate_transferred: [`{"there":"${OTHER}","to":"${TAIPEI}"}`],
  inmate_released: [],
  inmate_forgotten: [],
  visit_held: [`{"starts_at_ms":1795483800000,"terminal":"${ONE}"}`],
  hold_released: ['{"by":"system","given_back":true,"reason":null}'],
  visit_confirmed: [],
  visit_cancelled: ['{"by":"facility","given_back":false,"reason":"設備故障"}'],
  visit_flagged: [
    `{"closure":"${ONE}","reason":"颱風停止上班"}`,
    `{"inmate":"${ONE}","reason":"inmate_transferred"}`,
    `{"application":"${ONE}","reason":"approval_ended"}`,
    `{"reason":"restricted","restriction":"${ONE}"}`,
    `{"account":"${ONE}","reason":"suspended"}`,
    '{"reason":"no_adult"}',
  ],
  visit_cleared: [],
  visit_moved: [`{"terminal":"${ONE}"}`],
  exception_added: [
    '{"event_on":"2026-11-20","ground":"critical_illness","reason":"親屬病危"}',
    '{"event_on":null,"ground":"lawyer","reason":"開庭在即"}',
  ],
  party_changed: [`{"came":["${ONE}","${OTHER}"],"gone":[]}`],
  left_party: ['{"seat":2}'],
  removed_from_party: [`{"person":"${ONE}","reason":"法院裁定禁止接觸","seat":2}`],
  link_issued: ['{"generation":1,"seat":1}'],
  link_redeemed: ['{"generation":2,"seat":3}'],
  joined: ['{"seat":0}'],
  heard: ['{"seat":0}'],
  left: ['{"seat":1}'],
  time_given_back: ['{"minutes_given_back":4}'],
  slot_ended: [],
  terminated: ['{"ended_by":"visitor","given_back":false,"reason":"接見人錄影"}'],
  visit_settled: [
    '{"ended_by":"visitor","state":"no_show"}',
    '{"ended_by":null,"state":"technical_failure"}',
  ],
  visit_forgotten: [],
  visit_corrected: [
    '{"ended_by":"facility","given_back":true,"reason":"收容人未獲提帶",' +
      '"state":"technical_failure","was":"no_show","was_ended_by":"visitor"}',
    '{"ended_by":null,"given_back":false,"reason":"查明紀錄","state":"completed","was":"no_show","was_ended_by":"visitor"}',
  ],
  grid_added: [
    `{"batches":[540,570,600],"from":"2026-11-24","terminals":["${ONE}","${OTHER}"],"to":null,` +
      '"turnaround_minutes":0,"visit_minutes":30,"weekdays":127}',
    `{"batches":[540],"from":"2026-11-24","terminals":["${ONE}"],"to":"2026-12-31",` +
      '"turnaround_minutes":10,"visit_minutes":25,"weekdays":65}',
  ],
  grid_retired: [],
  closure_added: [
    '{"from":"2026-11-24","minutes":[570,720],"reason":"設備檢修","to":"2026-11-24","visits":4}',
    '{"from":"2026-11-24","minutes":null,"reason":"春節","to":"2026-11-26","visits":0}',
  ],
  closure_lifted: [],
  terminal_added: ['{"name":"視訊設備 3"}'],
  terminal_renamed: ['{"name":"視訊設備 4"}'],
  terminal_paired: [],
  terminal_in_service: [],
  terminal_out_of_service: [],
  settings_changed: [
    '{"book_from_days":2,"book_to_days":7,"cancel_before_hours":24,"day_opens_minute":480,' +
      '"no_shows":3,"no_shows_bar_months":1,"no_shows_within_months":6,' +
      '"give_back_minutes":5,"opens_before_minutes":10,"visits_a_month":4}',
  ],
  facility_added: [],
  staff_added: [`{"login":"wang","roles":["officer ${TAIPEI}","auditor"]}`],
  staff_changed: [
    `{"roles":["facility_administrator ${TAIPEI}"],"state":"suspended","were":["reviewer ${ONE}"]}`,
  ],
  staff_reset: [],
};
