import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { MAIN } from './command-line.ts';

/** Enough for Node, and not for the addresses that an instance reserves. */
const LIMIT_KIB = 6_000_000;

test.skipIf(process.platform !== 'linux')(
  'where the system gives the engine no memory, it is said what to allow',
  () => {
    const command = `ulimit -v ${LIMIT_KIB}; exec "$0" "$@"`;
    const child = spawnSync('sh', ['-c', command, process.execPath, MAIN, 'schedule', 'tinyyolov4'], {
      encoding: 'utf8',
    });
    expect(child.stderr).toMatch(/^clsa-cim: the system gives the engine no memory: [^\n]*ulimit -v\)\n$/);
    expect(child.status).toBe(1);
  },
);
