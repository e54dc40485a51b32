import { render } from 'svelte/server';
import { describe, expect, it, vi } from 'vitest';
import type { Facility } from './api/facilities';
import { SECTIONS } from './sections';

// Who signs in by a link is known by the address, which is read at once.
vi.stubGlobal('location', { hash: '', pathname: '/staff' });
const { session } = await import('./session.svelte');
const { default: SectionView } = await import('./SectionView.svelte');

const facility = (id: string): Facility => ({ id, name: '示範看守所', time_zone: 'Asia/Taipei' });

/** The section as it is before its own file has come, and so without anything that it would say itself. */
const shown = () =>
  render(SectionView, { props: { section: 'members', id: undefined, offered: SECTIONS } }).body;

describe('the view of a section', () => {
  it('says what made the section anew, until one goes to another facility', () => {
    session.facilities = [facility('first')];
    session.added(facility('second'), 'It was added.');
    expect(session.facility?.id).toBe('second');
    expect(shown()).toMatch(/role="status"[^]*It was added\./);
    session.choose('first');
    expect(shown()).not.toContain('It was added.');
  });
});
