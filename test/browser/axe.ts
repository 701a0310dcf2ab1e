import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What makes a page hard to use for some, each with where it is. */
export async function violations(page: Page): Promise<string[]> {
  // The policy of a page lets no script in, but the driver may evaluate one.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: own } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await own.run({ preload: false });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
