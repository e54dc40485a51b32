/** The form's answers as the service takes them. */
import type { ApplicationAnswers, Relationship, Services } from '../../../lib/api/visitor';

/** Whoever is no relative, lawyer or defender states a ground (通訊設備接見辦法 §7). */
export function needsGround(relationship: string): boolean {
  return relationship === 'other';
}

/** Characters of a ground. */
export const GROUND_LEAST = 5;

export function servicesOf(chosen: readonly string[]): Services {
  return {
    on_site: chosen.includes('on_site'),
    remote: chosen.includes('remote'),
    mobile: chosen.includes('mobile'),
  };
}

export function chosenOf(services: Services): string[] {
  return Object.entries(services)
    .filter(([, wanted]) => wanted)
    .map(([name]) => name);
}

export function answersOf(
  relationship: string,
  ground: string,
  chosen: readonly string[],
): ApplicationAnswers {
  return {
    relationship: relationship as Relationship,
    ...(needsGround(relationship) ? { ground: ground.trim() } : {}),
    services: servicesOf(chosen),
  };
}

/** Whether a paper has to show the relationship. */
export function isRelative(relationship: Relationship): boolean {
  return !isCounsel(relationship) && relationship !== 'other';
}

/** Whose visits count in no month, as long as nobody else comes along (通訊設備接見辦法 §10). */
export function isCounsel(relationship: Relationship): boolean {
  return relationship === 'lawyer' || relationship === 'defender';
}
