import { describe, expect, it } from 'vitest';
import { holds, holdsEverywhere, type Grant, type Role } from './roles';

const grant = (role: Role, facility_id: string | null): Grant => ({
  role,
  facility_id,
  facility_name: null,
});

describe('a role', () => {
  it('holds in its own facility only', () => {
    const grants = [grant('reviewer', 'north')];
    expect(holds(grants, 'north', 'reviewer')).toBe(true);
    expect(holds(grants, 'south', 'reviewer')).toBe(false);
    expect(holds(grants, 'north', 'scheduler')).toBe(false);
  });

  it('without a facility holds everywhere', () => {
    expect(holds([grant('auditor', null)], 'south', 'auditor')).toBe(true);
  });

  it('of a facility administrator includes the daily work, and not the auditor’s', () => {
    const grants = [grant('facility_administrator', 'north')];
    for (const role of ['reviewer', 'scheduler', 'officer'] as const) {
      expect(holds(grants, 'north', role)).toBe(true);
    }
    expect(holds(grants, 'north', 'auditor')).toBe(false);
    expect(holds(grants, 'south', 'officer')).toBe(false);
  });

  it('is held everywhere only where no facility is named', () => {
    expect(holdsEverywhere([grant('scheduler', null)], 'scheduler')).toBe(true);
    expect(holdsEverywhere([grant('administrator', null)], 'scheduler')).toBe(true);
    expect(holdsEverywhere([grant('scheduler', 'north')], 'scheduler')).toBe(false);
    expect(holdsEverywhere([grant('facility_administrator', 'north')], 'scheduler')).toBe(false);
    expect(holdsEverywhere([grant('reviewer', null)], 'scheduler')).toBe(false);
  });

  it('of an administrator includes everything', () => {
    expect(holds([grant('administrator', null)], 'south', 'auditor')).toBe(true);
  });
});
