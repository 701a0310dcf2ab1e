import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Architecture } from '../architecture/architecture.ts';
import { checkPlace, writeWhole } from '../files/whole-file.ts';
import type { Origin, Report } from '../page/report-data.ts';
import { version } from '../version.ts';
import { refuseInputs, writingOf } from './outputs.ts';
import { withoutSecrets } from './secrets.ts';

/** The option of every command that can show what it found as a page. */
export interface ReportFlags {
  readonly report?: string;
}

/** Adds the option. */
export function withReport(command: Command): Command {
  return command.option(
    '--report <file>',
    'write a page with pictures of it: one .html file that any browser opens, without a network',
  );
}

/** Demands, before anything is computed, that the report can be written where it shall be. */
export async function checkReport({ report }: ReportFlags, inputs: readonly string[]): Promise<void> {
  if (report === undefined) return;
  await writingOf('--report', () => checkPlace(report));
  refuseInputs('--report', report, inputs);
}

/** Writes the page of a report. */
export async function writeReport(file: string, report: Report): Promise<void> {
  const { pageHtml } = await import('../page/html.ts');
  const { pack } = await import('../picture/pack.ts');
  const html = await pageHtml({
    title: report.title,
    script: pageFile('report.js'),
    style: pageFile('page.css'),
    data: await pack(report),
  });
  await writingOf('--report', () => writeWhole(file, html));
}

/** What made a report: this command, on this chip. */
export function originOf(chip?: Architecture): Origin {
  const args = process.argv.slice(2);
  const command = ['clsa-cim', ...args.map(quoted)].join(' ');
  return {
    version,
    command: withoutSecrets(command, args),
    ...(chip === undefined ? {} : { chip: JSON.stringify(chip, null, 2) }),
  };
}

/** An argument as a shell takes it. */
function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}

/** What the build has made of `src/page`; found from sources and from `dist` alike. */
function pageFile(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('clsa-cim/package.json'));
  return readFileSync(join(root, 'dist/page', name), 'utf8');
}
