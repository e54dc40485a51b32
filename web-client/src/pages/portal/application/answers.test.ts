import { expect, it } from 'vitest';
import { RELATIONSHIPS } from '../../../lib/api/visitor';
import { isCounsel, isRelative, needsGround } from './answers';

it('everybody is a relative, counsel, or states a ground', () => {
  for (const relationship of RELATIONSHIPS) {
    const ways = [isRelative(relationship), isCounsel(relationship), needsGround(relationship)];
    expect(ways.filter(Boolean)).toHaveLength(1);
  }
  expect(RELATIONSHIPS.filter(isCounsel)).toEqual(['lawyer', 'defender']);
});
