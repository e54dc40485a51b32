/** What a visit's time was spent on, in words. */
import type { visitTexts } from '../../../lib/i18n/console/visits';
import type { DayVisit } from '../api/visits';

type Spent = Pick<
  DayVisit,
  'together_ms' | 'without_inmate_ms' | 'without_visitors_ms' | 'given_back_ms'
>;

/** Whole minutes of each kind that there was; null where nobody was in the call for as long as that. */
export function spentOf(spent: Spent, t: ReturnType<typeof visitTexts>): string | null {
  const minutes = (ms: number, said: (minutes: number) => string): string[] => {
    const whole = Math.round(ms / 60_000);
    return whole > 0 ? [said(whole)] : [];
  };
  const said = [
    ...minutes(spent.together_ms, t.together),
    ...minutes(spent.without_inmate_ms, t.withoutInmate),
    ...minutes(spent.without_visitors_ms, t.withoutVisitors),
    ...minutes(spent.given_back_ms, t.longer),
  ];
  return said.length > 0 ? said.join(' · ') : null;
}
