import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Report } from './report-data.ts';

/** The page of a report, as the text of an HTML file. */
export async function htmlOf(report: Report): Promise<string> {
  const { pageHtml } = await import('./html.ts');
  const { pack } = await import('../picture/pack.ts');
  return pageHtml({
    title: report.title,
    script: pageFile('report.js'),
    style: pageFile('page.css'),
    data: await pack(report),
  });
}

/** What the build has made of `src/page`; found from sources and from `dist` alike. */
function pageFile(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('clsa-cim/package.json'));
  return readFileSync(join(root, 'dist/page', name), 'utf8');
}
