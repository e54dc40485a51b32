/** What every page owes to whoever reads it with a small window, a large letter or no eyes. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

export interface Size {
  width: number;
  height: number;
}
export const narrow: Size = { width: 320, height: 568 };
/** What a window of 1280 pixels has left at 200 % zoom. */
export const zoomed: Size = { width: 640, height: 400 };

/** Axe finds nothing serious on the page, or in this part of it alone. */
export async function expectNothingSerious(page: Page, part?: string): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (part ? axe.include(part) : axe).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const named = serious.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }));
  expect(named, page.url()).toEqual([]);
}

/** Nothing lies outside the window at these sizes. */
export async function expectFits(page: Page, ...sizes: Size[]): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    const told = () => page.evaluate(overflow);
    await expect.poll(told, `${page.url()}, ${size.width} px wide`).toEqual([]);
  }
}

/** Whatever is tapped takes a fingertip, 44 pixels in height and width; but for a link within a sentence. */
export async function expectTappable(page: Page): Promise<void> {
  expect(await page.evaluate(tooSmall), page.url()).toEqual([]);
}

/** Goes on with the tab key until this, or one of these, has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target.first()).toBeAttached();
  const reached = () => target.evaluateAll((all) => all.some((each) => each.matches(':focus')));
  for (let step = 0; step < 25; step += 1) {
    if (await reached()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(target)} is not reached with the tab key`);
}

/** What a person would have to scroll sideways to read, or could not reach at all. */
function overflow(): string[] {
  const width = document.documentElement.clientWidth;
  // What only a screen reader finds has no place that could be outside.
  const isUnseen = (element: Element | null): boolean =>
    element !== null &&
    (getComputedStyle(element).clipPath === 'inset(50%)' || isUnseen(element.parentElement));
  const outside = [...document.querySelectorAll('body *')].filter((element) => {
    // A region that scrolls, has a name and takes the focus is in reach, however wide what it shows.
    const inside = element.parentElement?.closest('[role="region"][tabindex="0"]');
    if (isUnseen(element) || inside) return false;
    const { left, right } = element.getBoundingClientRect();
    return right > width + 1 || left < -1;
  });
  const told = outside.map((element) => element.outerHTML.slice(0, 120));
  return document.documentElement.scrollWidth > width
    ? ['the page scrolls sideways', ...told]
    : told;
}

/** What is tapped, and is smaller than a fingertip. */
function tooSmall(): string[] {
  const TIP = 44;
  const tapped = [
    ...document.querySelectorAll('button, select, summary, input, textarea, a[href]'),
  ];
  const small = tapped.filter((element) => {
    // A box or a circle is tapped with the words beside it.
    const whole = element.matches('input') ? (element.closest('label') ?? element) : element;
    const { clipPath, display } = getComputedStyle(whole);
    const { width, height } = whole.getBoundingClientRect();
    const isShown = width > 0 && clipPath !== 'inset(50%)';
    return isShown && display !== 'inline' && (height < TIP || width < TIP);
  });
  return small.map((element) => element.outerHTML.slice(0, 120));
}
