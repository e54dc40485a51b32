/** A day drawn by terminal: a row for each, with its visits placed by the minute. */
import { minuteOfDay } from '../../../lib/i18n/console/when';
import type { DayVisit } from '../api/visits';

export interface Row {
  id: string;
  name: string;
  visits: DayVisit[];
}

/** Whole hours, as minutes after midnight. */
export interface Hours {
  from: number;
  to: number;
}

const OFFICE: Hours = { from: 9 * 60, to: 17 * 60 };
/** A single visit is not drawn across the whole page. */
const LEAST = 4 * 60;
/** In these states a visit holds its terminal. */
const LIVE: readonly string[] = ['held', 'confirmed', 'flagged', 'in_session'];

export const isLive = (visit: DayVisit) => LIVE.includes(visit.state);

/** Whether a scheduler can still call it off or move it: visitors who wait in it are no obstacle until it begins. */
export const isChangeable = (visit: DayVisit, nowMs: number) =>
  isLive(visit) && (visit.state !== 'in_session' || nowMs < visit.starts_at_ms);

/** A row for every terminal, those without visits too; each row's visits by their start. */
export function rows(
  terminals: readonly { id: string; name: string }[],
  visits: readonly DayVisit[],
): Row[] {
  const found = new Map<string, Row>();
  for (const { id, name } of terminals) found.set(id, { id, name, visits: [] });
  for (const visit of [...visits].sort((one, other) => one.starts_at_ms - other.starts_at_ms)) {
    const { terminal_id: id, terminal_name: name } = visit;
    const row = found.get(id) ?? { id, name, visits: [] };
    row.visits.push(visit);
    found.set(id, row);
  }
  return [...found.values()];
}

/** Whole hours around all visits; office hours on a day without any. */
export function hours(visits: readonly DayVisit[]): Hours {
  if (visits.length === 0) return OFFICE;
  const starts = visits.map((visit) => minuteOfDay(visit.starts_at_ms));
  const ends = visits.map((visit, at) => (starts[at] ?? 0) + minutes(visit));
  const from = Math.floor(Math.min(...starts) / 60) * 60;
  const to = Math.ceil(Math.max(...ends) / 60) * 60;
  return { from, to: Math.max(to, from + LEAST) };
}

export const minutes = (visit: DayVisit) => (visit.ends_at_ms - visit.starts_at_ms) / 60_000;

const SETTLED: readonly string[] = ['completed', 'no_show', 'technical_failure', 'terminated'];

/** Whether a scheduler can say that something else became of it: not once its people are forgotten. */
export const isCorrectable = (visit: DayVisit, nowMs: number) =>
  SETTLED.includes(visit.state) && visit.ends_at_ms <= nowMs && visit.party.length > 0;

/** The day before or after a date, `YYYY-MM-DD`. */
export function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
