/** What is noted beside a step of the audit trail. */
import { detailText } from '../../../lib/i18n/console/steps';
import { moment } from '../../../lib/i18n/console/when';

/** A line for each thing in the detail, which is JSON; what is none, as it is. */
export function noted(detail: string): string[] {
  const things = parsed(detail);
  if (typeof things !== 'object' || things === null) return detail === '' ? [] : [detail];
  return Object.entries(things)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${detailText(name)}: ${told(name, value)}`);
}

function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return detail;
  }
}

function told(name: string, value: unknown): string {
  if (name.endsWith('_at_ms') && typeof value === 'number') return moment(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
