/** Who may come along, and who was chosen, kept for this window until the visit is booked. */
import type { Companion } from '../../../lib/api/visitor';
import { keep, recall } from '../../../lib/draft';

const nameOf = (application: string): string => `party.${application}`;

/** Those who are asked or have agreed to visit this inmate with the person; the ready ones first. */
export function candidatesFor(inmateId: string, all: readonly Companion[]): Companion[] {
  const asked = ({ state, direction }: Companion): boolean =>
    state === 'agreed' || (state === 'invited' && direction === 'sent');
  return all
    .filter((each) => each.inmate_id === inmateId && asked(each))
    .sort((one, other) => Number(other.ready) - Number(one.ready));
}

export function chosenFor(application: string): string[] {
  return recall(nameOf(application), { companions: [] as string[] }).companions;
}

export function choose(application: string, companions: string[]): void {
  keep(nameOf(application), { companions });
}
