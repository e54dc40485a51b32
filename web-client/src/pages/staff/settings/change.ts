/** What a facility sets for itself, as one writes it, and what of it was changed. */
import { clockOf } from '../../../lib/i18n/console/when';
import type { Rules, Settings } from '../api/schedule';
import { readStarts } from '../schedule/week';

export type Figure = Exclude<keyof Rules, 'day_opens_minute'>;

export const FIGURES: readonly Figure[] = [
  'book_from_days',
  'book_to_days',
  'visits_a_month',
  'cancel_before_hours',
  'opens_before_minutes',
  'give_back_minutes',
  'no_shows',
  'no_shows_within_months',
  'no_shows_bar_months',
];
const WORDS = ['latin_name', 'contact_email', 'contact_telephone'] as const;

type Word = (typeof WORDS)[number];
type Setting = Word | 'day_opens_minute' | Figure;
export type Written = Record<Setting, string>;
/** What is asked to be otherwise. */
export type Change = Partial<Pick<Settings, Setting>>;

const SETTINGS: readonly Setting[] = [...WORDS, 'day_opens_minute', ...FIGURES];

const isWord = (setting: Setting): setting is Word => WORDS.some((word) => word === setting);

/** All of it, each by a rule. */
const each = <Value>(of: (setting: Setting) => Value) =>
  Object.fromEntries(SETTINGS.map((setting) => [setting, of(setting)])) as Record<Setting, Value>;

export const nothing = (): Written => each(() => '');

export const written = (known: Settings): Written =>
  each((setting) => {
    if (isWord(setting)) return known[setting] ?? '';
    return setting === 'day_opens_minute' ? clockOf(known[setting]) : String(known[setting]);
  });

function read(setting: Setting, text: string): string | number | null | undefined {
  if (isWord(setting)) return text.trim() || null;
  return setting === 'day_opens_minute' ? readStarts(text)?.[0] : Number(text);
}

/** What differs from what is known. A colleague may have changed the rest meanwhile. */
export function changeOf(values: Written, known: Settings): Change {
  const settings = SETTINGS.filter((setting) => read(setting, values[setting]) !== known[setting]);
  return Object.fromEntries(settings.map((setting) => [setting, read(setting, values[setting])]));
}

/** What takes a change back. */
export const backTo = (known: Settings, change: Change): Change =>
  Object.fromEntries(SETTINGS.filter((each) => each in change).map((each) => [each, known[each]]));

/** The form, once the service has said what stands now: what was typed and is not that stays. */
export function following(values: Written, known: Settings, now: Settings): Written {
  const [was, is] = [written(known), written(now)];
  return each((setting) => {
    const value = values[setting];
    const typed = value !== was[setting] && read(setting, value) !== now[setting];
    return typed ? value : is[setting];
  });
}
