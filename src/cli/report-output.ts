import type { Architecture } from '../architecture/architecture.ts';
import { checkPlace, writeWhole } from '../files/whole-file.ts';
import { quoted } from '../input/shell.ts';
import { htmlOf } from '../page/page-file.ts';
import type { Origin, Report } from '../page/report-data.ts';
import { version } from '../version.ts';
import { demandEnding } from './outputs.ts';
import type { RunOutput } from './run-outputs.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * `--report`: a page with pictures of what a command has found.
 *
 * @param reportOf What the page shows of a run, and how it came about.
 */
export function reportOutput<Run>(
  reportOf: (run: Run, origin: (chip?: Architecture) => Origin) => Promise<Report>,
): RunOutput<Run> {
  return {
    flags: '--report <file>',
    description: 'write a page with pictures of it: one .html file that any browser opens, without a network',
    check(path) {
      demandEnding(path, ['.html', '.htm']);
      checkPlace(path);
    },
    async write(path, run) {
      writeWhole(path, await htmlOf(await reportOf(run, originOf)));
    },
  };
}

/** What made a report: this command, on this chip. */
function originOf(chip?: Architecture): Origin {
  const args = process.argv.slice(2);
  const command = ['clsa-cim', ...args.map(quoted)].join(' ');
  return {
    version,
    command: withoutSecrets(command, args),
    ...(chip === undefined ? {} : { chip: JSON.stringify(chip, null, 2) }),
  };
}
