/**
 * Which single key somebody means who presses one: none while they type, while an input method composes, or with
 * Ctrl, Alt or the command key held, which belong to the browser.
 */

/** What is read of a keyboard event. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly defaultPrevented: boolean;
}

/** Where a key goes to: somebody types there, or Enter already does something, or neither. */
export type Aim = 'typing' | 'control' | 'page';

/** The keys by their place, for input methods that give others than Latin letters (注音: ㄨ for j). */
const PLACES: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Slash: ['/', '?'],
  Equal: ['=', '+'],
  Minus: ['-', '_'],
};

export function keyOf(press: Press, aim: Aim): string | null {
  if (press.isComposing || press.defaultPrevented || aim === 'typing') return null;
  if (press.altKey || press.ctrlKey || press.metaKey) return null;
  if (press.key === 'Enter') return aim === 'page' ? 'Enter' : null;
  const key = /^[!-~]$/.test(press.key) ? press.key : fromPlace(press);
  if (key === null || !/[a-z]/i.test(key)) return key;
  // With Caps Lock on it is still the same key.
  return press.shiftKey ? null : key.toLowerCase();
}

function fromPlace({ code, shiftKey }: Press): string | null {
  const [, name = null] = /^(?:Key|Digit)([A-Z0-9])$/.exec(code) ?? [];
  return name ?? PLACES[code]?.[shiftKey ? 1 : 0] ?? null;
}

const TOGGLES = ['checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'image'];

/** What the element that has the focus does with keys. */
export function aimOf(target: EventTarget | null): Aim {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target.matches('textarea, select')) return 'typing';
  if (target instanceof HTMLInputElement) {
    return TOGGLES.includes(target.type) ? 'control' : 'typing';
  }
  return target.closest('a[href], button, summary') ? 'control' : 'page';
}
