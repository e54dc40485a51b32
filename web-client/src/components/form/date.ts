/**
 * A date as it is written by hand. In Taiwan many people know their year of birth by the Republic's
 * count (民國), in which 1912 is the year 1; a year of up to three digits is read as such.
 */

/** The three fields, as typed. */
export interface DateParts {
  year: string;
  month: string;
  day: string;
}

export const NO_DATE: DateParts = { year: '', month: '', day: '' };

const REPUBLIC = 1911;

/** The day as `YYYY-MM-DD`, or `null` if there is no such day. */
export function dateOf(parts: DateParts): string | null {
  const [year, month, day] = [parts.year, parts.month, parts.day].map(wholeNumber);
  if (!year || !month || !day) return null;
  const full = year < 1000 ? year + REPUBLIC : year;
  const date = new Date(Date.UTC(full, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : null;
}

/** The year of the Republic for a `YYYY-MM-DD`; 1911 and before have none. */
export function republicYear(date: string): number | null {
  const year = Number(date.slice(0, 4)) - REPUBLIC;
  return year > 0 ? year : null;
}

/** Full-width digits come from Chinese keyboards. */
function wholeNumber(text: string): number | null {
  const digits = text.normalize('NFKC').trim();
  return /^\d{1,4}$/.test(digits) ? Number(digits) : null;
}
