/** What is noted beside a step of the audit trail, for people. */
import { detailNames, detailTexts, type AuditDetail } from '../../../lib/i18n/console/details';
import { memberTexts } from '../../../lib/i18n/console/members';
import { listed } from '../../../lib/i18n/console/pick';
import { restrictionTexts } from '../../../lib/i18n/console/restrictions';
import { clockOf, dateInWords, moment, weekday } from '../../../lib/i18n/console/when';
import { words } from '../../../lib/i18n/console/words';
import type { Names } from '../api/records';
import { DAYS, isOn } from '../schedule/week';
import { endOf } from '../../../lib/id';

export interface Noted {
  /** Empty where the detail is not of the form that the service writes. */
  name: string;
  value: string;
}

/** A value in words. Empty: there is nothing to tell. */
type Teller = (value: unknown, nameOf: (id: string) => string) => string;

const plain: Teller = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** A word of the service's; what is none, such as somebody's own words, as it is. */
const wordOf =
  (texts: () => Partial<Record<string, string>>): Teller =>
  (value, nameOf) =>
    (typeof value === 'string' ? texts()[value] : undefined) ?? plain(value, nameOf);

const numberAs =
  (tell: (value: number) => string): Teller =>
  (value, nameOf) =>
    typeof value === 'number' ? tell(value) : plain(value, nameOf);

const each =
  (tell: Teller, join: (all: string[]) => string = listed): Teller =>
  (value, nameOf) =>
    Array.isArray(value) ? join(value.map((one) => tell(one, nameOf))) : tell(value, nameOf);

const thing: Teller = (value, nameOf) =>
  typeof value === 'string' ? nameOf(value) : plain(value, nameOf);

/** A date; where an inmate went, a facility. */
const dateOrPlace: Teller = (value, nameOf) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
    ? dateInWords(value)
    : thing(value, nameOf);

const minute = numberAs(clockOf);

const weekdays = numberAs((bits) => {
  const days = Array.from({ length: DAYS }, (_, day) => day);
  return listed(days.filter((day) => isOn(bits, day)).map(weekday));
});

const yesOrNo: Teller = (value) => (value === true ? detailTexts().yes : detailTexts().no);

/** What stayed as it was is not worth a line. */
const changed: Teller = (value) => (value === true ? detailTexts().changed : '');

/** `officer` and, unless the role is held everywhere, a facility. */
const duty: Teller = (value, nameOf) => {
  const [role = '', facility] = plain(value, nameOf).split(' ');
  const word = wordOf(() => memberTexts().role)(role, nameOf);
  return facility ? detailTexts().roleAt(word, nameOf(facility)) : word;
};

const seat = numberAs((number) =>
  number === 0 ? detailTexts().inmateSeat : detailTexts().visitorSeat(number),
);

/** In the order in which they are told. */
const TELLERS: Record<AuditDetail, Teller> = {
  name: plain,
  login: plain,
  were: each(duty),
  roles: each(duty),
  starts_at_ms: numberAs(moment),
  from: dateOrPlace,
  to: dateOrPlace,
  there: thing,
  minutes: each(minute, (times) => times.join('–')),
  weekdays,
  batches: each(minute),
  visit_minutes: plain,
  turnaround_minutes: plain,
  terminal: thing,
  terminals: each(thing),
  seat,
  generation: plain,
  person: thing,
  inmate: thing,
  came: each(thing),
  gone: each(thing),
  was: wordOf(() => words().visitState),
  was_ended_by: wordOf(() => words().by),
  state: wordOf(() => ({ ...words().visitState, ...memberTexts().states })),
  kind: wordOf(() => ({ ...words().document, ...restrictionTexts().kinds })),
  ground: wordOf(() => words().ground),
  event_on: dateOrPlace,
  by: wordOf(() => words().by),
  ended_by: wordOf(() => words().by),
  reason: wordOf(() => words().cause),
  given_back: yesOrNo,
  minutes_given_back: plain,
  application: thing,
  restriction: thing,
  closure: thing,
  account: thing,
  visits: plain,
  added: plain,
  changed: plain,
  phone: changed,
  landline: changed,
  locale: changed,
  person_name: changed,
  national_id: changed,
  birth_date: changed,
  book_from_days: plain,
  book_to_days: plain,
  day_opens_minute: minute,
  visits_a_month: plain,
  cancel_before_hours: plain,
  opens_before_minutes: plain,
  give_back_minutes: plain,
  no_shows: plain,
  no_shows_within_months: plain,
  no_shows_bar_months: plain,
};

const ORDER = Object.keys(TELLERS);

/** Each thing in the detail, which is JSON. Who or what has a name is told by it. */
export function noted(detail: string, named: Names): Noted[] {
  const things = parsed(detail);
  if (typeof things !== 'object' || things === null)
    return detail === '' ? [] : [{ name: '', value: detail }];
  const nameOf = (id: string) => named[id] ?? endOf(id);
  const names: Partial<Record<string, string>> = detailNames();
  const tellers: Partial<Record<string, Teller>> = TELLERS;
  return Object.entries(things)
    .filter(([, value]) => value !== null)
    .sort(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other))
    .map(([name, value]) => ({
      name: names[name] ?? name,
      value: (tellers[name] ?? plain)(value, nameOf),
    }))
    .filter(({ value }) => value !== '');
}

function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return detail;
  }
}
