/** What identifies an applicant, and what is put right of it. */
export interface Identity {
  name: string;
  national_id: string;
  birth_date: string;
}

/** What is another than before. Nothing else is sent, so that two who correct at once undo nothing. */
export function corrections(before: Identity, typed: Identity): Partial<Identity> {
  const entries = (Object.keys(before) as (keyof Identity)[])
    .map((field) => [field, typed[field].trim()] as const)
    .filter(([field, value]) => value !== before[field]);
  return Object.fromEntries(entries);
}

/** Whether nothing is another than before. */
export const isNone = (corrected: Partial<Identity>) => Object.keys(corrected).length === 0;
