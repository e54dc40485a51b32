import { render } from 'svelte/server';
import { describe, expect, it, vi } from 'vitest';

vi.mock('../../../lib/i18n/locale.svelte', () => ({ written: () => 'en' }));
const { visitTexts } = await import('../../../lib/i18n/console/visits');
const { dateInWords } = await import('../../../lib/i18n/console/when');
const { default: EventDate } = await import('./EventDate.svelte');
const { eventFault, eventOf } = await import('./event');

const t = visitTexts();
const TODAY = '2026-11-24';

describe('the date of an event', () => {
  it('is asked for where the law counts from it, and nowhere else', () => {
    const asked = (ground: string) =>
      render(EventDate, { props: { ground, value: TODAY, error: 'So not.' } }).body;
    for (const ground of ['bereavement', 'critical_illness'] as const) {
      const shown = asked(ground);
      expect(shown).toContain('id="event_on"');
      for (const text of [t.event[ground], t.eventHint[ground], TODAY, 'So not.']) {
        expect(shown).toContain(text);
      }
    }
    expect(asked('lawyer')).not.toContain('input');
  });

  it('has to be there and not ahead', () => {
    const fault = (ground: string, event: string) => eventFault({ ground, event }, TODAY, t);
    expect(fault('bereavement', '')).toBe(t.eventForm);
    expect(fault('critical_illness', '2026-11-25')).toBe(t.eventAhead);
    expect(fault('critical_illness', TODAY)).toBe(false);
    expect(fault('lawyer', '')).toBe(false);
  });

  it('is told of a visit in words', () => {
    const event = eventOf({ ground: 'bereavement', event_on: '2026-11-14' }, t);
    expect(event).toEqual([t.event.bereavement, dateInWords('2026-11-14')]);
    expect(eventOf({ ground: 'lawyer', event_on: null }, t)[1]).toBeNull();
  });
});
