#!/usr/bin/env node
import { run } from './run.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`clsa-cim … | head`) is no error.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`clsa-cim: cannot write to standard output (${error.code}); send it elsewhere\n`);
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2));
