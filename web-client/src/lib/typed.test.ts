import { beforeEach, describe, expect, it, vi } from 'vitest';

/** What is done when the component of a form goes. */
const goings: (() => void)[] = [];
vi.mock('svelte', async (load) => ({
  ...(await load<typeof import('svelte')>()),
  onDestroy: (work: () => void) => goings.push(work),
}));
const { Typed, sessionBegins, sessionEnds, sessionIsLeft } = await import('./typed.svelte');

const leave = () => goings.splice(0).forEach((work) => work());
const form = (name = 'invite') => new Typed(name, { email: '', services: ['mobile'] });

beforeEach(() => {
  leave();
  sessionIsLeft();
  sessionBegins('mother');
});

describe('what is typed', () => {
  it('comes back once to whoever typed it, when the session ended meanwhile', () => {
    const { fields } = form();
    fields.email = 'yahui@example.com';
    fields.services.push('remote');
    sessionEnds();
    leave();
    sessionBegins('mother');
    const again = form();
    expect(again.cameBack).toBe(true);
    expect(again.fields).toEqual({ email: 'yahui@example.com', services: ['mobile', 'remote'] });
    leave();
    expect(form().fields.email).toBe('');
  });

  it('does not come back to anybody else, nor to its owner after them', () => {
    form().fields.email = 'yahui@example.com';
    sessionEnds();
    leave();
    sessionBegins('sister');
    expect(form().fields.email).toBe('');
    leave();
    sessionBegins('mother');
    expect(form().fields.email).toBe('');
  });

  it('is gone when one leaves the form, or signs out', () => {
    form().fields.email = 'yahui@example.com';
    leave();
    expect(form().fields.email).toBe('');
    leave();
    form().fields.email = 'yahui@example.com';
    sessionEnds();
    leave();
    sessionIsLeft();
    sessionBegins('mother');
    expect(form().fields.email).toBe('');
  });

  it('is not what was sent and is there', () => {
    const sent = form();
    sent.fields.email = 'yahui@example.com';
    sent.settle({ email: 'yahui@example.com', services: ['mobile'] });
    sessionEnds();
    leave();
    sessionBegins('mother');
    expect(form().cameBack).toBe(false);
  });

  it('is kept by the name of its form', () => {
    form('edit.1').fields.email = 'one@example.com';
    sessionEnds();
    leave();
    sessionBegins('mother');
    expect(form('edit.2').cameBack).toBe(false);
    expect(form('edit.1').fields.email).toBe('one@example.com');
  });

  it('goes before what the service has, which nobody has touched', () => {
    const known = { email: 'known@example.com' };
    const first = form();
    first.begin(known);
    sessionEnds();
    leave();
    sessionBegins('mother');
    const untouched = form();
    expect(untouched.cameBack).toBe(false);
    untouched.begin(known);
    untouched.fields.email = 'typed@example.com';
    sessionEnds();
    leave();
    sessionBegins('mother');
    const touched = form();
    touched.begin(known);
    expect(touched.fields.email).toBe('typed@example.com');
  });
});
