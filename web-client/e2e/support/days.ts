/** Days as calendars in Taiwan show them. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** The date so many days from today, `YYYY-MM-DD`. */
export function dayFromNow(days: number): string {
  return dateOf(Date.now() + days * DAY_MS);
}

/** The date of a moment. */
export function dateOf(atMs: number): string {
  return new Date(atMs).toLocaleDateString('en-CA', { timeZone: 'Asia/Taipei' });
}

/** The moment of a date and a time such as `09:30`, Unix milliseconds. */
export function momentOf(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00+08:00`);
}
