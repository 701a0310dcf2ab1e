#!/usr/bin/env node
import { run } from './run.ts';

// A reader that has seen enough (`clsa-cim … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});

process.exitCode = await run(process.argv.slice(2));
