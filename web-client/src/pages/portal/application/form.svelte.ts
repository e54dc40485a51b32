/** The answers of an application that the service does not know yet, kept for this window. */
import type { Application } from '../../../lib/api/visitor';
import { forget, keep, recall, whenForgotten } from '../../../lib/draft';
import { chosenOf } from './answers';

interface Answers {
  facilityId: string;
  number: string;
  inmateName: string;
  /** Facility, number and name as the service last said yes to. */
  found: string;
  relationship: string;
  ground: string;
  services: string[];
}

const NAME = 'application';
const EMPTY: Answers = {
  facilityId: '',
  number: '',
  inmateName: '',
  found: '',
  relationship: '',
  ground: '',
  services: ['mobile'],
};

export const answers = $state<Answers>(recall(NAME, EMPTY));

export function keepAnswers(): void {
  keep(NAME, $state.snapshot(answers));
}

/** The service has them. */
export function clear(): void {
  empty();
  forget(NAME);
}

function empty(): void {
  Object.assign(answers, { ...EMPTY, services: ['mobile'] });
}
whenForgotten(empty);

/** Begins with the answers of an application that is over: the same inmate, who was found then. */
export function fill(application: Application): void {
  Object.assign(answers, {
    facilityId: application.facility_id,
    number: application.inmate_number,
    inmateName: application.inmate_name,
    relationship: application.relationship,
    ground: application.ground ?? '',
    services: chosenOf(application.services),
  });
  answers.found = inmateOf(answers);
  keepAnswers();
}

/** What the answers of the first question are, as one text. */
export function inmateOf({ facilityId, number, inmateName }: Answers): string {
  return [facilityId, number, inmateName].join('\n');
}
