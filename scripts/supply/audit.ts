/** `npm run audit`: fails where a known vulnerability is in what users install and SECURITY.md does not explain it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type ShippedPackage, shippedPackages } from './packages.ts';

const advisory = v.object({ title: v.string(), url: v.string(), severity: v.string() });

const report = v.object({
  vulnerabilities: v.record(
    v.string(),
    v.object({
      name: v.string(),
      /** Names of others, which have entries of their own, and advisories. */
      via: v.array(v.union([v.string(), advisory])),
      /** Folders from the root. */
      nodes: v.array(v.string()),
    }),
  ),
});

/** What npm prints instead of a report. */
const failure = v.object({ message: v.string() });

/** What {@link auditOf} finds. */
export interface Audit {
  readonly isClean: boolean;
  /** For people, a line each. */
  readonly lines: readonly string[];
}

/**
 * Judges what `npm audit --json` printed. What only development uses is told and does not fail, nor what is named with its
 * advisory in `explanations`, the text of SECURITY.md. A registry that knows no advisories, or cannot be reached, gives no
 * report: that is told, too, and does not fail.
 */
export function auditOf(printed: string, shipped: readonly ShippedPackage[], explanations: string): Audit {
  const json = parseJson(printed);
  const parsed = v.safeParse(report, json);
  if (!parsed.success) {
    const message = v.is(failure, json) ? json.message : printed;
    const reason = message.replaceAll(/\s+/g, ' ').trim().slice(0, 200) || 'nothing was printed';
    return { isClean: true, lines: [`audit skipped: the registry gave no report (${reason})`] };
  }
  const paths = new Set(shipped.map(({ path }) => path));
  const found = Object.values(parsed.output.vulnerabilities).flatMap(({ name, via, nodes }) =>
    via
      .filter((each) => typeof each === 'object')
      .map(({ title, url, severity }) => {
        const isExplained = explanations.includes(url.slice(url.lastIndexOf('/') + 1));
        const isShipped = nodes.some((path) => paths.has(path));
        const where = isShipped ? 'in what users install' : 'for development only';
        const line = `${name}: ${severity}, ${where}${isExplained ? ', explained in SECURITY.md' : ''}: ${title} (${url})`;
        return { line, isAccepted: isExplained || !isShipped };
      }),
  );
  return {
    isClean: found.every(({ isAccepted }) => isAccepted),
    lines: found.length === 0 ? ['audit: no known vulnerability'] : found.map(({ line }) => line),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const options = ['--json', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=20000'];
  const { stdout } = spawnSync('npm', ['audit', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const explanations = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const { isClean, lines } = auditOf(stdout ?? '', shippedPackages(root), explanations);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!isClean) process.exitCode = 1;
}
