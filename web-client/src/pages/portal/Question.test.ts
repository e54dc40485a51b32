import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { expect, it, vi } from 'vitest';
import { Problem } from '../../lib/api/client';

// The views know their address at once.
vi.stubGlobal('location', { pathname: '/portal' });
const { loadPortalTexts } = await import('../../lib/i18n/portal/texts.svelte');
const { Sending } = await import('../../lib/portal/sending.svelte');
const { default: Question } = await import('./Question.svelte');
await loadPortalTexts();

it('a question that waits for its turn says so, and waits no more once it was left', () => {
  const sending = new Sending();
  const children = createRawSnippet(() => ({ render: () => '<p>?</p>' }));
  const shown = () =>
    render(Question, { props: { title: 'Who?', sending, onsubmit: () => undefined, children } })
      .body;
  sending.turn.begin();
  sending.turn.wait(new Problem(503, 'many_at_once', '', '', [], 10_000), async () => undefined, 0);
  expect(shown()).toMatch(/role="timer"[^]*10 seconds[^]*Stop waiting/);
  expect(sending.turn.seconds).toBe(0);
  expect(shown()).not.toContain('role="timer"');
});
